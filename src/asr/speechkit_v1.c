/*
 * speechkit_v1.c: speech to text by SpeechKit, version 1: a request over HTTP
 * for each utterance when it is over
 *
 * It tells neither hypotheses nor words with their times, and works where
 * HTTP/2 does not get through. A request has 30 s of sound at most: of a longer
 * utterance each so many seconds are asked about by themselves, cut where it is
 * quiet, so that no word is.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http.h"
#include "lib/pcm.h"
#include "lib/secret.h"
#include "lib/speechkit.h"
#include "lib/utf8.h"

#include "src/asr/speechkit.h"
#include "src/asr/speechkit_final.h"
#include "src/asr/speechkit_model.h"

enum {
	PIECE_MS = 28000, /* asked about at once, at most */
	QUIET_MS = 6000,  /* of that, in which a quiet place is looked for */
	WINDOW_MS = 200,  /* how long it has to be */
	ANSWER_MS = 20000,
	AUDIO_MAX = 1 << 20,
	PROBE_MS = 500,
};

/* what is asked about at once */
struct piece {
	struct asr *asr;
	struct sv_http_call *call; /* NULL when it is over */
	char *text;
	struct piece *next;
};

struct utterance {
	struct piece *first, *last;
	bool finished;
	int64_t offset_ms;
	struct utterance *next;
};

struct asr {
	struct asr_model *model;
	struct asr_place place;
	struct sv_http *http;
	int rate_hz;
	struct utterance *first, *last;
	struct sv_buf audio; /* of the piece that goes on */
	int failed, retry_ms;
	char *why;
	double seconds;
	struct sv_timer bell;
};

static void ring(struct asr *asr)
{
	if (!asr->bell.armed)
		sv_loop_arm(asr->place.loop, &asr->bell, sv_now_ms());
}

static int on_bell(void *arg)
{
	struct asr *asr = arg;

	asr->place.notice(asr->place.arg);
	return 0;
}

static int failure(const struct asr *asr)
{
	return sv_fail(asr->failed, "%s", asr->why);
}

static void fail(struct asr *asr, int code)
{
	if (asr->failed)
		return;
	asr->failed = code;
	asr->why = sv_strdup(sv_why());
	ring(asr);
}

/* --- a request --- */

/* "…stt:recognize?…", yours to free() */
static char *path_of(const struct asr_model *model, int rate_hz)
{
	char *topic = sv_http_escape(model->name);
	char *folder = sv_http_escape(model->folder ? model->folder : "");
	char *path = sv_format(
		"/speech/v1/stt:recognize?topic=%s&lang=%s&format=lpcm"
		"&sampleRateHertz=%d&profanityFilter=%s&rawResults=%s%s%s",
		topic, sk_language(model->language), rate_hz,
		model->censors ? "true" : "false",
		model->normalizes ? "false" : "true",
		*folder ? "&folderId=" : "", folder);

	free(topic);
	free(folder);
	return path;
}

/* what it says beyond the status, and what to do */
static int explain(const struct sv_http_answer *answer)
{
	json_t *body = json_loadb(answer->body, answer->len, 0, NULL);
	const char *said =
		json_string_value(json_object_get(body, "error_message"));
	const char *todo =
		answer->status == 401 ? ": check SV_SPEECHKIT_API_KEY or "
					"SV_SPEECHKIT_IAM_TOKEN"
		: answer->status == 403
			? ": the account needs the role ai.speechkit-stt.user"
		: answer->status == 429 ? ": a quota is used up"
					: "";
	int rc = sv_fail(answer->code, "%s%s%.200s%s", sv_why(),
	                 said ? ": " : "", said ? said : "", todo);

	json_decref(body);
	return rc;
}

/* the text, yours to free(); NULL for an answer that is none */
static char *text_of(const struct sv_http_answer *answer)
{
	json_t *body = json_loadb(answer->body, answer->len, 0, NULL);
	const char *said = json_string_value(json_object_get(body, "result"));
	char *text = said ? sk_clean(said) : NULL;

	json_decref(body);
	return text;
}

static void on_done(void *arg, const struct sv_http_answer *answer)
{
	struct piece *piece = arg;
	struct asr *asr = piece->asr;

	piece->call = NULL;
	if (answer->code) {
		asr->retry_ms = answer->retry_after_ms;
		fail(asr, explain(answer));
		return;
	}
	piece->text = text_of(answer);
	if (!piece->text)
		fail(asr, sv_fail(EX_UNAVAILABLE, "speechkit-v1: an answer "
		                                  "without a result"));
	ring(asr);
}

