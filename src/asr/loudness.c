/* loudness.c: the engine without a model: how loud each utterance was */
#include "src/asr/loudness.h"

#include <math.h>
#include <stdlib.h>

#include "lib/alloc.h"

/* of a sample that is all silence: what 16 bit cannot say */
#define FLOOR_DB (-96.0)

struct asr {
	int64_t n;
	double power; /* sum of squares */
	int peak;
	json_t *done; /* results not asked for yet */
};

/* There is nothing to load, yet NULL would mean not loaded. */
struct asr_model {
	int rate_hz;
};

static int loudness_load(struct asr_model **made,
                         const struct asr_config *config)
{
	(void)config;
	*made = sv_alloc(sizeof **made);
	(*made)->rate_hz = 16000;
	return 0;
}

static void loudness_unload(struct asr_model *model)
{
	free(model);
}

static int loudness_rate(const struct asr_model *model, int line_hz)
{
	(void)line_hz;
	return model->rate_hz;
}

static int loudness_identify(const struct asr_model *model, struct sv_buf *out)
{
	(void)model;
	return sv_buf_puts(out, "loudness 1");
}

static int loudness_open(struct asr **made, struct asr_model *model,
                         const struct asr_place *place)
{
	(void)model;
	(void)place;
	*made = sv_alloc(sizeof **made);
	(*made)->done = json_array();
	return 0;
}

static void loudness_close(struct asr *asr)
{
	if (asr)
		json_decref(asr->done);
	free(asr);
}

static int loudness_expect(struct asr *asr, const struct expect *expect)
{
	(void)asr;
	(void)expect;
	return 0;
}

static int loudness_begin(struct asr *asr)
{
	*asr = (struct asr){ .done = asr->done };
	return 0;
}

static int loudness_feed(struct asr *asr, const int16_t *samples, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		int level = abs(samples[i]);

		asr->power += (double)level * level;
		if (level > asr->peak)
			asr->peak = level;
	}
	asr->n += (int64_t)n;
	return 0;
}

static int loudness_partial(struct asr *asr, const char **text)
{
	(void)asr;
	*text = "";
	return 0;
}

/* dB below full scale, to a tenth: what is said must not depend on the maths
 * library's last digit */
static double decibel(double level)
{
	double db = level > 0 ? 20 * log10(level / 32768.0) : FLOOR_DB;

	return round(10 * fmax(db, FLOOR_DB)) / 10;
}

static int loudness_finish(struct asr *asr, int64_t offset_ms, bool cut)
{
	double mean = asr->n ? sqrt(asr->power / (double)asr->n) : 0;

	(void)offset_ms;
	(void)cut;
	json_array_append_new(asr->done,
	                      json_pack("{s:s,s:f,s:f}", "text", "", "level_db",
	                                decibel(mean), "peak_db",
	                                decibel(asr->peak)));
	return 0;
}

static int loudness_result(struct asr *asr, json_t **fields)
{
	*fields = json_incref(json_array_get(asr->done, 0));
	if (*fields)
		json_array_remove(asr->done, 0);
	return 0;
}

const struct asr_engine asr_loudness = {
	.name = "loudness",
	.about = "no words: when somebody spoke, and how loud",
	.load = loudness_load,
	.unload = loudness_unload,
	.rate = loudness_rate,
	.identify = loudness_identify,
	.open = loudness_open,
	.close = loudness_close,
	.expect = loudness_expect,
	.begin = loudness_begin,
	.feed = loudness_feed,
	.partial = loudness_partial,
	.finish = loudness_finish,
	.result = loudness_result,
};
