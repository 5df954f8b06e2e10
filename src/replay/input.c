/* input.c: calls out of event streams and folders */
#include "src/replay/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/replay/folder.h"

enum {
	TOLD_MAX = 10,
	AFTER_END = 2000, /* lines until nothing of an ended call comes */
	HELD_MAX = 512 << 20,
};

void input_init(struct input *input, int (*take)(void *arg, struct past *past),
                void *arg)
{
	*input = (struct input){ .take = take, .arg = arg };
	input->last = &input->calls;
}

/* FNV-1a */
static size_t hash(const char *id)
{
	uint32_t h = 2166136261U;

	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * 16777619U;
	return (h ^ h >> 16) % INPUT_BUCKETS;
}

static struct past *find(struct input *input, const char *id)
{
	struct past **bucket = &input->buckets[hash(id)];
	struct past *past = *bucket;

	while (past && strcmp(past->id, id) != 0)
		past = past->chain;
	if (past)
		return past;
	past = past_new(id);
	past->chain = *bucket;
	*bucket = past;
	*input->last = past;
	input->last = &past->next;
	return past;
}

/* takes the call at *place out of all lists and gives it away */
static int give(struct input *input, struct past **place)
{
	struct past *past = *place;
	struct past **chain = &input->buckets[hash(past->id)];

	*place = past->next;
	if (input->last == &past->next)
		input->last = place;
	while (*chain != past)
		chain = &(*chain)->chain;
	*chain = past->chain;
	past->next = past->chain = NULL;
	input->bytes -= past->bytes;
	past_done(past);
	if (past_tells(past))
		return input->take(input->arg, past);
	past_free(past);
	return 0;
}

static int give_ended(struct input *input)
{
	struct past **at = &input->calls;
	int rc = 0;

	while (!rc && *at) {
		if ((*at)->ended_at &&
		    (*at)->ended_at + AFTER_END <= input->lines)
			rc = give(input, at);
		else
			at = &(*at)->next;
	}
	return rc;
}

int input_event(struct input *input, const struct sv_event *event)
{
	struct past *past = find(input, event->call);
	size_t before = past->bytes;

	past_take(past, event);
	input->lines++;
	if (input->sound && !past->traced) {
		free(past->recording);
		past->recording = sv_strdup(input->sound);
		past->traced = true;
	}
	input->bytes += past->bytes - before;
	if (!strcmp(event->type, "call.end"))
		past->ended_at = input->lines;
	if (input->bytes > HELD_MAX)
		return sv_fail(EX_DATAERR,
		               "more than %d MiB of calls without an end",
		               HELD_MAX >> 20);
	return input->lines % 512 ? 0 : give_ended(input);
}

/* Nobody may read the error event that replaces a bad line: a person is told,
 * of the first ten. */
int input_bad(void *arg, json_t *fields)
{
	struct input *input = arg;

	if (++input->bad <= TOLD_MAX)
		sv_warn("%s", sv_why());
	return sv_event_error(NULL, 0, EX_DATAERR, fields);
}

static int read_events(struct input *input, int fd, const char *name)
{
	struct sv_events *events = sv_events_new(fd, name);
	struct sv_event event;
	int got = 1, rc = 0;

	input->bad = 0;
	sv_events_on_bad(events, input_bad, input);
	while (!rc && got > 0) {
		got = sv_events_next(events, &event);
		if (got == 1) /* 2: a bad line, and input_bad() told of it */
			rc = input_event(input, &event);
		else if (got < 0)
			rc = sv_events_code(events);
	}
	if (input->bad > TOLD_MAX)
		sv_warn("%s: %ld bad lines more", name, input->bad - TOLD_MAX);
	sv_events_free(events);
	return rc;
}

static int read_path(struct input *input, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	rc = read_events(input, fd, path);
	close(fd);
	return rc;
}

int input_read(struct input *input, const char *path)
{
	struct stat st;

	if (!path || !strcmp(path, "-"))
		return read_events(input, STDIN_FILENO, "stdin");
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return folder_read(input, path);
	return read_path(input, path);
}

int input_end(struct input *input)
{
	int rc = 0;

	while (!rc && input->calls)
		rc = give(input, &input->calls);
	return rc;
}

void input_release(struct input *input)
{
	while (input->calls) {
		struct past *past = input->calls;

		input->calls = past->next;
		past_free(past);
	}
}