/* Asks about the first len bytes of the sound. */
static int ask(struct asr *asr, size_t len)
{
	static const char *const headers[] = {
		"content-type: application/octet-stream", NULL
	};
	struct utterance *utterance = asr->last;
	struct piece *piece = sv_alloc(sizeof *piece);
	struct sv_http_request request = {
		.service = &asr->model->service,
		.headers = headers,
		.body = asr->audio.data,
		.len = len,
		.timeout_ms = ANSWER_MS,
		.retries = 1,
		.done = on_done,
		.arg = piece,
	};
	char *authorization;
	char *header;
	char *path;
	int rc = sv_speechkit_authorization(&authorization);

	piece->asr = asr;
	if (utterance->last)
		utterance->last->next = piece;
	else
		utterance->first = piece;
	utterance->last = piece;
	if (rc)
		return rc;
	header = sv_format("authorization: %s", authorization);
	path = path_of(asr->model, asr->rate_hz);
	request.secret_header = header;
	request.path = path;
	piece->call = sv_http_start(asr->http, &request);
	sv_secret_free(header);
	sv_secret_free(authorization);
	free(path);
	sv_buf_drop(&asr->audio, len);
	asr->seconds += (double)len / 2 / asr->rate_hz;
	return 0;
}

/* where in the sound it is quietest, near its end */
static size_t quiet_place(const struct asr *asr)
{
	const size_t size = sizeof(int16_t);
	const size_t n = asr->audio.len / size;
	const size_t window = (size_t)sv_samples(WINDOW_MS, asr->rate_hz);
	size_t at = n - (size_t)sv_samples(QUIET_MS, asr->rate_hz);
	size_t best = at;
	double least = -1;

	for (; at + window <= n; at += window / 2) {
		double sum = 0;

		for (size_t i = at; i < at + window; i++) {
			int16_t sample;

			memcpy(&sample, asr->audio.data + i * size, size);
			sum += (double)sample * sample;
		}
		if (least < 0 || sum < least) {
			least = sum;
			best = at;
		}
	}
	return (best + window / 2) * size;
}

/* --- the engine --- */

static void free_utterance(struct utterance *utterance)
{
	while (utterance->first) {
		struct piece *piece = utterance->first;

		utterance->first = piece->next;
		if (piece->call)
			sv_http_cancel(piece->call);
		free(piece->text);
		free(piece);
	}
	free(utterance);
}

static void drop_first(struct asr *asr)
{
	struct utterance *first = asr->first;

	asr->first = first->next;
	if (!asr->first)
		asr->last = NULL;
	free_utterance(first);
}

static int v1_load(struct asr_model **made, const struct asr_config *config)
{
	return sk_load_as(made, "speechkit-v1", config);
}

static int v1_rate(const struct asr_model *model, int line_hz)
{
	(void)model;
	return line_hz == 8000 ? 8000 : 16000;
}

static void v1_close(struct asr *asr)
{
	if (!asr)
		return;
	sv_loop_disarm(asr->place.loop, &asr->bell);
	while (asr->first)
		drop_first(asr);
	sv_http_free(asr->http);
	sv_buf_release(&asr->audio);
	free(asr->why);
	free(asr);
}

static int v1_open(struct asr **made, struct asr_model *model,
                   const struct asr_place *place)
{
	struct asr *asr = sv_alloc(sizeof *asr);
	int rc = sv_http_new(&asr->http, place->loop);

	if (rc) {
		free(asr);
		return rc;
	}
	asr->model = model;
	asr->place = *place;
	asr->rate_hz = v1_rate(model, place->rate_hz);
	asr->bell = (struct sv_timer){ .fire = on_bell, .arg = asr };
	sv_buf_init(&asr->audio, AUDIO_MAX);
	sv_http_warm(asr->http, &model->service);
	*made = asr;
	return 0;
}

static int v1_retry_ms(const struct asr *asr)
{
	return asr->retry_ms > 0 ? asr->retry_ms : 0;
}

static int v1_expect(struct asr *asr, const struct expect *expect)
{
	(void)asr;
	(void)expect;
	return 0;
}

static int v1_begin(struct asr *asr)
{
	struct utterance *utterance;

	if (asr->failed)
		return failure(asr);
	utterance = sv_alloc(sizeof *utterance);
	if (asr->last)
		asr->last->next = utterance;
	else
		asr->first = utterance;
	asr->last = utterance;
	sv_buf_cut(&asr->audio, 0);
	/* the connection is there when the utterance is over */
	sv_http_warm(asr->http, &asr->model->service);
	return 0;
}

