/*
 * Calls out of files: event streams, of many calls mixed, and folders that
 * SV_TRACE_DIR left. A call is given out as soon as nothing more of it is to
 * be expected, so that a month of them needs no more memory than those that
 * were going on at once.
 */
#ifndef REPLAY_INPUT_H
#define REPLAY_INPUT_H

#include "src/replay/past.h"

enum { INPUT_BUCKETS = 4096 };

struct input {
	/* Gets each call, in the order of their ends; takes it. 0 or a code,
	 * with which reading ends. */
	int (*take)(void *arg, struct past *past);
	void *arg;
	struct past *calls, **last; /* unfinished, in the order they began */
	struct past *buckets[INPUT_BUCKETS];
	size_t bytes;
	long lines;
	long bad;          /* lines of the file at hand */
	const char *sound; /* of the folder at hand, or NULL */
};

void input_init(struct input *input, int (*take)(void *arg, struct past *past),
                void *arg);

/* Reads a file, a folder, or stdin when path is NULL or "-". What is bad in
 * it is told of and makes the exit code 65. 0, EX_NOINPUT, EX_IOERR, or a
 * code of take(). */
int input_read(struct input *input, const char *path);

/* for readers of folders: an event; and a bad line, for sv_events_on_bad() */
int input_event(struct input *input, const struct sv_event *event);
int input_bad(void *arg, json_t *fields);

/* gives out what is left. 0 or a code of take(). */
int input_end(struct input *input);
void input_release(struct input *input);

#endif
