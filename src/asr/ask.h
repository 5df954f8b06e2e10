/*
 * A gRPC call that is waited for, in a loop of its own: for what is not part of
 * a live call.
 */
#ifndef ASR_ASK_H
#define ASR_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/grpc.h"
#include "lib/loop.h"
#include "lib/service.h"

struct ask {
	struct sv_loop *loop;
	struct sv_grpc *channel;
	/* called each second while we wait; not 0 gives up. NULL: none. */
	int (*waits)(void *arg);
	void *arg;

	/* how the last call ended */
	bool over;
	enum sv_grpc_code code;
	int exit;
	char *why; /* when exit is not 0 */
};

/* what is asked; all lent */
struct ask_for {
	const char *path;
	const char *const *metadata;
	const void *message;
	size_t len;
	int timeout_ms;
	/* each answer, lent; not 0 ends the call */
	int (*answer)(void *arg, const void *data, size_t len);
	void *arg;
};

/* The service is lent. 0 and a channel for ask_release(), EX_UNAVAILABLE. */
int ask_init(struct ask *ask, const struct sv_service *service);
void ask_release(struct ask *ask);

/* Waits for the call's end: 0 or its exit, with sv_why() set. What waits() has
 * returned when that is not 0; then it is not over. */
int ask_one(struct ask *ask, const struct ask_for *what);

/* lets ms go by, as one waits between two calls; 0 or what waits() returned */
int ask_wait(struct ask *ask, int ms);

#endif