static int v1_feed(struct asr *asr, const int16_t *samples, size_t n)
{
	const size_t most = (size_t)sv_samples(PIECE_MS, asr->rate_hz);

	if (asr->failed)
		return failure(asr);
	if (sv_buf_add(&asr->audio, samples, n * sizeof *samples))
		return sv_fail(EX_DATAERR, "speechkit-v1: %zu samples at once",
		               n);
	if (asr->audio.len / sizeof *samples < most)
		return 0;
	return ask(asr, quiet_place(asr));
}

static int v1_partial(struct asr *asr, const char **text)
{
	*text = "";
	return asr->failed ? failure(asr) : 0;
}

static int v1_finish(struct asr *asr, int64_t offset_ms, bool cut)
{
	(void)cut;
	if (asr->failed)
		return failure(asr);
	asr->last->finished = true;
	asr->last->offset_ms = offset_ms;
	if (asr->audio.len || !asr->last->first)
		return ask(asr, asr->audio.len);
	return 0;
}

/* the utterance's text, yours to free(); NULL when a part is still missing */
static char *whole_text(const struct utterance *utterance)
{
	const struct piece *piece;
	struct sv_buf text;
	char *whole = NULL;

	sv_buf_init(&text, SK_TEXT_MAX);
	for (piece = utterance->first; piece && piece->text;
	     piece = piece->next)
		sv_buf_printf(&text, "%s%s",
		              text.len && *piece->text ? " " : "", piece->text);
	if (!piece)
		whole = sv_strdup(sv_buf_str(&text));
	sv_buf_release(&text);
	return whole;
}

static int v1_result(struct asr *asr, json_t **fields)
{
	char *text = NULL;

	*fields = NULL;
	if (asr->first && asr->first->finished)
		text = whole_text(asr->first);
	if (text) {
		*fields = json_pack("{s:s}", "text", text);
		drop_first(asr);
	}
	free(text);
	return !*fields && asr->failed ? failure(asr) : 0;
}

static void v1_spent(struct asr *asr, struct asr_spent *spent)
{
	spent->seconds += asr->seconds;
	asr->seconds = 0;
}

/* a recogniser of its own, and an utterance of silence */
static int try_utterance(struct asr *asr, struct sv_loop *loop,
                         struct sv_buf *about)
{
	int16_t silence[8000 * PROBE_MS / 1000] = { 0 };
	json_t *fields = NULL;
	int rc = v1_begin(asr);

	if (!rc)
		rc = v1_feed(asr, silence, sizeof silence / sizeof *silence);
	if (!rc)
		rc = v1_finish(asr, 0, false);
	while (!rc && !fields) {
		rc = sv_loop_step(loop, 1000);
		if (!rc)
			rc = v1_result(asr, &fields);
	}
	json_decref(fields);
	if (!rc)
		sv_buf_printf(about, "%s, %s", asr->model->name,
		              sk_language(asr->model->language));
	return rc;
}

static void nobody(void *arg)
{
	(void)arg;
}

static int v1_probe(struct asr_model *model, struct sv_buf *about)
{
	struct sv_loop *loop = sv_loop_new();
	const struct asr_place place = {
		.loop = loop,
		.rate_hz = 8000,
		.notice = nobody,
	};
	struct asr *asr;
	int rc = v1_open(&asr, model, &place);

	if (!rc) {
		rc = try_utterance(asr, loop, about);
		v1_close(asr);
	}
	sv_loop_free(loop);
	return rc;
}

static const char *const settings[] = {
	"url",     "ca",    "cert",   "key",       "proxy",
	"connect", "model", "folder", "normalize", "profanity-filter",
	NULL,
};

/* nothing is known of an utterance before all of it was sent */
static const struct asr_budgets budgets = { .result = 4000, .total = 8000 };

const struct asr_engine asr_speechkit_v1 = {
	.name = "speechkit-v1",
	.about = "words, by Yandex SpeechKit over HTTP, an utterance a request",
	.settings = settings,
	.remote = true,
	.budgets = &budgets,
	.load = v1_load,
	.unload = sk_unload,
	.rate = v1_rate,
	.place = sk_place,
	.variant = sk_variant,
	.identify = sk_identify,
	.open = v1_open,
	.close = v1_close,
	.retry_ms = v1_retry_ms,
	.expect = v1_expect,
	.begin = v1_begin,
	.feed = v1_feed,
	.partial = v1_partial,
	.finish = v1_finish,
	.result = v1_result,
	.spent = v1_spent,
	.probe = v1_probe,
};
