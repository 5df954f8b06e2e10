/*
 * A chain from within: who hears, what is not final, and how another takes
 * over. failover.h is what the others see.
 */
#ifndef ASR_CHAIN_H
#define ASR_CHAIN_H

#include "lib/loop.h"

#include "src/asr/failover.h"
#include "src/asr/seat.h"
#include "src/asr/utterance.h"

struct asr_chain {
	struct asr_chain_owner owner;
	struct sv_loop *loop; /* or NULL */
	bool live;
	bool remote; /* an engine is a service */
	bool keeps;  /* somebody could take over */
	int rate_hz;
	struct seat seats[ASR_CHAIN_MAX];
	size_t n;
	struct seat *seat;       /* who hears, or NULL: nobody */
	struct utterance *first; /* the earliest that is not final */
	struct utterance *now;   /* the last of them, while it goes on */
	struct expect expect;    /* of the utterances to come */
	unsigned expected;       /* its number; 0: nothing was said */
	int64_t heard_ms;        /* when a result last came */
	int64_t looked_ms;       /* for who may be tried again */
	struct sv_timer timer;
	int trouble;       /* a failure seen where nothing may be closed */
	char *why;         /* of it */
	int broken;        /* what the owner has returned to such a place */
	int lost;          /* the code of the last utterance that was lost */
	struct seat *gone; /* who heard, and failed in a pause; or NULL */
	char *gone_why;
};

/* The one who hears has failed, with sv_why(), and what it costs counts from
 * since_ms on: the next one hears all that is not final. 0 or the owner's code,
 * or in a recording the engine's when nobody is left. */
int chain_fail_over(struct asr_chain *chain, int code, int64_t since_ms,
                    bool doubtful);

/* Who is next for the earliest utterance, or NULL. any: those that should be
 * left alone, too, when there is nobody else. */
struct seat *chain_next(struct asr_chain *chain, bool any);

/* That one hears all that is not final, from now on. 0, or its code. */
int chain_give(struct asr_chain *chain, struct seat *seat);

/* Hypothesis and results, as far as they are there. 0 or the owner's code;
 * *failed: the engine's. */
int chain_look(struct asr_chain *chain, int *failed);
int chain_collect(struct asr_chain *chain, int *failed);

/* Something is heard again: tells if that is not by who failed in the pause
 * before. 0 or the owner's code. */
int chain_replaced(struct asr_chain *chain);

enum { CHAIN_TICK_MS = 20 }; /* between looks at the budgets */

/* Budgets, and failures that were put off. 0 or the owner's code. */
int chain_check(struct asr_chain *chain);

/* that in so many ms, and while something is pending again and again */
void chain_arm(struct asr_chain *chain, int wait_ms);
int chain_tick(void *arg);

/* an engine's notice() */
void chain_notice(void *arg);

/* Those before the one who hears: whether one can be had again; and when
 * nothing is pending, who is ready is taken. */
void chain_look_ahead(struct asr_chain *chain);
void chain_prefer(struct asr_chain *chain);

/* nobody is left for what is over; 0 or a code, see above */
int chain_lose(struct asr_chain *chain, int code);

#endif
