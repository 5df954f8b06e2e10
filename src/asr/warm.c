/* warm.c: speech that a recogniser hears before the first call */
#include "src/asr/warm.h"

#include <jansson.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/resample.h"
#include "lib/sound.h"

enum {
	BLOCK = 4096,
	/* 40 s save a call a third of its CPU; after 110 s libvosk is busy
	 * clearing what it has composed, and a call takes more than without */
	HEARD_S = 40,
};

struct warming {
	const struct asr_link *link;
	struct sv_sound *sound;
	struct sv_resampler *resampler;
	int channels;
	int64_t left; /* frames */
};

static int feed(struct warming *warming, int16_t *samples, size_t n)
{
	const int16_t *out;
	size_t n_out;
	int rc;

	warming->left -= (int64_t)n;
	sv_sound_channel(samples, n, warming->channels, 0, samples);
	rc = sv_resample(warming->resampler, samples, n, &out, &n_out);
	return rc ? rc
	          : warming->link->engine->feed(warming->link->spare, out,
	                                        n_out);
}

/* as one utterance that is cut off: what was heard of the voice is forgotten,
 * what was composed of the graph is not */
static int hear(struct warming *warming)
{
	const struct asr_engine *engine = warming->link->engine;
	struct asr *asr = warming->link->spare;
	int16_t *samples =
		sv_calloc(BLOCK * (size_t)warming->channels, sizeof *samples);
	json_t *words = NULL;
	size_t n;
	int rc = engine->begin(asr);

	while (!rc && warming->left > 0 &&
	       (n = sv_sound_read(warming->sound, samples, BLOCK)))
		rc = feed(warming, samples, n);
	if (!rc)
		rc = sv_sound_check(warming->sound);
	if (!rc)
		rc = engine->finish(asr, 0, true);
	if (!rc)
		rc = engine->result(asr, &words);
	json_decref(words);
	free(samples);
	return rc;
}

int warm_up(const struct asr_link *link, const char *path)
{
	struct warming warming = { .link = link };
	int rc = sv_sound_open(&warming.sound, path, NULL);
	int rate_hz;

	if (rc)
		return rc;
	rate_hz = sv_sound_info(warming.sound)->rate_hz;
	warming.left = (int64_t)HEARD_S * rate_hz;
	warming.channels = sv_sound_info(warming.sound)->channels;
	rc = sv_resample_new(&warming.resampler, rate_hz,
	                     link->engine->rate(link->model, rate_hz), SV_HIGH);
	if (!rc)
		rc = hear(&warming);
	sv_resample_free(warming.resampler);
	sv_sound_close(warming.sound);
	return rc;
}
