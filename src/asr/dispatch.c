/* dispatch.c: recordings to workers, and what comes back */
#include "src/asr/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/asr/identity.h"

/* a worker's death may have nothing to do with the file */
enum { TRIES = 2 };

/* work for everybody who has none */
int dispatch_work(struct dispatch *dispatch)
{
	int rc = 0;

	if (!dispatch->queue->left)
		sv_loop_stop(dispatch->pool.loop);
	for (size_t i = 0; !rc && i < dispatch->pool.n; i++) {
		struct worker *worker = &dispatch->pool.workers[i];
		long job;

		if (worker->busy)
			continue;
		job = queue_take(dispatch->queue);
		if (job == QUEUE_EMPTY)
			break;
		rc = pool_give(worker, (size_t)job,
		               dispatch->queue->inputs->items[job].path);
	}
	return rc;
}

/* whoever decodes what this key stands for just now */
static struct worker *find_same(struct dispatch *dispatch,
                                const struct worker *except)
{
	const unsigned char *key = dispatch->queue->jobs[except->job].key;

	for (size_t i = 0; i < dispatch->pool.n; i++) {
		struct worker *worker = &dispatch->pool.workers[i];

		if (worker != except && worker->busy &&
		    !memcmp(dispatch->queue->jobs[worker->job].key, key,
		            SV_SHA256))
			return worker;
	}
	return NULL;
}

static int skip(struct worker *worker)
{
	int rc = frame_send(worker->fd, FRAME_SKIP, NULL, 0);

	worker->busy = false;
	return rc == SV_GONE ? 0 : rc;
}

/* The file was hashed: is its result there, or on its way? */
static int on_digest(struct dispatch *dispatch, struct worker *worker,
                     const struct frame *frame)
{
	size_t i = worker->job;
	struct job *job = &dispatch->queue->jobs[i];
	struct worker *same;
	bool found;
	int rc;

	identity_key(dispatch->identity, dispatch->queue->inputs->items[i].path,
	             (const unsigned char *)frame->data, job->key);
	rc = journal_has(dispatch->journal, job->key, &found);
	if (rc)
		return rc;
	if (found) {
		dispatch->queue->standing.skipped +=
			dispatch->queue->inputs->items[i].bytes;
		rc = skip(worker);
		return rc ? rc : queue_done(dispatch->queue, i);
	}
	same = find_same(dispatch, worker);
	if (same) {
		queue_wait(dispatch->queue, i, same->job);
		return skip(worker);
	}
	rc = frame_send(worker->fd, FRAME_GO, NULL, 0);
	return rc == SV_GONE ? 0 : rc;
}

static int on_line(struct worker *worker, const struct frame *frame)
{
	if (sv_buf_add(&worker->lines, frame->data, frame->len))
		worker->overfull = true; /* on_done() will say so */
	return 0;
}

static int on_done(struct dispatch *dispatch, struct worker *worker, bool bad)
{
	size_t i = worker->job;
	char *source = input_source(dispatch->queue->inputs->items[i].path);
	struct result result = { .source = source,
		                 .events = worker->lines.data,
		                 .len = worker->lines.len,
		                 .bad = bad };
	bool whole = !worker->overfull;
	int rc = 0;

	worker->busy = false;
	if (whole)
		rc = journal_put(dispatch->journal,
		                 dispatch->queue->jobs[i].key, &result);
	sv_buf_release(&worker->lines);
	free(source);
	if (rc)
		return rc;
	return whole ? queue_done(dispatch->queue, i)
	             : queue_fail(dispatch->queue, i, EX_DATAERR,
	                          "more said than fits");
}

static int on_failed(struct dispatch *dispatch, struct worker *worker,
                     const struct frame *frame)
{
	char *text = sv_strndup(frame->data, frame->len), *why;
	int code = (int)strtol(text, &why, 10);
	int rc;

	worker->busy = false;
	sv_buf_release(&worker->lines);
	rc = queue_fail(dispatch->queue, worker->job, code,
	                why + (*why == ' '));
	free(text);
	return rc;
}

static int on_frame(void *arg, struct worker *worker, const struct frame *frame)
{
	struct dispatch *dispatch = arg;
	char number[16] = "";
	int rc = 0;

	switch (frame->type) {
	case FRAME_DIGEST:
		rc = on_digest(dispatch, worker, frame);
		break;
	case FRAME_LINE:
		return on_line(worker, frame);
	case FRAME_PROGRESS:
		memcpy(number, frame->data,
		       frame->len < sizeof number ? frame->len : 0);
		worker->permille = (int)strtol(number, NULL, 10);
		return 0;
	case FRAME_DONE:
	case FRAME_BAD:
		rc = on_done(dispatch, worker, frame->type == FRAME_BAD);
		break;
	case FRAME_FAILED:
		rc = on_failed(dispatch, worker, frame);
		break;
	}
	return rc ? rc : dispatch_work(dispatch);
}

/* One try more: it may have been killed for another's hunger. */
static int on_death(void *arg, struct worker *worker, const char *how)
{
	struct dispatch *dispatch = arg;
	size_t i = worker->job;
	struct job *job = &dispatch->queue->jobs[i];
	char *why;
	int rc = 0;

	if (worker->lost && ++job->tries < TRIES && !worker->late) {
		progress_wipe(dispatch->progress);
		sv_warn("%s: its decoder %s: once more",
		        dispatch->queue->inputs->items[i].path, how);
		queue_again(dispatch->queue, i);
	} else if (worker->lost) {
		why = sv_format("%s: its decoder %s",
		                dispatch->queue->inputs->items[i].path, how);
		rc = queue_fail(dispatch->queue, i, EX_SOFTWARE, why);
		free(why);
	}
	return rc ? rc : dispatch_work(dispatch);
}

void dispatch_init(struct dispatch *dispatch, size_t workers)
{
	dispatch->pool.owner =
		(struct pool_owner){ dispatch, on_frame, on_death };
	pool_init(&dispatch->pool, workers);
}

void dispatch_release(struct dispatch *dispatch)
{
	pool_release(&dispatch->pool);
}

int64_t dispatch_bytes(const struct dispatch *dispatch)
{
	int64_t bytes = 0;

	for (size_t i = 0; i < dispatch->pool.n; i++) {
		const struct worker *worker = &dispatch->pool.workers[i];
		const struct input *input =
			&dispatch->queue->inputs->items[worker->job];

		if (worker->busy)
			bytes += input->bytes * worker->permille / 1000;
	}
	return bytes;
}
