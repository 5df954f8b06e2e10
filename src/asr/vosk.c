/*
 * vosk.c: speech to text by libvosk, on this machine
 *
 * One recogniser is kept for free speech and one for each of the last closed
 * questions, since making one takes 60 ms. An utterance ends with
 * vosk_recognizer_result() rather than _final_result(): the recogniser keeps
 * what it has learnt of the voice and the line. Vosk may find ends of its own
 * within an utterance of ours; their texts are put together.
 */
#include "src/asr/vosk.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/model.h"
#include "lib/pcm.h"
#include "lib/service.h"
#include "lib/vosk-model.h"

#include "src/asr/vosk-api.h"
#include "src/asr/vosk-text.h"

enum {
	CACHED = 5,    /* recognisers kept: free speech's and four grammars' */
	RENEW_S = 120, /* of speech, after which one is made anew */
};

struct asr_model {
	struct vosk_api api;
	struct vosk_model *model;
	struct sv_vosk_files files;
	bool grammars; /* that the model takes, and the user wants */
};

struct recogniser {
	struct vosk_recognizer *made; /* NULL when the place is free */
	char *grammar;                /* NULL for free speech */
	int64_t samples;              /* fed since it was made */
	int64_t used;
};

struct asr {
	struct asr_model *model;
	struct recogniser cache[CACHED]; /* the first is free speech's */
	struct recogniser *now;
	int64_t utterances;
	int64_t began; /* now->samples when the utterance began */
	bool warned;

	struct vosk_text text;
	json_t *done; /* results not asked for yet */
};

static void vosk_unload(struct asr_model *model)
{
	if (!model)
		return;
	if (model->model)
		model->api.model_free(model->model);
	sv_vosk_files_release(&model->files);
	free(model);
}

/* -p grammar=no hears closed questions as free speech */
static int wants_grammars(struct asr_model *model,
                          const struct asr_config *config)
{
	bool wanted = true;
	int rc = sv_setting_flag(&config->settings, "vosk", "grammar", &wanted);

	model->grammars = model->files.grammars && wanted;
	return rc;
}

static int load_model(struct asr_model *model, const struct asr_config *config,
                      const char *path)
{
	int rc = sv_vosk_files_look(&model->files, path);

	if (!rc)
		rc = vosk_api_open(&model->api);
	if (rc)
		return rc;
	model->api.set_log_level(sv_logs(SV_DEBUG) ? 0 : -1);
	rc = wants_grammars(model, config);
	return rc ? rc : vosk_api_model(&model->api, path, &model->model);
}

static int vosk_load(struct asr_model **made, const struct asr_config *config)
{
	struct asr_model *model;
	char *path = sv_model_find(asr_model_named(config), config->language);
	int rc;

	if (!path)
		return EX_NOINPUT;
	model = sv_alloc(sizeof *model);
	rc = load_model(model, config, path);
	free(path);
	if (rc) {
		vosk_unload(model);
		return rc;
	}
	*made = model;
	return 0;
}

static int vosk_rate(const struct asr_model *model, int line_hz)
{
	(void)line_hz;
	return model->files.rate_hz;
}

static int vosk_identify(const struct asr_model *model, struct sv_buf *out)
{
	return sv_vosk_files_identify(&model->files, out);
}

static int make(const struct asr_model *model, struct recogniser *place,
                const char *grammar)
{
	const float rate = (float)model->files.rate_hz;

	*place = (struct recogniser){ .grammar = sv_strdup(grammar) };
	place->made = grammar ? model->api.recognizer_new_grm(model->model,
	                                                      rate, grammar)
	                      : model->api.recognizer_new(model->model, rate);
	if (!place->made)
		return sv_fail(EX_UNAVAILABLE,
		               "vosk: cannot make a recogniser%s",
		               grammar ? " for the hints" : "");
	model->api.set_words(place->made, 1);
	return 0;
}

static void drop(const struct asr_model *model, struct recogniser *place)
{
	if (place->made)
		model->api.recognizer_free(place->made);
	free(place->grammar);
	*place = (struct recogniser){ 0 };
}

static void vosk_close(struct asr *asr)
{
	int i;

	if (!asr)
		return;
	for (i = 0; i < CACHED; i++)
		drop(asr->model, &asr->cache[i]);
	vosk_text_release(&asr->text);
	json_decref(asr->done);
	free(asr);
}

static int vosk_open(struct asr **made, struct asr_model *model,
                     const struct asr_place *place)
{
	struct asr *asr = sv_alloc(sizeof *asr);
	int rc;

	(void)place;
	asr->model = model;
	asr->done = json_array();
	asr->now = asr->cache;
	vosk_text_init(&asr->text);
	rc = make(model, asr->cache, NULL);
	if (rc) {
		vosk_close(asr);
		return rc;
	}
	*made = asr;
	return 0;
}

/* whether the model knows every word of the phrase */
static bool knows(const struct asr_model *model, const char *phrase)
{
	char *copy = sv_strdup(phrase);
	char *rest = copy;
	char *word = strsep(&rest, " ");
	bool known = true;

	for (; known && word; word = strsep(&rest, " "))
		if (*word)
			known = model->api.find_word(model->model, word) >= 0;
	free(copy);
	return known;
}

