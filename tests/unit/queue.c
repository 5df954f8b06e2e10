/*
 * queue: what is next, what waits, what may be given out
 * uses: src/asr/queue.c
 */
#include "src/asr/queue.h"

#include "lib/buf.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

enum { N = 6 };

static struct sv_buf given;

static int give(void *arg, size_t i)
{
	struct queue *queue = arg;

	return sv_buf_printf(&given, "%zu%s ", i,
	                     queue->jobs[i].state == JOB_FAILED ? "!" : "");
}

static void begin(struct queue *queue, bool unordered)
{
	static struct input items[N];
	static struct inputs inputs = { items, N, N };

	sv_buf_init(&given, 1000);
	queue_init(queue, &inputs);
	queue->unordered = unordered;
	queue->out = (struct queue_out){ queue, give };
}

static void end(struct queue *queue, const char *want)
{
	is(sv_buf_str(&given), want);
	sv_buf_release(&given);
	queue_release(queue);
}

static void in_order(void)
{
	struct queue queue;

	begin(&queue, false);
	for (long i = 0; i < N; i++)
		ok(queue_take(&queue) == i);
	ok(queue_take(&queue) == QUEUE_EMPTY);
	queue_done(&queue, 3);
	queue_done(&queue, 1);
	is(sv_buf_str(&given), "");
	queue_fail(&queue, 0, EX_DATAERR, "bad");
	is(sv_buf_str(&given), "0! 1 ");
	queue_done(&queue, 2);
	is(sv_buf_str(&given), "0! 1 2 3 ");
	ok(queue.left == 2 && queue.standing.bad == 1);
	queue_done(&queue, 5);
	queue_flush(&queue);
	end(&queue, "0! 1 2 3 5 ");
}

static void as_finished(void)
{
	struct queue queue;

	begin(&queue, true);
	queue_fail(&queue, 1, EX_DATAERR, "bad from the start");
	ok(queue_take(&queue) == 0 && queue_take(&queue) == 2);
	queue_done(&queue, 2);
	queue_done(&queue, 0);
	queue_flush(&queue);
	end(&queue, "1! 2 0 ");
}

static void taken_again(void)
{
	struct queue queue;

	begin(&queue, false);
	ok(queue_take(&queue) == 0 && queue_take(&queue) == 1);
	queue_again(&queue, 0);
	ok(queue_take(&queue) == 0 && queue_take(&queue) == 2);
	end(&queue, "");
}

static void same_content(void)
{
	struct queue queue;

	begin(&queue, false);
	for (long i = 0; i < N; i++)
		ok(queue_take(&queue) == i);
	queue_wait(&queue, 2, 0);
	queue_wait(&queue, 4, 2); /* in turn, and 4 comes along with 2 */
	queue_wait(&queue, 0, 5);
	queue_done(&queue, 5);
	ok(queue.left == 2);
	queue_done(&queue, 1);
	queue_done(&queue, 3);
	end(&queue, "0 1 2 3 4 5 ");
}

static void same_content_that_fails(void)
{
	struct queue queue;

	begin(&queue, false);
	ok(queue_take(&queue) == 0 && queue_take(&queue) == 1);
	queue_wait(&queue, 1, 0);
	queue_fail(&queue, 0, EX_SOFTWARE, "its decoder died");
	ok(queue_take(&queue) == 1);
	queue_done(&queue, 1);
	end(&queue, "0! 1 ");
}

static void largest_first(void)
{
	static const long order[] = { 0, 1, 2, 5, 4, 3 };
	struct input items[N] = { 0 };
	struct inputs inputs = { items, N, N };
	struct queue queue;

	for (int i = 0; i < N; i++)
		items[i].bytes = i % 3;
	queue_init(&queue, &inputs);
	queue_even_out(&queue, 4); /* of sizes 0 1 | 2 0 1 2 */
	for (int i = 0; i < N; i++)
		ok(queue_take(&queue) == order[i]);
	ok(queue_take(&queue) == QUEUE_EMPTY);
	queue_even_out(&queue, 100);
	queue_release(&queue);
}

int main(void)
{
	largest_first();
	in_order();
	as_finished();
	taken_again();
	same_content();
	same_content_that_fails();
	return tap_end();
}
