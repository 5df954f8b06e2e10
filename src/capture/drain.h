/*
 * The end of a server: no new calls, those in progress finish, and what they
 * say is written. Whoever is in more of a hurry asks twice, or thrice.
 */
#ifndef CAPTURE_DRAIN_H
#define CAPTURE_DRAIN_H

#include <stdbool.h>

#include "lib/loop.h"

#include "src/capture/calls.h"
#include "src/capture/outlet.h"
#include "src/capture/server.h"

struct drain {
	struct sv_loop *loop;
	struct calls *calls;
	struct outlet *outlet;
	const struct server_config *config;
	bool answers; /* questions may follow the last call */
	bool begun, lingered;
	int asked; /* how often */
	struct sv_timer late, linger, hard, stuck;
};

/* the fields down to `answers` are filled in */
void drain_init(struct drain *drain);

/* No new calls from now on, without anybody having asked. */
int drain_begin(struct drain *drain);

/* SIGTERM or SIGINT: the first one lets calls finish, the second has them hand
 * their callers over, the third kills them. */
int drain_ask(struct drain *drain);

/* Ends the loop when nothing is left to do: to be called after each change. */
int drain_check(struct drain *drain);

#endif
