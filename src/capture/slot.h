/* The table of calls.h, for the two files that fill it and empty it. */
#ifndef CAPTURE_SLOT_H
#define CAPTURE_SLOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/capture/calls.h"
#include "src/capture/feed.h"

enum { SLOTS = CALLS_MAX + QUESTIONS_MAX };

struct slot {
	bool taken, question;
	pid_t pid; /* 0: it has ended, and what it said is not yet read */
	struct feed feed;
	char why[64]; /* what it died of; "" */
	int peer;     /* its socket, where it is of datagrams; or -1 */
	uint32_t stream;
};

struct calls {
	struct sv_loop *loop;
	struct outlet *outlet;
	int (*changed)(void *arg);
	void (*left)(void *arg, int fd, uint32_t stream);
	void *arg;
	struct slot *slots;
	volatile int *pipelines; /* shared, one a slot: process groups */
	size_t n;                /* slots beyond were never taken */
	int set;                 /* epoll over all feeds */
	bool stalled;            /* some is left unread, for want of room */
	struct calls_count count;
};

/* Reads no more of what its process says. */
void slot_shut(const struct calls *calls, struct slot *slot);

#endif
