/*
 * The workers: forks that share the model's pages. A worker is started when
 * there is work for it, and again when it died.
 */
#ifndef ASR_POOL_H
#define ASR_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/buf.h"
#include "lib/loop.h"

#include "src/asr/config.h"
#include "src/asr/engine.h"
#include "src/asr/frame.h"

struct pool;

struct worker {
	struct pool *pool;
	pid_t pid; /* 0 when there is no process */
	int fd;
	bool busy;        /* with that job */
	bool lost;        /* the job, as it died */
	bool late;        /* ended because it stood still */
	bool overfull;    /* a line more than fits into lines */
	size_t job;       /* whose number the owner of the pool knows */
	int permille;     /* of it done */
	int64_t heard_ms; /* when it last said something */
	struct sv_buf in;
	struct sv_buf lines; /* the result so far, for the pool's owner */
};

/* What they return, if not 0, ends the loop. The frame is lent. A worker that
 * died has no process any more; lost says whether it was busy, how what ended
 * it. */
struct pool_owner {
	void *arg;
	int (*frame)(void *arg, struct worker *worker,
	             const struct frame *frame);
	int (*died)(void *arg, struct worker *worker, const char *how);
};

struct pool {
	struct sv_loop *loop;
	const struct asr_config *config;
	const struct asr_loaded *loaded;
	struct pool_owner owner;
	struct worker *workers;
	size_t n;
};

/* n workers, none of them started; loop, config and loaded are lent */
void pool_init(struct pool *pool, size_t n);

/* ends them all, at once */
void pool_release(struct pool *pool);

/* Gives an idle worker a job: the file of that path. Starts it when need be.
 * 0, EX_TEMPFAIL when there cannot be another process. */
int pool_give(struct worker *worker, size_t job, const char *path);

/* ends those who are busy and said nothing for that long */
void pool_check(struct pool *pool, int timeout_ms);

#endif
