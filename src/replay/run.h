/*
 * A past call that happens once more, in words: the caller says and keys what
 * they did, as long after our prompts, or as far into them, as they did; the
 * prompts take as long as they took. The rest is today's.
 */
#ifndef REPLAY_RUN_H
#define REPLAY_RUN_H

#include "lib/buf.h"

#include "src/replay/past.h"
#include "src/replay/voice.h"

struct run {
	const struct past *past;
	size_t next;      /* the cue */
	int64_t t;        /* now */
	int64_t delta;    /* what cues are later than they were */
	size_t old_batch; /* the one that delta was found by */
	struct voice voice;
	struct batch batch; /* the latest of today's */
	bool opened;        /* since the last cue that began something */
	bool answered;      /* the caller, since the latest batch */
	int64_t due;        /* when the dialog acts by itself, or -1 */
	bool ended, left;   /* the conversation; the line */
	bool done;
	struct account account;
	struct sv_buf out; /* its events */
	int seq;           /* of ours */
	size_t unreached;  /* answers that nobody asked for any more */
	bool short_of;     /* answers: asked for more than was told then */
};

void run_init(struct run *run, const struct past *past);
void run_release(struct run *run);

/* Adds to `to` what happens next, and a clock event behind it. Sets `done`
 * when nothing is left, and adds nothing then. 0, or EX_DATAERR when `to` is
 * full. */
int run_step(struct run *run, struct sv_buf *to);

/* the same without a clock or a voice: all of the call at once */
int run_whole(struct run *run, struct sv_buf *to);

/* when that step happens, on the call's clock */
int64_t run_when(const struct run *run);

/* Adds an event of ours: the voice's, the clock's, the end that is missing;
 * takes fields. 0, EX_DATAERR or EX_SOFTWARE. */
int run_put(struct run *run, struct sv_buf *to, const char *type,
            json_t *fields);

/* run_take.c: what comes back */

/* What the dialog answered, or passed on. 0 or EX_DATAERR. */
int run_take(struct run *run, const struct sv_event *event);

/* For a run with sound: an event of today's pipeline, and one of the line's
 * own. 0, EX_DATAERR or EX_SOFTWARE. */
int run_today(struct run *run, const struct sv_event *event);
int run_line(struct run *run, const char *line);

#endif
