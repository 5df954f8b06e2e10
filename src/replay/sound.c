/* sound.c: a past call by today's pipeline, from its recording */
#include "src/replay/sound.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"
#include "lib/start.h"

#include "src/replay/caller.h"
#include "src/replay/ends.h"
#include "src/replay/pacing.h"
#include "src/replay/rewrite.h"

enum { SETTINGS = 12 };

struct sound {
	const struct sound_config *config;
	struct run *run;
	struct caller *caller;
	struct ends ends;
	char *settings[SETTINGS + 1];
	size_t n_settings;
	char *state;     /* a folder that is nobody's */
	int64_t clock_t; /* how far the pipeline has come */
	bool sounded;    /* a frame was given */
};

/* --- its environment --- */

static void set(struct sound *sound, const char *name, const char *value)
{
	if (value && sound->n_settings < SETTINGS)
		sound->settings[sound->n_settings++] =
			sv_format("%s=%s", name, value);
}

static void set_all(struct sound *sound)
{
	const struct past *past = sound->run->past;
	char text[SV_TIME_LEN];

	sv_time_format(past->began_ms < 0 ? 0 : past->began_ms, text);
	set(sound, "SV_CALL_TIME", text);
	snprintf(text, sizeof text, "%d", caller_rate_hz(sound->caller));
	set(sound, "SV_RATE", text);
	set(sound, "SV_CALL_FDS", "1");
	set(sound, "SV_CLOCK", "call");
	set(sound, "SV_CALL_ID", past->id);
	set(sound, "SV_CALLER", past->caller ? past->caller : "");
	set(sound, "SV_CALLEE", past->callee ? past->callee : "");
	set(sound, "SV_DIRECTION", past->direction ? past->direction : "in");
	set(sound, "SV_LANG", past->language);
	set(sound, "SV_DIALOG_STATE", sound->state);
	set(sound, "SV_TRACE_DIR", "");
}

/* checkpoints of a replay are of no call that could go on */
static int make_state(struct sound *sound)
{
	const char *tmp = getenv("TMPDIR");

	sound->state =
		sv_format("%s/sv-replay.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (mkdtemp(sound->state))
		return 0;
	*sound->state = '\0';
	return sv_fail(EX_CANTCREAT,
	               "make a folder in %s:", tmp && *tmp ? tmp : "/tmp");
}

static void remove_state(struct sound *sound)
{
	DIR *folder =
		sound->state && *sound->state ? opendir(sound->state) : NULL;
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
	if (sound->state && *sound->state)
		rmdir(sound->state);
	free(sound->state);
}

/* --- what comes from the pipeline --- */

static const struct {
	const char *type;
	bool dialog, asr;
} routes[] = {
	{ "tts.start", true, true },       { "tts.end", true, true },
	{ "tts.interrupted", true, true }, { "tts.pause", true, true },
	{ "tts.resume", true, true },      { "tts.cancel", true, false },
	{ "asr.expect", false, true },
};

static int route(struct sound *sound, const struct sv_event *event)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof routes / sizeof *routes; i++)
		if (!strcmp(routes[i].type, event->type))
			break;
	if (i == sizeof routes / sizeof *routes)
		return 0;
	if (routes[i].dialog)
		rc = ends_write(&sound->ends, SV_FD_DIALOG, event->line,
		                event->len);
	if (!rc && routes[i].asr)
		rc = ends_write(&sound->ends, SV_FD_ASR, event->line,
		                event->len);
	return rc;
}

static int take(void *arg, const struct sv_event *event)
{
	struct sound *sound = arg;
	int rc;

	if (!strcmp(event->type, "clock")) {
		sound->clock_t = event->t;
		return 0;
	}
	rc = route(sound, event);
	return rc ? rc : run_today(sound->run, event);
}

static int await(struct sound *sound, int64_t t)
{
	bool more = true;
	int rc = 0;

	while (!rc && more && sound->clock_t < t)
		rc = ends_wait(&sound->ends, take, sound, &more);
	return rc;
}

/* --- what goes to it --- */

/* One of the line's own events: to the stages it concerns, and to the
 * stream. */
static int tell(struct sound *sound, const char *line, bool key)
{
	int rc = ends_write(&sound->ends, SV_FD_DIALOG, line, strlen(line));

	if (!rc && key)
		rc = ends_write(&sound->ends, SV_FD_ASR, line, strlen(line));
	return rc ? rc : run_line(sound->run, line);
}

