/*
 * Which recording is done, which is next, which may be given out: the states
 * of a batch's jobs, one for each input.
 */
#ifndef ASR_QUEUE_H
#define ASR_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"

#include "src/asr/inputs.h"
#include "src/asr/progress.h"

enum { QUEUE_EMPTY = -1 };

enum job_state {
	JOB_TODO,
	JOB_TAKEN,  /* a worker has it */
	JOB_WAITS,  /* for another job with the same content */
	JOB_DONE,   /* its result is in the journal */
	JOB_FAILED, /* for good */
	JOB_OUT,    /* done or failed, and given out */
};

struct job {
	enum job_state state;
	unsigned char key[SV_SHA256]; /* once it was hashed */
	int tries;
	int code; /* when it failed, with why */
	char *why;
	long same; /* the next that waits for this one's result */
};

/* Who gives a job's result or failure to the world; 0, or what ends it all. */
struct queue_out {
	void *arg;
	int (*give)(void *arg, size_t i);
};

struct queue {
	const struct inputs *inputs;
	struct job *jobs;
	bool unordered;
	struct queue_out out;
	size_t left;              /* neither done nor failed */
	struct standing standing; /* for the progress line */
	size_t *order;            /* in which they are taken */
	size_t next;              /* in it, the first that was never taken */
	size_t *again;            /* those to be taken once more */
	size_t again_n;
	size_t head; /* the first that was not given out */
};

/* inputs are lent; out and unordered are for the caller to set */
void queue_init(struct queue *queue, const struct inputs *inputs);

/* Has the last n be taken largest first, so that at the end no worker is alone
 * with a long one. Before any was taken. */
void queue_even_out(struct queue *queue, size_t n);
void queue_release(struct queue *queue);

/* the number of a job to do now, which is taken by this, or QUEUE_EMPTY */
long queue_take(struct queue *queue);

/* not done after all: it will be taken once more */
void queue_again(struct queue *queue, size_t i);

/* job i has the same content as `on`, which is being done */
void queue_wait(struct queue *queue, size_t i, size_t on);

/* Job i, and those that wait for it, is done, or failed. What is due by that
 * is given out: in the order of the inputs, or at once. What out.give() gave */
int queue_done(struct queue *queue, size_t i);
int queue_fail(struct queue *queue, size_t i, int code, const char *why);

/* gives out what is over though something before it is not */
int queue_flush(struct queue *queue);

#endif
