/*
 * Events on their way to the process that queues what they mean (keeper.h):
 * each stays here until that process has said that it is safe, so that another
 * one can be given the same. A pipe that takes no more delays nobody.
 */
#ifndef CRM_HANDOVER_H
#define CRM_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/loop.h"

struct handover {
	struct sv_loop *loop;
	struct sv_buf lines;
	size_t start; /* of what is not yet safe */
	size_t sent;  /* of what is not yet written, from the start of lines */
	int fd;       /* -1: nobody takes them */
	bool ended;   /* no more come: fd is closed when all is written */
	int64_t lost; /* lines that found no room */
};

/* at most max bytes are kept */
void handover_init(struct handover *handover, struct sv_loop *loop, size_t max);
void handover_release(struct handover *handover);

/* Somebody takes them from here on, beginning with what is not safe. fd is the
 * handover's, and must not block. */
void handover_to(struct handover *handover, int fd);
void handover_stop(struct handover *handover); /* nobody does any more */

void handover_put(struct handover *handover, const char *line, size_t len);

/* So many bytes are safe, of those that the one that takes them got. */
void handover_safe(struct handover *handover, size_t len);

/* no more will come */
void handover_end(struct handover *handover);

/* bytes that are not written yet, and that are not safe yet */
size_t handover_waiting(const struct handover *handover);
size_t handover_unsafe(const struct handover *handover);

/* What is not safe is given up. */
void handover_forget(struct handover *handover);

#endif