static int tell_cue(struct sound *sound, const struct cue *cue)
{
	struct run *run = sound->run;
	char *line;
	int rc;

	run->t = cue->t > run->t ? cue->t : run->t;
	line = rewrite_move(run->past, cue->line, cue->len, run->t);
	rc = line ? tell(sound, line, cue->key) : EX_SOFTWARE;
	free(line);
	return rc;
}

/* Of the cues only what the line itself said: sv-asr hears the rest. */
static int tell_due(struct sound *sound, int64_t t)
{
	struct run *run = sound->run;
	const struct past *past = run->past;
	int rc = 0;

	for (; !rc && run->next < past->n_cues; run->next++) {
		const struct cue *cue = &past->cues[run->next];

		if (cue->ending || cue->t > t)
			break;
		if (cue->start || cue->key)
			rc = tell_cue(sound, cue);
	}
	return rc;
}

static int begin(struct sound *sound)
{
	const struct past *past = sound->run->past;
	char *line;
	int rc;

	if (past->has_start)
		return 0;
	line = rewrite_make(past, ++sound->run->seq, 0, "call.start",
	                    json_object());
	rc = line ? tell(sound, line, false) : EX_SOFTWARE;
	free(line);
	return rc;
}

/* The end as it was, or as we have made it. */
static int end(struct sound *sound)
{
	struct run *run = sound->run;
	const struct past *past = run->past;
	const char *reason = run->left ? "hangup" : "eof";
	char *line;
	int rc;

	if (past->has_end) {
		const struct cue *cue = &past->cues[past->n_cues - 1];

		line = rewrite_move(past, cue->line, cue->len, run->t);
	} else {
		line = rewrite_make(past, ++run->seq, run->t, "call.end",
		                    json_pack("{s:s}", "reason", reason));
	}
	rc = line ? ends_write(&sound->ends, SV_FD_DIALOG, line, strlen(line))
	          : EX_SOFTWARE;
	ends_shut(&sound->ends, 0);
	ends_shut(&sound->ends, SV_FD_ASR);
	if (!rc)
		rc = await(sound, INT64_MAX);
	ends_shut(&sound->ends, SV_FD_DIALOG);
	if (!rc)
		rc = run_line(run, line);
	free(line);
	return rc;
}

static int talk(struct sound *sound)
{
	struct run *run = sound->run;
	int rate_hz = caller_rate_hz(sound->caller);
	int16_t frame[SV_RATE_MAX * SV_FRAME_MS / 1000];
	size_t n = (size_t)sv_samples(SV_FRAME_MS, rate_hz);
	int64_t start_us = sv_now_us();
	int rc = begin(sound), got = 1;

	while (!rc && !run->left && sound->ends.fds[3] >= 0) {
		if (sound->config->pace) {
			rc = sound->config->part(sound->config->arg, run);
			pacing_wait(start_us + run->t * 1000);
		}
		got = rc ? 0 : caller_read(sound->caller, frame, n);
		if (got < 0)
			rc = EX_SOFTWARE;
		if (got <= 0)
			break;
		rc = tell_due(sound, run->t);
		if (!rc)
			rc = ends_write(&sound->ends, 0, frame,
			                n * sizeof *frame);
		run->t += SV_FRAME_MS;
		if (!rc)
			rc = await(sound, run->t);
	}
	return rc ? rc : end(sound);
}

static int run_pipeline(struct sound *sound)
{
	int rc, closed;

	set_all(sound);
	rc = ends_open(&sound->ends, sound->config->command, sound->settings);
	if (rc)
		return rc;
	rc = talk(sound);
	closed = ends_close(&sound->ends, rc != 0);
	return rc ? rc : closed;
}

int sound_run(const struct sound_config *config, struct run *run)
{
	struct sound sound = { .config = config, .run = run, .clock_t = -1 };
	int rc = caller_open(&sound.caller, run->past, config->recordings);

	if (!rc)
		rc = make_state(&sound);
	if (!rc)
		rc = run_pipeline(&sound);
	caller_close(sound.caller);
	remove_state(&sound);
	while (sound.n_settings)
		free(sound.settings[--sound.n_settings]);
	return rc;
}
