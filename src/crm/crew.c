/* crew.c: the processes that queue and send, and who looks after them */
#include "src/crm/crew.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/crm/crew_inside.h"
#include "src/crm/sender.h"

enum {
	KEPT_BYTES = 64 << 20, /* of events that are not safe yet */
	STALL_MS = 2000,       /* without a word: it is not slow but hangs */
};

static struct crew *make(struct sv_loop *loop,
                         const struct crew_options *options)
{
	struct crew *crew = sv_alloc(sizeof *crew);

	crew->options = *options;
	crew->loop = loop;
	crew->pid = getpid();
	crew->order = order_new();
	crew->keeper = (struct worker){
		.what = "the process that queues",
		.run = keeper_run,
		.in = -1,
		.again = { .fire = crew_keeper_again, .arg = crew },
	};
	crew->sender = (struct worker){
		.what = "the process that sends",
		.run = sender_run,
		.in = -1,
		.again = { .fire = crew_sender_again, .arg = crew },
	};
	crew->limit.fire = crew_on_limit;
	crew->limit.arg = crew;
	handover_init(&crew->events, loop, KEPT_BYTES);
	sv_buf_init(&crew->heard, (size_t)2 * SV_EVENT_MAX);
	return crew;
}

int crew_start(struct crew **made, struct sv_loop *loop,
               const struct crew_options *options)
{
	struct crew *crew;
	int words[2];

	*made = NULL;
	if (pipe2(words, O_CLOEXEC))
		return sv_fail(EX_OSERR, "pipe:");
	fcntl(words[0], F_SETFL, O_NONBLOCK);
	crew = make(loop, options);
	memcpy(crew->words, words, sizeof words);
	sv_loop_watch(loop, words[0], POLLIN, crew_on_words, crew);
	sv_loop_on_signal(loop, SIGCHLD, crew_on_child, crew);
	crew_start_keeper(crew);
	*made = crew;
	return 0;
}

void crew_take(struct crew *crew, const struct sv_event *event)
{
	int64_t lost = crew->events.lost;

	if (!handover_unsafe(&crew->events))
		crew->heard_ms = sv_now_ms();
	handover_put(&crew->events, event->line, event->len);
	if (crew->events.lost && !lost)
		sv_warn("events that wait for the store fill %d MiB: what "
		        "comes now is not queued",
		        KEPT_BYTES >> 20);
}

bool crew_full(struct crew *crew)
{
	int64_t stall_ms = crew->heard_ms + STALL_MS - sv_now_ms();

	if (handover_waiting(&crew->events) < SLOW_BYTES || crew->away ||
	    crew->events.fd < 0 || stall_ms <= 0)
		return false;
	crew->waiting = true;
	crew_limit(crew, stall_ms);
	return true;
}

static void end_worker(struct worker *worker)
{
	if (!worker->pid)
		return;
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
}

/* The consequence; the cause was said when it came up. */
static int lacking(const struct crew *crew)
{
	if (crew->lost || crew->events.lost)
		return sv_fail(crew->code ? crew->code : EX_TEMPFAIL,
		               "not all calls are in the outbox: feed "
		               "the events again when that is mended");
	if (crew->code)
		return sv_fail(crew->code,
		               "not all calls are in the CRM: they wait in the "
		               "outbox, sv-crm send tries again");
	return 0;
}

int crew_finish(struct crew *crew)
{
	int rc = 0;

	if (!crew)
		return 0;
	rc = lacking(crew);
	signal(SIGCHLD, SIG_DFL);
	end_worker(&crew->keeper);
	end_worker(&crew->sender);
	crew_close(&crew->sender.in);
	handover_release(&crew->events);
	sv_buf_release(&crew->heard);
	crew_close(&crew->words[0]);
	crew_close(&crew->words[1]);
	order_free(crew->order);
	free(crew->why);
	free(crew);
	return rc;
}
