/* launch: a process for an arrival */
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/capture/calls.h"
#include "src/capture/datagram.h"
#include "src/capture/slot.h"

static struct slot *free_slot(struct calls *calls)
{
	for (size_t i = 0; i < SLOTS; i++) {
		if (calls->slots[i].taken)
			continue;
		if (i == calls->n)
			calls->n++;
		return &calls->slots[i];
	}
	return NULL;
}

/* in the new process */
static int leave(struct calls *calls, const struct slot *slot,
                 const struct arrival *arrival, struct errand *errand)
{
	errand->arrival = *arrival;
	errand->greeting = sv_alloc(arrival->len + 1);
	if (arrival->len)
		memcpy(errand->greeting, arrival->greeting, arrival->len);
	errand->arrival.greeting = errand->greeting;
	errand->pipeline = &calls->pipelines[slot - calls->slots];
	return CALLS_FORKED;
}

static int begin(struct calls *calls, struct slot *slot,
                 const struct arrival *arrival, struct errand *errand)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = slot };
	pid_t pid;

	calls->pipelines[slot - calls->slots] = 0;
	slot->peer = -1;
	if (slot->feed.fd >= 0 &&
	    epoll_ctl(calls->set, EPOLL_CTL_ADD, slot->feed.fd, &event))
		return sv_fail(EX_TEMPFAIL, "epoll:");
	pid = fork();
	if (pid < 0)
		return sv_fail(EX_TEMPFAIL, "fork:");
	if (!pid)
		return leave(calls, slot, arrival, errand);
	slot->taken = true;
	slot->pid = pid;
	if (arrival->transport->socket_type == SOCK_DGRAM) {
		slot->peer = fcntl(arrival->fd, F_DUPFD_CLOEXEC, 0);
		slot->stream = datagram_stream(arrival);
	}
	return 0;
}

static int begin_question(struct calls *calls, struct slot *slot,
                          const struct arrival *arrival, struct errand *errand)
{
	int rc;

	if (calls->count.questions >= QUESTIONS_MAX)
		return sv_fail(EX_TEMPFAIL, "too many questions at once");
	errand->events_fd = -1;
	slot->question = true;
	feed_init(&slot->feed, -1);
	rc = begin(calls, slot, arrival, errand);
	if (!rc)
		calls->count.questions++;
	return rc;
}

static int begin_call(struct calls *calls, struct slot *slot,
                      const struct arrival *arrival, struct errand *errand)
{
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC))
		return sv_fail(EX_TEMPFAIL, "pipe:");
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	feed_init(&slot->feed, fds[0]);
	errand->events_fd = fds[1];
	rc = begin(calls, slot, arrival, errand);
	if (rc == CALLS_FORKED)
		return rc;
	close(fds[1]);
	errand->events_fd = -1;
	if (rc)
		slot_shut(calls, slot);
	else
		calls->count.running++;
	return rc;
}

int calls_begin(struct calls *calls, const struct arrival *arrival,
                struct errand *errand)
{
	struct slot *slot = free_slot(calls);
	int rc;

	if (!slot || !calls->pipelines)
		return sv_fail(EX_TEMPFAIL, "no slot is left");
	if (arrival->what == GREETING_QUESTION)
		rc = begin_question(calls, slot, arrival, errand);
	else
		rc = begin_call(calls, slot, arrival, errand);
	if (rc && rc != CALLS_FORKED)
		*slot = (struct slot){ 0 };
	else if (!rc && slot->question)
		calls->count.answered++;
	else if (!rc)
		calls->count.begun++;
	return rc;
}
