/*
 * A call as it was: what the caller did and when, how long our prompts were,
 * and the account of it. What the caller did are its cues; each stands in
 * some relation to what had been said to them just before (a batch of
 * prompts): so long after its end, or so far into it.
 */
#ifndef REPLAY_PAST_H
#define REPLAY_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/event.h"

#include "src/replay/account.h"

struct cue {
	int64_t t;
	char *line; /* the event as it came */
	size_t len;
	size_t batch; /* what was said last when the caller began */
	bool inside;  /* goes on with words that were begun before */
	bool answer;  /* words, or a key */
	bool ending;  /* call.end */
	bool start;   /* call.start */
	bool key;     /* dtmf */
};

struct batch {
	int64_t start, end;
	bool cut; /* it ended because somebody spoke or pressed a key */
};

/* how a prompt sounded: its text, from dialog.say to its first sample, and
 * its length */
struct spoken {
	char *text;
	int64_t lag_ms, length_ms;
};

struct past {
	char id[SV_CALL_MAX + 1];
	int64_t began_ms; /* wall; -1 when not known */
	char *caller, *callee, *direction, *language;
	char *recording; /* where it was, or NULL */
	int rate_hz;     /* 0 when not known */
	bool live;       /* prompts were played and silence lasted */
	bool left;       /* we ended it: hung up, or handed over, */
	bool silent;     /* after a silence */
	bool traced;     /* recording is raw PCM, as a trace keeps it */
	bool has_start;  /* call.start */
	bool has_end;    /* call.end */
	bool full;       /* there was more than is kept of a call */
	bool reported;   /* a voice said what it played */
	int64_t last_t;  /* of any event of it */
	struct cue *cues;
	size_t n_cues;
	size_t bytes;
	struct batch *batches; /* the first is the beginning of the call */
	size_t n_batches;
	struct spoken *spoken;
	size_t n_spoken;
	struct account account;

	/* while it is read */
	bool answered; /* since the last batch */
	bool speaking;
	size_t speaking_batch;

	struct said {
		char id[24];
		int64_t t, start;
		size_t batch, spoken;
		bool of_batch, ended;
	} * says;

	size_t n_says;

	long ended_at; /* the line of call.end, or 0 */
	struct past *next, *chain;
};

struct past *past_new(const char *id);
void past_free(struct past *past); /* NULL is fine */

/* the next event of that call */
void past_take(struct past *past, const struct sv_event *event);

/* All of it was read: what follows from the whole. */
void past_done(struct past *past);

/* whether there is anything to run again */
bool past_tells(const struct past *past);

/* How that text sounded then; one never heard is estimated by its length. */
struct spoken past_spoken(const struct past *past, const char *text);

#endif
