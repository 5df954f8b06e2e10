/* stage.c: where the sound and the events go */
#include "src/tts/stage.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/log.h"

static bool is_stdout(const char *path)
{
	return !strcmp(path, "-");
}

static int open_sound(struct tts_stage *stage, const char *path)
{
	stage->sound = STDOUT_FILENO;
	stage->sound_name = "stdout";
	if (!path || is_stdout(path))
		return 0;
	stage->sound_name = path;
	stage->sound =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return stage->sound < 0 ? sv_fail(EX_CANTCREAT, "create %s:", path) : 0;
}

/* nobody reads our events, or nobody does any more */
static bool nowhere;

static void to_nowhere(void)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		sv_event_to(fd);
	nowhere = true;
}

void tts_warn_unread(void)
{
	if (nowhere)
		sv_warn("%s", sv_why());
}

/* Added to what is there: a second call does not wipe out the first, and
 * /dev/fd/N, which opens anew what N is, keeps what it holds. */
static int open_events(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		return sv_fail(EX_CANTCREAT, "create %s:", path);
	sv_event_to(fd);
	return 0;
}

int tts_stage_open(struct tts_stage *stage, const struct tts_config *config)
{
	int rc = open_sound(stage, config->output);
	int call = sv_call_fd(SV_FD_EVENTS);
	bool free_stdout = stage->sound != STDOUT_FILENO;

	if (rc)
		return rc;
	stage->heard = true;
	if (config->events && !is_stdout(config->events))
		return open_events(config->events);
	if (config->events && !free_stdout)
		return sv_fail(EX_USAGE,
		               "events and sound cannot both go to stdout: "
		               "give -o a file");
	if (call >= 0 && !config->events) {
		if (fcntl(call, F_GETFD) < 0)
			return sv_fail(EX_USAGE,
			               "SV_CALL_FDS is set, but descriptor %d "
			               "is not open",
			               call);
		sv_event_to(call);
	} else if (!free_stdout) {
		stage->heard = false;
		to_nowhere();
	}
	return 0;
}

int tts_forgive(int rc)
{
	if (rc != SV_GONE)
		return rc;
	to_nowhere();
	return 0;
}

int tts_report(const char *call, int64_t t, const char *type, json_t *fields)
{
	return tts_forgive(sv_event_write(call, t, type, fields));
}

int tts_pass(const struct sv_event *event)
{
	return tts_forgive(sv_event_pass(event));
}

int tts_complain(const char *call, int64_t t, int code)
{
	tts_warn_unread();
	return tts_forgive(sv_event_error(call, t, code, NULL));
}
