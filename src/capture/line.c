/* line.c: from a source to a sink, through libsox's effects */
#include "src/capture/line.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/resample.h"
#include "lib/start.h"

#include "src/capture/message.h"

enum { BLOCK = 1 << 16 }; /* samples of all channels read at once */

/* What the two ends of the chain share; libsox copies an effect's priv, so
 * that holds but a pointer to it. */
struct run {
	struct line *line;
	const struct capture_source *from;
	struct source *source;
	struct capture_sound sound;
	int32_t *frames; /* of all channels */
	size_t room;     /* frames in it */
	int16_t *samples;
	size_t samples_room;
	int rc; /* of the source */
};

static struct run *run_of(const sox_effect_t *effect)
{
	return *(struct run **)effect->priv;
}

static void mix(const int32_t *frames, size_t n, int channels, int32_t *out)
{
	int64_t sum;
	size_t i;
	int j;

	for (i = 0; i < n; i++, frames += channels) {
		for (sum = 0, j = 0; j < channels; j++)
			sum += frames[j];
		out[i] = (int32_t)(sum / channels);
	}
}

static void pick(const int32_t *frames, size_t n, int channels, int channel,
                 int32_t *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = frames[i * (size_t)channels + (size_t)channel];
}

/* what sox_flow_effects() asks for input */
static int drain_source(sox_effect_t *effect, sox_sample_t *out, size_t *len)
{
	struct run *run = run_of(effect);
	int channels = run->sound.channels;
	size_t max = *len < run->room ? *len : run->room;

	*len = 0;
	if (channels == 1) {
		run->rc = run->from->read(run->source, out, max, len);
	} else {
		run->rc = run->from->read(run->source, run->frames, max, len);
		if (run->line->channel == LINE_MIX)
			mix(run->frames, *len, channels, out);
		else
			pick(run->frames, *len, channels, run->line->channel,
			     out);
	}
	return run->rc || !*len ? SOX_EOF : SOX_SUCCESS;
}

/* rounded, and clipped where rounding up would wrap */
static int16_t narrow(sox_sample_t wide)
{
	return wide >= INT32_MAX - 0x7fff ? INT16_MAX
	                                  : (int16_t)((wide + 0x8000) >> 16);
}

/* what it hands the output to; libsox has the parameters so */
/* NOLINTBEGIN(readability-non-const-parameter) */
static int flow_to_sink(sox_effect_t *effect, const sox_sample_t *in,
                        sox_sample_t *out, size_t *in_len, size_t *out_len)
{
	struct run *run = run_of(effect);
	struct line *line = run->line;
	size_t i;

	(void)out;
	*out_len = 0;
	if (*in_len > run->samples_room) {
		run->samples_room = *in_len;
		run->samples = sv_realloc(run->samples,
		                          *in_len * sizeof *run->samples);
	}
	for (i = 0; i < *in_len; i++)
		run->samples[i] = narrow(in[i]);
	if (*in_len)
		line->out_rc =
			line->to->write(line->sink, run->samples, *in_len);
	line->n += (int64_t)*in_len;
	return line->out_rc ? SOX_EOF : SOX_SUCCESS;
}

/* NOLINTEND(readability-non-const-parameter) */

static int add_end(sox_effects_chain_t *chain, struct run *run,
                   const sox_effect_handler_t *handler,
                   sox_signalinfo_t *signal)
{
	sox_effect_t *effect = sox_create_effect(handler);
	sox_signalinfo_t same = *signal;
	int rc;

	if (!effect)
		return sv_fail(EX_SOFTWARE, "libsox makes no effect");
	*(struct run **)effect->priv = run;
	rc = sox_add_effect(chain, effect, signal, &same);
	if (rc != SOX_SUCCESS)
		free(effect->priv);
	free(effect);
	return rc == SOX_SUCCESS ? 0
	                         : sv_fail(EX_SOFTWARE, "libsox takes no %s",
	                                   handler->name);
}

