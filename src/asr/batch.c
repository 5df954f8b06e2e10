/* batch.c: recordings named on the command line */
#include "src/asr/batch.h"

#include <sched.h>

#include "lib/clock.h"
#include "lib/coding.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/start.h"

#include "src/asr/dispatch.h"
#include "src/asr/engine.h"
#include "src/asr/identity.h"
#include "src/asr/inputs.h"
#include "src/asr/journal.h"
#include "src/asr/output.h"
#include "src/asr/progress.h"
#include "src/asr/queue.h"

enum {
	JOBS_MAX = 1024,
	TICK_MS = 250,
	TAIL = 8, /* recordings a worker that are evened out at the end */
};

struct batch {
	const struct asr_config *config;
	struct asr_loaded loaded;
	struct inputs inputs;
	struct queue queue;
	struct journal *journal;
	struct output *output;
	struct sv_loop *loop;
	struct dispatch dispatch;
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

static int on_tick(void *arg)
{
	struct batch *batch = arg;
	struct standing standing = batch->queue.standing;

	standing.bytes += dispatch_bytes(&batch->dispatch);
	progress_draw(&batch->progress, &standing);
	if (batch->config->timeout_ms)
		pool_check(&batch->dispatch.pool, batch->config->timeout_ms);
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

	batch->dispatch.queue = &batch->queue;
	batch->dispatch.journal = batch->journal;
	batch->dispatch.progress = &batch->progress;
	batch->dispatch.pool = (struct pool){ .loop = batch->loop,
		                              .config = batch->config,
		                              .loaded = &batch->loaded };
	if (n > batch->queue.left)
		n = batch->queue.left;
	if (n > 1)
		queue_even_out(&batch->queue, TAIL * n);
	dispatch_init(&batch->dispatch, n);
	batch->tick = (struct sv_timer){ .fire = on_tick, .arg = batch };
	sv_loop_on_stop(batch->loop, on_stop, batch);
	sv_loop_arm(batch->loop, &batch->tick, sv_now_ms() + TICK_MS);
	rc = dispatch_work(&batch->dispatch);
	if (!rc && batch->queue.left)
		rc = sv_loop_run(batch->loop);
	progress_wipe(&batch->progress);
	dispatch_release(&batch->dispatch);
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
		                 batch->dispatch.identity);
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
