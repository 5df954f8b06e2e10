/* batch.c: recordings named on the command line */
#include "src/asr/batch.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/coding.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/start.h"

#include "src/asr/engine.h"
#include "src/asr/identity.h"
#include "src/asr/inputs.h"
#include "src/asr/journal.h"
#include "src/asr/output.h"
#include "src/asr/pool.h"
#include "src/asr/progress.h"
#include "src/asr/queue.h"

enum {
	JOBS_MAX = 1024,
	TRIES = 2, /* a worker's death may have nothing to do with the file */
	TICK_MS = 250,
	TAIL = 8, /* recordings a worker that are evened out at the end */
};

struct batch {
	const struct asr_config *config;
	struct asr_loaded loaded;
	unsigned char identity[SV_SHA256];
	struct inputs inputs;
	struct queue queue;
	struct journal *journal;
	struct output *output;
	struct sv_loop *loop;
	struct pool pool;
	struct sv_timer tick;
	struct progress progress;
};

/* a job that is over, to the world: see queue.h */
static int give_out(void *arg, size_t i)
{
	struct batch *batch = arg;
	const struct input *input = &batch->inputs.items[i];
	const struct job *job = &batch->queue.jobs[i];
	struct result result;
	int rc;

	progress_wipe(&batch->progress);
	if (job->state == JOB_FAILED)
		return output_error(batch->output, input, job->code, job->why);
	rc = journal_get(batch->journal, job->key, &result);
	if (!rc)
		rc = output_result(batch->output, input, &result);
	result_release(&result);
	return rc;
}

/* work for everybody who has none */
static int give_work(struct batch *batch)
{
	int rc = 0;

	if (!batch->queue.left)
		sv_loop_stop(batch->loop);
	for (size_t i = 0; !rc && i < batch->pool.n; i++) {
		struct worker *worker = &batch->pool.workers[i];
		long job;

		if (worker->busy)
			continue;
		job = queue_take(&batch->queue);
		if (job == QUEUE_EMPTY)
			break;
		rc = pool_give(worker, (size_t)job,
		               batch->inputs.items[job].path);
	}
	return rc;
}

