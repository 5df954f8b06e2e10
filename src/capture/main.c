/* sv-capture: sound in, as PCM; and PCM out, as sound */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/coding.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/option.h"
#include "lib/pcm.h"
#include "lib/resample.h"
#include "lib/start.h"

#include "src/capture/effects.h"
#include "src/capture/engine.h"
#include "src/capture/line.h"
#include "src/capture/message.h"

static struct {
	int rate_hz, out_rate_hz, channel;
	const char *output, *effects;
	const char *raw;
	bool pace;
} opt = { .rate_hz = SV_RATE_DEFAULT,
	  .channel = LINE_MIX,
	  .output = "-",
	  .effects = "" };

static int any_hz(const char *value, void *target)
{
	int *hz = target;

	if (sv_int(value, hz) || *hz < SV_RESAMPLE_MIN || *hz > SV_RESAMPLE_MAX)
		return sv_fail(EX_USAGE, "'%s' is not a rate: %d to %d", value,
		               SV_RESAMPLE_MIN, SV_RESAMPLE_MAX);
	return 0;
}

static int channel(const char *value, void *target)
{
	int *channel = target;

	if (!strcmp(value, "mix")) {
		*channel = LINE_MIX;
		return 0;
	}
	if (sv_int(value, channel))
		return sv_fail(EX_USAGE,
		               "'%s' is neither mix nor a channel counted "
		               "from 0",
		               value);
	return 0;
}

static int raw(const char *value, void *target)
{
	if (!sv_coding_find(value))
		return sv_fail(EX_USAGE,
		               "no coding '%s'; there are ulaw, alaw, gsm, "
		               "g722, vox and sln to sln192",
		               value);
	return sv_str(value, target);
}

static const struct sv_option options[] = {
	{ 'r', "rate", "SV_RATE", "HZ", sv_hz, &opt.rate_hz,
	  "rate of the PCM on stdin or stdout" },
	{ 'o', "output", NULL, "FILE", sv_str, &opt.output,
	  "write FILE or a device instead of stdout" },
	{ 0, "out-rate", NULL, "HZ", any_hz, &opt.out_rate_hz,
	  "rate of what -o writes" },
	{ 0, "raw", NULL, "CODING", raw, &opt.raw,
	  "the input has no header and is so coded" },
	{ 0, "channel", NULL, "N|mix", channel, &opt.channel,
	  "take channel N, from 0, or all mixed" },
	{ 0, "effects", NULL, "CHAIN", sv_str, &opt.effects,
	  "SoX effects to apply" },
	{ 0, "pace", NULL, NULL, sv_flag, &opt.pace,
	  "write to stdout in real time" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-capture",
	.operands = "[FILE|-|alsa:NAME|pulse:NAME ...]",
	.about = "sound from files and devices to PCM on stdout, or with -o "
		 "from PCM\non stdin to files and devices",
	.options = options,
};

/* Every operand; one that fails is said so, the others are done, and the
 * first one's code is ours. The last sentence is left for sv_end(). */
static int run_all(struct line *line, const struct capture_how *how,
                   char **what, int n)
{
	char *why = NULL;
	int first = 0, rc, i;

	for (i = 0; i < n && !line->out_rc && !sv_stopping(); i++) {
		rc = line_run(line, what[i], how);
		if (!rc || line->out_rc)
			continue;
		if (why)
			sv_log(SV_ERROR, "%s", why);
		free(why);
		why = sv_strdup(sv_why());
		first = first ? first : rc;
	}
	if (why && line->out_rc)
		sv_log(SV_ERROR, "%s", why);
	else if (why)
		sv_fail(first, "%s", why);
	free(why);
	return line->out_rc ? line->out_rc : first;
}

/* how lib/coding.h calls raw PCM */
static const char *pcm_coding(int rate_hz)
{
	switch (rate_hz) {
	case 8000:
		return "sln";
	case 24000:
		return "sln24";
	case 48000:
		return "sln48";
	default:
		return "sln16";
	}
}

static int run_line(const struct effects *effects)
{
	struct line line = { .channel = opt.channel, .effects = effects };
	struct capture_how how = { .raw = opt.raw,
		                   .rate_hz = opt.rate_hz,
		                   .out_rate_hz = opt.out_rate_hz,
		                   .pace = opt.pace };
	static char stdin_name[] = "-";
	char *stdin_only[] = { stdin_name };
	char **what;
	int n, rc, end;

	what = sv_operands(&n);
	if (!n) {
		what = stdin_only;
		n = 1;
		if (!how.raw && strcmp(opt.output, "-") != 0)
			how.raw = pcm_coding(opt.rate_hz);
	}
	line.to = capture_sink_for(opt.output);
	rc = line.to->open(&line.sink, opt.output, &how, &line.rate_hz);
	if (rc)
		return rc;
	rc = run_all(&line, &how, what, n);
	end = line.to->close(line.sink, line.n || rc <= 0 ? line.out_rc : rc);
	return rc > 0 ? rc : end;
}

static int run(void)
{
	struct effects effects;
	int rc = message_start();

	if (!strcmp(opt.output, "-") && opt.out_rate_hz)
		return sv_fail(EX_USAGE, "--out-rate needs -o FILE; the rate "
		                         "of stdout is -r");
	if (strcmp(opt.output, "-") != 0 && opt.pace)
		return sv_fail(EX_USAGE, "--pace is for stdout, not for -o");
	if (rc)
		return rc;
	rc = effects_parse(opt.effects, &effects);
	if (!rc)
		rc = run_line(&effects);
	effects_release(&effects);
	return rc;
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
