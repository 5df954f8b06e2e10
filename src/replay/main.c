/* sv-replay: past calls by today's scenario or engines */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/option.h"
#include "lib/start.h"

#include "src/replay/input.h"
#include "src/replay/show.h"
#include "src/replay/sound.h"
#include "src/replay/texts.h"

static struct {
	const char *scenario;
	const char *from;
	const char *recordings;
	bool diff;
	bool json;
	bool pace;
	bool redact;
	char **command; /* what stands behind --, or NULL */
} opt = { .from = "asr.final", .redact = true };

static const struct sv_option options[] = {
	{ 's', "scenario", "SV_SCENARIO", "FILE", sv_str, &opt.scenario,
	  "talk by the scenario in FILE" },
	{ 0, "from", NULL, "asr.final|audio", sv_str, &opt.from,
	  "from the words recognised then, or from the recording" },
	{ 0, "recordings", NULL, "PATH", sv_str, &opt.recordings,
	  "the recording, or a folder of them, with --from audio" },
	{ 0, "diff", NULL, NULL, sv_flag, &opt.diff,
	  "print what is another now; exit 1 if anything is" },
	{ 0, "json", NULL, NULL, sv_flag, &opt.json,
	  "print that as JSON, a call a line" },
	{ 0, "pace", NULL, NULL, sv_flag, &opt.pace, "in real time" },
	{ 0, "redact", "SV_REDACT", "yes|no", sv_flag, &opt.redact,
	  "mask personal data in what is printed" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-replay",
	.operands = "[FILE ...] [-- COMMAND ...]",
	.about = "run past calls again: by today's scenario or engines",
	.options = options,
};

/* what is made of the calls, one after the other */
struct replay {
	struct show show;
	struct tally tally;
	struct texts *texts; /* from words, or */
	struct sound_config sound;
	int missing; /* recordings */
};

static int compare(struct replay *replay, struct run *run)
{
	const struct past *past = run->past;
	bool cut = !past->account.concluded && !past->has_end;
	struct difference difference;

	difference_make(&difference, &past->account, &run->account, cut);
	replay->tally.texts += difference.texts;
	replay->tally.states += difference.states;
	replay->tally.slots += difference.slots;
	replay->tally.outcomes += difference.outcomes;
	if (difference_any(&difference)) {
		replay->tally.changed++;
		show_call(&replay->show,
		          &(struct shown){ past, &difference, run->unreached,
		                           run->short_of, cut });
	}
	difference_release(&difference);
	return 0;
}

static int put(struct run *run)
{
	int rc = run->out.len ? sv_write(STDOUT_FILENO, run->out.data,
	                                 run->out.len, "stdout")
	                      : 0;

	sv_buf_cut(&run->out, 0);
	return rc;
}

static int on_part(void *arg, struct run *run)
{
	(void)arg;
	return opt.diff ? 0 : put(run);
}

static int on_over(void *arg, struct run *run)
{
	struct replay *replay = arg;

	replay->tally.calls++;
	return opt.diff ? compare(replay, run) : put(run);
}

/* A recording that is not there, or is none, is told of; the rest is done. */
static int with_sound(struct replay *replay, struct past *past)
{
	struct run run;
	int rc;

	run_init(&run, past);
	rc = sound_run(&replay->sound, &run);
	if (rc == EX_NOINPUT || rc == EX_DATAERR) {
		sv_log(SV_ERROR, "%s", sv_why());
		replay->missing++;
		rc = 0;
	} else if (!rc) {
		rc = on_over(replay, &run);
	}
	run_release(&run);
	past_free(past);
	return rc;
}

static int on_call(void *arg, struct past *past)
{
	struct replay *replay = arg;

	return replay->texts ? texts_add(replay->texts, past)
	                     : with_sound(replay, past);
}

static int read_all(struct replay *replay)
{
	struct input input;
	char **paths;
	int rc = 0, n, i;

	paths = sv_operands(&n);
	input_init(&input, on_call, replay);
	if (!n)
		rc = input_read(&input, NULL);
	for (i = 0; !rc && i < n && !sv_stopping(); i++)
		rc = input_read(&input, paths[i]);
	if (!rc)
		rc = input_end(&input);
	if (!rc && replay->texts)
		rc = texts_end(replay->texts);
	input_release(&input);
	return rc;
}

static int from_texts(struct replay *replay)
{
	static char dialog[] = "sv-dialog";
	char *own[] = { dialog, NULL };
	struct texts_config config = {
		.command = opt.command ? opt.command : own,
		.pace = opt.pace,
		.over = on_over,
		.part = on_part,
		.arg = replay,
	};
	int rc, end;

	replay->texts = texts_new(&config);
	rc = read_all(replay);
	end = texts_free(replay->texts);
	return rc ? rc : end;
}

static int from_sound(struct replay *replay)
{
	static char shell[] = "/bin/sh", c[] = "-c",
		    pipeline[] = "sv-asr | sv-dialog | sv-tts --pace";
	char *own[] = { shell, c, pipeline, NULL };

	replay->sound = (struct sound_config){
		.command = opt.command ? opt.command : own,
		.recordings = opt.recordings,
		.pace = opt.pace,
		.part = on_part,
		.arg = replay,
	};
	return read_all(replay);
}

/* Events that replace bad lines have no place in what people read. */
static void silence_events(void)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		sv_event_to(fd);
}

static int check(bool from_audio)
{
	if (!from_audio && strcmp(opt.from, "asr.final") != 0)
		return sv_fail(EX_USAGE, "--from takes asr.final or audio");
	if (opt.recordings && !from_audio)
		return sv_fail(EX_USAGE, "--recordings is for --from audio");
	if (!opt.scenario && !opt.command)
		return sv_fail(EX_USAGE, "which scenario? give -s FILE");
	if (opt.json && !opt.diff)
		return sv_fail(EX_USAGE, "--json is for --diff: events are "
		                         "JSON already");
	return 0;
}

static int run(bool *changed)
{
	struct replay replay = { .show = { opt.json, opt.redact } };
	bool from_audio = !strcmp(opt.from, "audio");
	int rc = check(from_audio);

	if (rc)
		return rc;
	if (opt.scenario)
		setenv("SV_SCENARIO", opt.scenario, 1);
	if (opt.diff)
		silence_events();
	rc = from_audio ? from_sound(&replay) : from_texts(&replay);
	if (!rc && opt.diff && !sv_stopping())
		show_tally(&replay.show, &replay.tally);
	if (!rc && replay.missing)
		rc = sv_fail(EX_NOINPUT, "%d %s without a recording",
		             replay.missing,
		             replay.missing == 1 ? "call" : "calls");
	*changed = replay.tally.changed > 0;
	return rc;
}

/* COMMAND and its own options are not ours to read. */
static int cut_command(int argc, char *argv[])
{
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		if (i + 1 < argc)
			opt.command = argv + i + 1;
		return i;
	}
	return argc;
}

int main(int argc, char *argv[])
{
	bool changed = false;
	int rc;

	argc = cut_command(argc, argv);
	sv_start(&command, argc, argv);
	rc = sv_end(run(&changed));
	return !rc && changed ? 1 : rc;
}