static void warn_once(struct asr *asr, const char *what)
{
	if (!asr->warned)
		sv_warn("vosk: %s: a closed question is heard as free speech",
		        what);
	asr->warned = true;
}

/* The hints as Vosk's grammar, yours to free(); NULL when there are none that
 * can be used. "[unk]" takes in what is none of them. */
static char *grammar_of(struct asr *asr, const json_t *hints)
{
	const struct asr_model *model = asr->model;
	json_t *phrases = json_array();
	char *grammar = NULL;
	json_t *hint;
	size_t i;

	json_array_foreach (hints, i, hint) {
		if (!knows(model, json_string_value(hint)))
			break;
		json_array_append(phrases, hint);
	}
	if (!model->files.grammars)
		warn_once(asr, "the model takes no grammar");
	else if (i < json_array_size(hints))
		warn_once(asr, "a hint has a word the model does not know");
	else if (i && knows(model, VOSK_UNKNOWN))
		json_array_append_new(phrases, json_string(VOSK_UNKNOWN));
	if (model->grammars && i && i == json_array_size(hints))
		grammar = json_dumps(phrases, JSON_COMPACT);
	json_decref(phrases);
	return grammar;
}

/* the place of that grammar's recogniser, or one to make it in */
static struct recogniser *place_for(struct asr *asr, const char *grammar)
{
	struct recogniser *oldest = &asr->cache[1];
	int i;

	for (i = 1; i < CACHED; i++) {
		struct recogniser *place = &asr->cache[i];

		if (place->grammar && !strcmp(place->grammar, grammar))
			return place;
		if (place->used < oldest->used)
			oldest = place;
	}
	drop(asr->model, oldest);
	return oldest;
}

static int vosk_expect(struct asr *asr, const struct expect *expect)
{
	char *grammar = NULL;
	int rc = 0;

	asr->now = asr->cache;
	if (expect->closed)
		grammar = grammar_of(asr, expect->hints);
	if (!grammar)
		return 0;
	asr->now = place_for(asr, grammar);
	if (!asr->now->made)
		rc = make(asr->model, asr->now, grammar);
	free(grammar);
	return rc;
}

/* libvosk keeps what it has composed of the graph, some 50 MB after the first
 * half minute of speech and half a MB for each second more, until the
 * recogniser is freed. Sooner than this, composing it again would cost more
 * than a few per cent. */
static int renew(struct asr *asr)
{
	struct recogniser *place = asr->now;
	char *grammar;
	int rc;

	if (place->samples < (int64_t)RENEW_S * asr->model->files.rate_hz)
		return 0;
	grammar = sv_strdup(place->grammar);
	drop(asr->model, place);
	rc = make(asr->model, place, grammar);
	free(grammar);
	return rc;
}

static int vosk_begin(struct asr *asr)
{
	int rc = renew(asr);

	if (rc)
		return rc;
	asr->now->used = ++asr->utterances;
	asr->began = asr->now->samples;
	vosk_text_begin(&asr->text);
	return 0;
}

static int vosk_feed(struct asr *asr, const int16_t *samples, size_t n)
{
	const struct vosk_api *api = &asr->model->api;
	int ended = api->accept(asr->now->made, samples, (int)n);

	asr->now->samples += (int64_t)n;
	if (ended < 0)
		return sv_fail(EX_UNAVAILABLE, "vosk: libvosk fails to decode");
	return ended ? vosk_text_add(&asr->text, api->result(asr->now->made))
	             : 0;
}

static int vosk_partial(struct asr *asr, const char **text)
{
	const char *partial = asr->model->api.partial(asr->now->made);

	*text = vosk_text_partial(&asr->text, partial);
	return 0;
}

static int vosk_finish(struct asr *asr, int64_t offset_ms, bool cut)
{
	const struct vosk_api *api = &asr->model->api;
	const int rate_hz = asr->model->files.rate_hz;
	int rc = vosk_text_add(&asr->text, cut ? api->final(asr->now->made)
	                                       : api->result(asr->now->made));

	if (rc)
		return rc;
	json_array_append_new(
		asr->done,
		vosk_text_fields(&asr->text, sv_samples_ms(asr->began, rate_hz),
	                         offset_ms));
	return 0;
}

static int vosk_result(struct asr *asr, json_t **fields)
{
	*fields = json_incref(json_array_get(asr->done, 0));
	if (*fields)
		json_array_remove(asr->done, 0);
	return 0;
}

static const char *const settings[] = { "model", "grammar", NULL };

const struct asr_engine asr_vosk = {
	.name = "vosk",
	.settings = settings,
	.about = "words, by libvosk and a model on this machine",
	.load = vosk_load,
	.unload = vosk_unload,
	.rate = vosk_rate,
	.identify = vosk_identify,
	.open = vosk_open,
	.close = vosk_close,
	.expect = vosk_expect,
	.begin = vosk_begin,
	.feed = vosk_feed,
	.partial = vosk_partial,
	.finish = vosk_finish,
	.result = vosk_result,
};