static int add_conversions(sox_effects_chain_t *chain, int rate_hz,
                           sox_signalinfo_t *signal)
{
	static char channels_name[] = "channels", one[] = "1",
		    rate_name[] = "rate", high[] = "-h";
	char *channels[] = { channels_name, one };
	char *rate[] = { rate_name, high };
	sox_signalinfo_t wanted = *signal;
	int rc = 0;

	wanted.channels = 1;
	if (signal->channels != 1)
		rc = effects_add_one(chain, signal, &wanted, channels, 2);
	wanted.rate = rate_hz;
	if (!rc && signal->rate != wanted.rate)
		rc = effects_add_one(chain, signal, &wanted, rate, 2);
	return rc;
}

static int build(sox_effects_chain_t *chain, struct run *run)
{
	static const sox_effect_handler_t source = {
		.name = "source",
		.flags = SOX_EFF_MCHAN | SOX_EFF_MODIFY,
		.drain = drain_source,
		.priv_size = sizeof(struct run *),
	};
	static const sox_effect_handler_t sink = {
		.name = "sink",
		.flags = SOX_EFF_MCHAN | SOX_EFF_MODIFY,
		.flow = flow_to_sink,
		.priv_size = sizeof(struct run *),
	};
	sox_signalinfo_t signal = {
		.rate = run->sound.rate_hz,
		.channels = 1,
		.precision = 16,
		.length = run->sound.frames < 0
		                  ? SOX_UNKNOWN_LEN
		                  : (sox_uint64_t)run->sound.frames,
	};
	int rc = add_end(chain, run, &source, &signal);

	if (!rc)
		rc = effects_add(run->line->effects, chain, &signal);
	if (!rc)
		rc = add_conversions(chain, run->line->rate_hz, &signal);
	if (!rc)
		rc = add_end(chain, run, &sink, &signal);
	return rc;
}

static int check_sound(const struct run *run, const char *what)
{
	const struct capture_sound *sound = &run->sound;

	if (!strcmp(what, "-"))
		what = "stdin";
	if (sound->rate_hz < SV_RESAMPLE_MIN ||
	    sound->rate_hz > SV_RESAMPLE_MAX)
		return sv_fail(EX_DATAERR, "%s: %d Hz, %d to %d will do", what,
		               sound->rate_hz, SV_RESAMPLE_MIN,
		               SV_RESAMPLE_MAX);
	if (run->line->channel >= sound->channels)
		return sv_fail(EX_DATAERR,
		               "%s: no channel %d: it has %d, counted from 0",
		               what, run->line->channel, sound->channels);
	return 0;
}

/* through the chain */
static int flow(struct run *run)
{
	static const sox_encodinginfo_t plain = {
		.encoding = SOX_ENCODING_SIGN2,
		.bits_per_sample = 16,
	};
	sox_effects_chain_t *chain = sox_create_effects_chain(&plain, &plain);
	int rc;

	if (!chain)
		return sv_fail(EX_SOFTWARE, "libsox makes no chain");
	run->room = BLOCK / (size_t)run->sound.channels;
	if (run->sound.channels > 1)
		run->frames = sv_calloc(run->room * (size_t)run->sound.channels,
		                        sizeof *run->frames);
	rc = build(chain, run);
	if (!rc)
		sox_flow_effects(chain, NULL, NULL);
	sox_delete_effects_chain(chain);
	free(run->frames);
	free(run->samples);
	return rc;
}

int line_run(struct line *line, const char *what, const struct capture_how *how)
{
	struct run run = { .line = line, .from = capture_source_for(what) };
	int rc = message_start();

	if (!rc)
		rc = run.from->open(&run.source, what, how, &run.sound);
	if (!rc)
		rc = check_sound(&run, what);
	if (!rc)
		rc = flow(&run);
	if (!rc)
		rc = line->out_rc ? line->out_rc : run.rc;
	run.from->close(run.source);
	/* an input that was not waited for is no bad input */
	return rc && !line->out_rc && sv_stopping() ? 0 : rc;
}
