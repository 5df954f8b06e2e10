/* calls: those in progress, a process each */
#include "src/capture/calls.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/capture/feed.h"
#include "src/capture/slot.h"

enum { AT_ONCE = 64 };

static struct slot *slot_of(const struct calls *calls, pid_t pid)
{
	for (size_t i = 0; i < calls->n; i++) {
		if (calls->slots[i].taken && calls->slots[i].pid == pid)
			return &calls->slots[i];
	}
	return NULL;
}

static void close_peer(struct slot *slot)
{
	if (slot->peer >= 0)
		close(slot->peer);
	slot->peer = -1;
}

/* Closing alone would not take it out of the set while a process just forked
 * off has not yet closed its copy. */
void slot_shut(const struct calls *calls, struct slot *slot)
{
	if (slot->feed.fd < 0)
		return;
	epoll_ctl(calls->set, EPOLL_CTL_DEL, slot->feed.fd, NULL);
	close(slot->feed.fd);
	slot->feed.fd = -1;
}

/* The process has ended, all it said is read. */
static int release(struct calls *calls, struct slot *slot)
{
	if (!slot->question)
		feed_end(&slot->feed, calls->outlet,
		         slot->why[0] ? slot->why : NULL);
	slot_shut(calls, slot);
	feed_release(&slot->feed);
	if (slot->peer >= 0 && calls->left)
		calls->left(calls->arg, slot->peer, slot->stream);
	close_peer(slot);
	*slot = (struct slot){ 0 };
	return calls->changed(calls->arg);
}

/* What a process that has ended left in its pipe. Nothing more comes when
 * there is nothing now. */
static int settle(struct calls *calls, struct slot *slot)
{
	int more = slot->feed.fd >= 0;

	while (more == 1 && outlet_room(calls->outlet))
		more = feed_read(&slot->feed, calls->outlet);
	if (more != 1)
		return release(calls, slot);
	calls->stalled = true;
	return 0;
}

static int ready(void *arg, short revents);

int calls_resume(struct calls *calls)
{
	int rc = 0;

	if (!calls->stalled)
		return 0;
	calls->stalled = false;
	sv_loop_watch(calls->loop, calls->set, POLLIN, ready, calls);
	for (size_t i = 0; !rc && i < calls->n; i++) {
		struct slot *slot = &calls->slots[i];

		if (slot->taken && !slot->pid)
			rc = settle(calls, slot);
	}
	return rc;
}

/* One at a time and in turn, as epoll has them. */
static int ready(void *arg, short revents)
{
	struct calls *calls = arg;
	struct epoll_event event;

	(void)revents;
	for (int i = 0; i < AT_ONCE; i++) {
		struct slot *slot;

		if (!outlet_room(calls->outlet)) {
			sv_loop_unwatch(calls->loop, calls->set);
			calls->stalled = true;
			break;
		}
		if (epoll_wait(calls->set, &event, 1, 0) != 1)
			break;
		slot = event.data.ptr;
		if (feed_read(&slot->feed, calls->outlet))
			continue;
		slot_shut(calls, slot); /* its process will have ended */
		if (!slot->pid)
			return release(calls, slot);
	}
	return 0;
}

struct calls *calls_new(struct sv_loop *loop, struct outlet *outlet,
                        int (*changed)(void *arg), void *arg)
{
	struct calls *calls = sv_alloc(sizeof *calls);
	void *shared = mmap(NULL, SLOTS * sizeof(int), PROT_READ | PROT_WRITE,
	                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	calls->loop = loop;
	calls->outlet = outlet;
	calls->changed = changed;
	calls->arg = arg;
	calls->slots = sv_calloc(SLOTS, sizeof *calls->slots);
	calls->set = epoll_create1(EPOLL_CLOEXEC);
	calls->pipelines = shared == MAP_FAILED ? NULL : shared;
	/* what a call's process leaves behind becomes our child */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sv_loop_watch(loop, calls->set, POLLIN, ready, calls);
	return calls;
}

void calls_on_left(struct calls *calls,
                   void (*left)(void *arg, int fd, uint32_t stream))
{
	calls->left = left;
}

/* The shared memory stays: a call's process goes on using it. */
void calls_free(struct calls *calls)
{
	if (!calls)
		return;
	for (size_t i = 0; i < calls->n; i++) {
		if (!calls->slots[i].taken)
			continue;
		feed_release(&calls->slots[i].feed);
		close_peer(&calls->slots[i]);
	}
	close(calls->set);
	free(calls->slots);
	free(calls);
}

/* How it ended. A call with a bad line in its events (EX_DATAERR) is as good
 * as any. */
static void note_end(struct calls *calls, struct slot *slot,
                     const siginfo_t *info)
{
	bool killed = info->si_code != CLD_EXITED;

	if (!slot->question)
		calls->count.running--;
	else
		calls->count.questions--;
	slot->pid = 0;
	if (!killed && (!info->si_status || info->si_status == EX_DATAERR))
		return;
	calls->count.failed += !slot->question;
	if (!killed) /* it has said why itself */
		return;
	snprintf(slot->why, sizeof slot->why,
	         "the call's process was killed by signal %d", info->si_status);
	sv_log_call(slot->feed.call);
	sv_log(SV_ERROR, "%s", slot->why);
	sv_log_call(NULL);
}

/* What is left of its pipeline ends with it. The process itself is not yet
 * waited for, so that its number is still its own. */
static int bury(struct calls *calls, struct slot *slot, const siginfo_t *info)
{
	pid_t group = calls->pipelines[slot - calls->slots];

	if (group > 1)
		kill(-group, SIGKILL);
	waitpid(info->si_pid, NULL, 0);
	note_end(calls, slot, info);
	return settle(calls, slot);
}

int calls_reap(struct calls *calls)
{
	siginfo_t info = { 0 };
	int rc = 0;

	while (!rc && !waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) &&
	       info.si_pid) {
		struct slot *slot = slot_of(calls, info.si_pid);

		if (slot)
			rc = bury(calls, slot, &info);
		else
			waitpid(info.si_pid, NULL, 0); /* of a pipeline */
		info.si_pid = 0;
	}
	return rc;
}

void calls_kill(const struct calls *calls, int number)
{
	for (size_t i = 0; i < calls->n; i++) {
		if (calls->slots[i].taken && calls->slots[i].pid)
			kill(calls->slots[i].pid, number);
	}
}

bool calls_done(const struct calls *calls)
{
	for (size_t i = 0; i < calls->n; i++) {
		if (calls->slots[i].taken)
			return false;
	}
	return true;
}

struct calls_count calls_count(const struct calls *calls)
{
	return calls->count;
}
