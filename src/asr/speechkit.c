/*
 * speechkit.c: speech to text by Yandex SpeechKit, version 3, as it is spoken
 *
 * One session hears many utterances, whose ends are found here and told to it.
 */
#include "src/asr/speechkit.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/grpc.h"

#include "src/asr/speechkit_model.h"
#include "src/asr/speechkit_relay.h"

static int speechkit_rate(const struct asr_model *model, int line_hz)
{
	(void)model;
	return line_hz == 8000 ? 8000 : 16000;
}

static void speechkit_close(struct asr *asr)
{
	if (!asr)
		return;
	relay_stop(asr);
	sk_text_release(&asr->text);
	free(asr->why);
	free(asr);
}

static int speechkit_open(struct asr **made, struct asr_model *model,
                          const struct asr_place *place)
{
	struct asr *asr = sv_alloc(sizeof *asr);
	int rc;

	asr->model = model;
	asr->place = *place;
	asr->rate_hz = speechkit_rate(model, place->rate_hz);
	memcpy(asr->language, model->language, 2);
	sk_text_init(&asr->text, model->normalizes, model->classifiers.n);
	rc = relay_start(asr);
	if (rc) {
		speechkit_close(asr);
		return rc;
	}
	*made = asr;
	return 0;
}

static bool speechkit_ready(const struct asr *asr)
{
	return asr->now && sv_grpc_ready(asr->channel);
}

static int speechkit_retry_ms(const struct asr *asr)
{
	return asr->retry_ms;
}

/* a question in another language takes another session */
static int speechkit_expect(struct asr *asr, const struct expect *expect)
{
	if (!*expect->language || !strcmp(expect->language, asr->language))
		return 0;
	memcpy(asr->language, expect->language, 2);
	if (asr->next)
		sk_session_end(asr->next);
	asr->next = NULL;
	relay_retire(asr);
	relay_look_ahead(asr);
	return asr->failed ? relay_failure(asr) : 0;
}

static int speechkit_begin(struct asr *asr)
{
	if (asr->failed)
		return relay_failure(asr);
	relay_look_ahead(asr);
	if (asr->failed)
		return relay_failure(asr);
	asr->speaking = true;
	sk_text_begin(&asr->text);
	relay_tell(asr, asr->now, asr->text.last, 0);
	return 0;
}

static int speechkit_feed(struct asr *asr, const int16_t *samples, size_t n)
{
	struct sv_buf *audio = &asr->text.last->audio;

	if (asr->failed)
		return relay_failure(asr);
	if (sv_buf_add(audio, samples, n * sizeof *samples))
		return sv_fail(EX_DATAERR, "speechkit: an utterance of more "
		                           "than five minutes");
	if (asr->now)
		sk_session_sound(asr->now, samples, n);
	relay_look_ahead(asr);
	return asr->failed ? relay_failure(asr) : 0;
}

static int speechkit_partial(struct asr *asr, const char **text)
{
	*text = "";
	if (asr->failed)
		return relay_failure(asr);
	*text = sk_text_partial(&asr->text);
	return 0;
}

static int speechkit_finish(struct asr *asr, int64_t offset_ms, bool cut)
{
	(void)cut; /* the service is told the end either way */
	asr->speaking = false;
	if (asr->failed)
		return relay_failure(asr);
	if (asr->now) {
		sk_utterance_cut(asr->text.last, asr->now->id,
		                 sk_session_ms(asr->now));
		sk_session_eou(asr->now);
	}
	sk_text_finish(&asr->text, offset_ms);
	relay_look_ahead(asr);
	return asr->failed ? relay_failure(asr) : 0;
}

static int speechkit_result(struct asr *asr, json_t **fields)
{
	*fields = sk_text_result(&asr->text);
	if (*fields)
		asr->replays = 0;
	relay_await(asr);
	return !*fields && asr->failed ? relay_failure(asr) : 0;
}

static size_t speechkit_waiting(const struct asr *asr)
{
	const struct sk_session *session = asr->now;

	return session ? sv_grpc_waiting(session->call) / sizeof(int16_t) : 0;
}

static void speechkit_spent(struct asr *asr, struct asr_spent *spent)
{
	spent->seconds += relay_spent(asr);
}

const struct asr_engine asr_speechkit = {
	.name = "speechkit",
	.about = "words, by Yandex SpeechKit",
	.settings = sk_settings,
	.remote = true,
	.partials = true,
	.load = sk_load,
	.unload = sk_unload,
	.rate = speechkit_rate,
	.place = sk_place,
	.variant = sk_variant,
	.identify = sk_identify,
	.open = speechkit_open,
	.close = speechkit_close,
	.ready = speechkit_ready,
	.retry_ms = speechkit_retry_ms,
	.expect = speechkit_expect,
	.begin = speechkit_begin,
	.feed = speechkit_feed,
	.partial = speechkit_partial,
	.finish = speechkit_finish,
	.result = speechkit_result,
	.waiting = speechkit_waiting,
	.spent = speechkit_spent,
	.recording = sk_recording,
	.probe = sk_probe,
};
