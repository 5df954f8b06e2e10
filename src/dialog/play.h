/*
 * One scripted conversation as it goes; only for the files that play it:
 * play.c, play_over.c, play_expect.c and simulate.c.
 */
#ifndef DIALOG_PLAY_H
#define DIALOG_PLAY_H

#include "lib/buf.h"

#include "src/dialog/mind.h"
#include "src/dialog/suite.h"

enum { TRANSCRIPT_MAX = 1 << 20, WRONG_MAX = 1 << 16 };

struct play {
	const struct suite *suite;
	const struct script *script;
	struct conversation *conversation;
	struct thinking *thinking; /* NULL without a model */
	char today[11];
	json_t *says;             /* of this turn: fields of dialog.say */
	json_t *tools;            /* their names */
	bool cut;                 /* what was said over us cut us */
	bool gone;                /* the caller has hung up */
	int64_t took_us;          /* this turn */
	char *outcome, *target;   /* NULL: not yet */
	struct sv_buf all;        /* everything that was said */
	struct sv_buf transcript; /* lines */
	struct sv_buf wrong;      /* lines; none when all is as expected */
};

/* Plays the script. What is to be seen of it is in transcript and wrong. 0 or
 * a code. */
int play_run(struct play *play, const struct dialog_engine *type,
             struct engine *engine, struct mind *mind);
void play_release(struct play *play);

/* what was heard, text lent */
struct hearing play_hearing(const struct play *play, const char *text,
                            double confidence);

/* The words said, or the keys pressed, while what `says` holds is played. */
int play_over(struct play *play, const struct act *act);

/* The caller presses keys, when nothing is played. */
int play_keys(struct play *play, const char *keys);

/* What was expected and is not, after a turn, and in the end. */
void play_expect(struct play *play, const struct act *act);
void play_expect_end(struct play *play);

/* a line of what is wrong */
void play_wrong(struct play *play, struct sv_place place, const char *format,
                ...) __attribute__((format(printf, 3, 4)));

#endif
