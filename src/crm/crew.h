/*
 * The filter's two other processes: the one that queues (keeper.h) and the one
 * that sends (sender.h). They are started again when they die, and told when
 * the stream has ended.
 */
#ifndef CRM_CREW_H
#define CRM_CREW_H

#include "lib/event.h"
#include "lib/loop.h"

#include "src/crm/command.h"

struct crew;

struct crew_options {
	const struct crm_options *options;
	const struct crm_engine *engine;
	struct crm *crm;
	/* a line that one of them tells, for the standard output */
	void (*tell)(void *arg, const char *line, size_t len);
	void (*room)(void *arg); /* who waited for it may go on */
	void *arg;
};

/* 0 and *made for crew_finish(), or EX_OSERR. */
int crew_start(struct crew **made, struct sv_loop *loop,
               const struct crew_options *options);

/* An event that was passed on. What finds no room is lost to the outbox. */
void crew_take(struct crew *crew, const struct sv_event *event);

/* Whether to wait for room(): who queues is behind, but goes on. A store that
 * is away or hangs is not waited for. */
bool crew_full(struct crew *crew);

/* No more events. The loop is stopped when all is queued, and what is due was
 * tried; when it is to be quick, what is not sent within a few seconds stays
 * in the outbox. */
void crew_end(struct crew *crew, bool quick);

/* Ends what is left of it: 0, or why not all is in the outbox, or sent. */
int crew_finish(struct crew *crew); /* NULL is fine */

#endif
