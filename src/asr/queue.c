/* queue.c: which recording is done, which is next, which may be given out */
#include "src/asr/queue.h"

#include <stdlib.h>

#include "lib/alloc.h"

void queue_init(struct queue *queue, const struct inputs *inputs)
{
	*queue = (struct queue){ .inputs = inputs, .left = inputs->n };
	queue->jobs = sv_calloc(inputs->n + 1, sizeof *queue->jobs);
	queue->order = sv_calloc(inputs->n + 1, sizeof *queue->order);
	for (size_t i = 0; i < inputs->n; i++) {
		queue->jobs[i].same = QUEUE_EMPTY;
		queue->order[i] = i;
	}
}

static int by_size(const void *a, const void *b, void *arg)
{
	const struct inputs *inputs = arg;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	int64_t more = inputs->items[right].bytes - inputs->items[left].bytes;

	if (more)
		return more > 0 ? 1 : -1;
	return left < right ? -1 : 1;
}

void queue_even_out(struct queue *queue, size_t n)
{
	struct inputs inputs = *queue->inputs;

	if (n > inputs.n)
		n = inputs.n;
	if (n)
		qsort_r(queue->order + inputs.n - n, n, sizeof *queue->order,
		        by_size, &inputs);
}

void queue_release(struct queue *queue)
{
	for (size_t i = 0; queue->jobs && i < queue->inputs->n; i++)
		free(queue->jobs[i].why);
	free(queue->jobs);
	free(queue->order);
	free(queue->again);
	*queue = (struct queue){ 0 };
}

static bool over(const struct job *job)
{
	return job->state == JOB_DONE || job->state == JOB_FAILED;
}

static int give(struct queue *queue, size_t i)
{
	int rc = queue->out.give(queue->out.arg, i);

	queue->jobs[i].state = JOB_OUT;
	return rc;
}

/* what is due now that job i is over */
static int give_due(struct queue *queue, size_t i)
{
	int rc = 0;

	if (queue->unordered)
		return give(queue, i);
	while (!rc && queue->head < queue->inputs->n &&
	       over(&queue->jobs[queue->head]))
		rc = give(queue, queue->head++);
	return rc;
}

long queue_take(struct queue *queue)
{
	size_t n = queue->inputs->n, i = n;

	if (queue->again_n)
		i = queue->again[--queue->again_n];
	while (i == n && queue->next < n) {
		size_t candidate = queue->order[queue->next++];

		if (queue->jobs[candidate].state == JOB_TODO)
			i = candidate;
	}
	if (i == n)
		return QUEUE_EMPTY;
	queue->jobs[i].state = JOB_TAKEN;
	return (long)i;
}

void queue_again(struct queue *queue, size_t i)
{
	queue->jobs[i].state = JOB_TODO;
	queue->again = sv_realloc(queue->again,
	                          (queue->again_n + 1) * sizeof *queue->again);
	queue->again[queue->again_n++] = i;
}

void queue_wait(struct queue *queue, size_t i, size_t on)
{
	size_t last = i; /* others may wait for i already */

	while (queue->jobs[last].same != QUEUE_EMPTY)
		last = (size_t)queue->jobs[last].same;
	queue->jobs[last].same = queue->jobs[on].same;
	queue->jobs[on].same = (long)i;
	queue->jobs[i].state = JOB_WAITS;
}

static int end_one(struct queue *queue, size_t i, enum job_state state)
{
	queue->jobs[i].state = state;
	queue->left--;
	queue->standing.done++;
	queue->standing.bad += state == JOB_FAILED;
	queue->standing.bytes += queue->inputs->items[i].bytes;
	return give_due(queue, i);
}

/* Those that waited for a job which failed are tried for themselves: its
 * worker may have died of something else. */
static int end(struct queue *queue, size_t i, enum job_state state)
{
	long same = queue->jobs[i].same;
	int rc = end_one(queue, i, state);

	queue->jobs[i].same = QUEUE_EMPTY;
	while (!rc && same != QUEUE_EMPTY) {
		size_t waiting = (size_t)same;

		same = queue->jobs[waiting].same;
		queue->jobs[waiting].same = QUEUE_EMPTY;
		if (state == JOB_DONE)
			rc = end_one(queue, waiting, state);
		else
			queue_again(queue, waiting);
	}
	return rc;
}

int queue_done(struct queue *queue, size_t i)
{
	return end(queue, i, JOB_DONE);
}

int queue_fail(struct queue *queue, size_t i, int code, const char *why)
{
	free(queue->jobs[i].why);
	queue->jobs[i].code = code;
	queue->jobs[i].why = sv_strdup(why);
	return end(queue, i, JOB_FAILED);
}

int queue_flush(struct queue *queue)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < queue->inputs->n; i++) {
		if (over(&queue->jobs[i]))
			rc = give(queue, i);
	}
	return rc;
}
