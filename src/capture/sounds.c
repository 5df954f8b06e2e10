/* sounds: source mode and sink mode */
#include "src/capture/sounds.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"

#include "src/capture/effects.h"
#include "src/capture/engine.h"
#include "src/capture/line.h"
#include "src/capture/message.h"

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

static int run_line(const struct sounds_config *config,
                    const struct effects *effects, char **what, int n)
{
	struct line line = { .channel = config->channel, .effects = effects };
	struct capture_how how = { .raw = config->raw,
		                   .rate_hz = config->rate_hz,
		                   .out_rate_hz = config->out_rate_hz,
		                   .pace = config->pace };
	static char stdin_name[] = "-";
	char *stdin_only[] = { stdin_name };
	int rc, end;

	if (!n) {
		what = stdin_only;
		n = 1;
		if (!how.raw && strcmp(config->output, "-") != 0)
			how.raw = pcm_coding(config->rate_hz);
	}
	line.to = capture_sink_for(config->output);
	rc = line.to->open(&line.sink, config->output, &how, &line.rate_hz);
	if (rc)
		return rc;
	rc = run_all(&line, &how, what, n);
	end = line.to->close(line.sink, line.n || rc <= 0 ? line.out_rc : rc);
	return rc > 0 ? rc : end;
}

bool sounds_unused(const struct sounds_config *config)
{
	return !strcmp(config->output, "-") && !*config->effects &&
	       !config->out_rate_hz && !config->raw && !config->pace &&
	       config->channel == LINE_MIX;
}

int sounds_run(const struct sounds_config *config, char **what, int n)
{
	struct effects effects;
	int rc = message_start();

	if (!strcmp(config->output, "-") && config->out_rate_hz)
		return sv_fail(EX_USAGE, "--out-rate needs -o FILE; the rate "
		                         "of stdout is -r");
	if (strcmp(config->output, "-") != 0 && config->pace)
		return sv_fail(EX_USAGE, "--pace is for stdout, not for -o");
	if (rc)
		return rc;
	rc = effects_parse(config->effects, &effects);
	if (!rc)
		rc = run_line(config, &effects, what, n);
	effects_release(&effects);
	return rc;
}