/* whoever decodes what this key stands for just now */
static struct worker *find_same(struct batch *batch,
                                const struct worker *except)
{
	const unsigned char *key = batch->queue.jobs[except->job].key;

	for (size_t i = 0; i < batch->pool.n; i++) {
		struct worker *worker = &batch->pool.workers[i];

		if (worker != except && worker->busy &&
		    !memcmp(batch->queue.jobs[worker->job].key, key, SV_SHA256))
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
static int on_digest(struct batch *batch, struct worker *worker,
                     const struct frame *frame)
{
	size_t i = worker->job;
	struct job *job = &batch->queue.jobs[i];
	struct worker *same;
	bool found;
	int rc;

	identity_key(batch->identity, batch->inputs.items[i].path,
	             (const unsigned char *)frame->data, job->key);
	rc = journal_has(batch->journal, job->key, &found);
	if (rc)
		return rc;
	if (found) {
		batch->queue.standing.skipped += batch->inputs.items[i].bytes;
		rc = skip(worker);
		return rc ? rc : queue_done(&batch->queue, i);
	}
	same = find_same(batch, worker);
	if (same) {
		queue_wait(&batch->queue, i, same->job);
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

static int on_done(struct batch *batch, struct worker *worker, bool bad)
{
	size_t i = worker->job;
	char *source = input_source(batch->inputs.items[i].path);
	struct result result = { .source = source,
		                 .events = worker->lines.data,
		                 .len = worker->lines.len,
		                 .bad = bad };
	bool whole = !worker->overfull;
	int rc = 0;

	worker->busy = false;
	if (whole)
		rc = journal_put(batch->journal, batch->queue.jobs[i].key,
		                 &result);
	sv_buf_release(&worker->lines);
	free(source);
	if (rc)
		return rc;
	return whole ? queue_done(&batch->queue, i)
	             : queue_fail(&batch->queue, i, EX_DATAERR,
	                          "more said than fits");
}

static int on_failed(struct batch *batch, struct worker *worker,
                     const struct frame *frame)
{
	char *text = sv_strndup(frame->data, frame->len), *why;
	int code = (int)strtol(text, &why, 10);
	int rc;

	worker->busy = false;
	sv_buf_release(&worker->lines);
	rc = queue_fail(&batch->queue, worker->job, code, why + (*why == ' '));
	free(text);
	return rc;
}

static int on_frame(void *arg, struct worker *worker, const struct frame *frame)
{
	struct batch *batch = arg;
	char number[16] = "";
	int rc = 0;

	switch (frame->type) {
	case FRAME_DIGEST:
		rc = on_digest(batch, worker, frame);
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
		rc = on_done(batch, worker, frame->type == FRAME_BAD);
		break;
	case FRAME_FAILED:
		rc = on_failed(batch, worker, frame);
		break;
	}
	return rc ? rc : give_work(batch);
}

/* One try more: it may have been killed for another's hunger. */
static int on_death(void *arg, struct worker *worker, const char *how)
{
	struct batch *batch = arg;
	size_t i = worker->job;
	struct job *job = &batch->queue.jobs[i];
	char *why;
	int rc = 0;

	if (worker->lost && ++job->tries < TRIES && !worker->late) {
		progress_wipe(&batch->progress);
		sv_warn("%s: its decoder %s: once more",
		        batch->inputs.items[i].path, how);
		queue_again(&batch->queue, i);
	} else if (worker->lost) {
		why = sv_format("%s: its decoder %s",
		                batch->inputs.items[i].path, how);
		rc = queue_fail(&batch->queue, i, EX_SOFTWARE, why);
		free(why);
	}
	return rc ? rc : give_work(batch);
}

static int on_tick(void *arg)
{
	struct batch *batch = arg;
	struct standing standing = batch->queue.standing;

	for (size_t i = 0; i < batch->pool.n; i++) {
		const struct worker *worker = &batch->pool.workers[i];

		if (worker->busy)
			standing.bytes +=
				batch->inputs.items[worker->job].bytes *
				worker->permille / 1000;
	}
	progress_draw(&batch->progress, &standing);
	if (batch->config->timeout_ms)
		pool_check(&batch->pool, batch->config->timeout_ms);
	sv_loop_arm(batch->loop, &batch->tick, sv_now_ms() + TICK_MS);
	return 0;
}

static int on_stop(void *arg)
{
	struct batch *batch = arg;

	sv_loop_stop(batch->loop);
	return 0;
}

static int processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
}

/* the end, which came early when we were told to stop */
static int finish(struct batch *batch)
{
	const char *resume = batch->config->resume;
	int rc = queue_flush(&batch->queue);

	if (!rc && batch->queue.left)
		sv_warn("stopped after %zu of %zu recordings; %s",
		        batch->queue.standing.done, batch->inputs.n,
		        resume ? "the same command goes on from here"
		               : "with --resume one can go on");
	return rc;
}

static int work(struct batch *batch)
{
	size_t n = batch->config->jobs ? (size_t)batch->config->jobs
	                               : (size_t)processors();
	int rc;

	batch->pool = (struct pool){
		.loop = batch->loop,
		.config = batch->config,
		.loaded = &batch->loaded,
		.owner = { batch, on_frame, on_death },
	};
	pool_init(&batch->pool, n < batch->queue.left ? n : batch->queue.left);
	batch->tick = (struct sv_timer){ .fire = on_tick, .arg = batch };
	sv_loop_on_stop(batch->loop, on_stop, batch);
	sv_loop_arm(batch->loop, &batch->tick, sv_now_ms() + TICK_MS);
	if (batch->pool.n > 1)
		queue_even_out(&batch->queue, TAIL * batch->pool.n);
	rc = give_work(batch);
	if (!rc && batch->queue.left)
		rc = sv_loop_run(batch->loop);
	progress_wipe(&batch->progress);
	pool_release(&batch->pool);
	return rc ? rc : finish(batch);
}

/* those that are none have failed already */
static int prepare_jobs(struct batch *batch)
{
	size_t n = batch->inputs.n;
	int64_t bytes = 0;
	int rc = 0;

	queue_init(&batch->queue, &batch->inputs);
	batch->queue.unordered = batch->config->unordered;
	batch->queue.out = (struct queue_out){ batch, give_out };
	for (size_t i = 0; i < n; i++)
		bytes += batch->inputs.items[i].bytes;
	progress_init(&batch->progress, n, bytes);
	for (size_t i = 0; !rc && i < n; i++) {
		const struct input *input = &batch->inputs.items[i];

		if (input->code)
			rc = queue_fail(&batch->queue, i, input->code,
			                input->why);
	}
	return rc;
}

static int open_all(struct batch *batch)
{
	int rc;

	rc = output_open(&batch->output, batch->config, &batch->inputs);
	if (!rc)
		rc = journal_open(&batch->journal, batch->config->resume);
	if (!rc)
		rc = asr_load(&batch->loaded, batch->config);
	if (!rc)
		rc = identity_of(&batch->loaded, batch->config,
		                 batch->identity);
	if (!rc)
		rc = prepare_jobs(batch);
	return rc;
}

int batch_run(const struct asr_config *config)
{
	struct batch batch = { .config = config };
	int n, rc;

	if (config->jobs > JOBS_MAX)
		return sv_fail(EX_USAGE, "-j %d: %d at most", config->jobs,
		               JOBS_MAX);
	if (config->raw && !sv_coding_find(config->raw))
		return sv_fail(EX_USAGE, "no coding '%s'", config->raw);
	batch.loop = sv_loop_new();
	rc = inputs_gather(&batch.inputs, sv_operands(&n), config);
	if (!rc)
		rc = open_all(&batch);
	if (!rc)
		rc = work(&batch);
	asr_unload(&batch.loaded);
	journal_close(batch.journal);
	rc = output_close(batch.output, rc);
	queue_release(&batch.queue);
	inputs_release(&batch.inputs);
	sv_loop_free(batch.loop);
	return rc;
}
