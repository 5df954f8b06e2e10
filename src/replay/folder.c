/* folder.c: calls out of the folders that SV_TRACE_DIR left */
#include "src/replay/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"

/* one of the two files that hold a call's events, and its next event */
struct half {
	int fd;
	struct sv_events *events;
	struct sv_event event;
	int got; /* 1: there is one; 0: no more; -1: it failed */
};

/* On 4 stands what the line did, and a copy of some of what is on 3. */
static bool of_line(const struct sv_event *event)
{
	return !strcmp(event->type, "call.start") ||
	       !strcmp(event->type, "call.end") || !strcmp(event->type, "dtmf");
}

static void half_next(struct half *half, bool line)
{
	do
		half->got = half->events
		                    ? sv_events_next(half->events, &half->event)
		                    : 0;
	while (half->got == 2 || /* a bad line */
	       (half->got == 1 && line && !of_line(&half->event)));
}

static void half_open(struct half *half, struct input *input, const char *path)
{
	half->fd = open(path, O_RDONLY | O_CLOEXEC);
	half->events = NULL;
	if (half->fd < 0)
		return;
	half->events = sv_events_new(half->fd, path);
	sv_events_on_bad(half->events, input_bad, input);
}

static void half_close(struct half *half)
{
	sv_events_free(half->events);
	if (half->fd >= 0)
		close(half->fd);
}

/* whether the line's event comes first: by time, and its end last */
static bool line_first(const struct half *line, const struct half *rest)
{
	if (line->got <= 0 || rest->got <= 0)
		return line->got > 0;
	return strcmp(line->event.type, "call.end") != 0 &&
	       line->event.t <= rest->event.t;
}

static int merge(struct input *input, struct half *line, struct half *rest)
{
	int rc = 0;

	half_next(line, true);
	half_next(rest, false);
	while (!rc && (line->got > 0 || rest->got > 0)) {
		bool first = line_first(line, rest);

		rc = input_event(input, first ? &line->event : &rest->event);
		half_next(first ? line : rest, first);
	}
	if (!rc && line->got < 0)
		rc = sv_events_code(line->events);
	if (!rc && rest->got < 0)
		rc = sv_events_code(rest->events);
	return rc;
}

static int read_call(struct input *input, const char *folder)
{
	char *line_path = sv_format("%s/4.ndjson", folder);
	char *rest_path = sv_format("%s/3.ndjson", folder);
	char *sound = sv_format("%s/0.pcm", folder);
	struct half line, rest;
	int rc;

	half_open(&line, input, line_path);
	half_open(&rest, input, rest_path);
	input->sound = access(sound, R_OK) ? NULL : sound;
	rc = merge(input, &line, &rest);
	input->sound = NULL;
	half_close(&line);
	half_close(&rest);
	free(line_path);
	free(rest_path);
	free(sound);
	return rc;
}

static bool is_call(const char *folder)
{
	char *index = sv_format("%s/4.ndjson", folder);
	bool is = !access(index, F_OK);

	free(index);
	return is;
}

static int not_dotted(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int folder_read(struct input *input, const char *path)
{
	struct dirent **names = NULL;
	int n, i, rc = 0;
	size_t calls = 0;

	if (is_call(path))
		return read_call(input, path);
	n = scandir(path, &names, not_dotted, alphasort);
	if (n < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	for (i = 0; i < n; i++) {
		char *folder = sv_format("%s/%s", path, names[i]->d_name);

		if (!rc && is_call(folder)) {
			calls++;
			rc = read_call(input, folder);
		}
		free(folder);
		free(names[i]);
	}
	free(names);
	if (!rc && !calls)
		return sv_fail(EX_NOINPUT,
		               "%s is no folder of a call: it has no 4.ndjson, "
		               "and none of its folders has",
		               path);
	return rc;
}
