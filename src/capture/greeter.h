/*
 * Peers that have connected and not yet said what they want, and those we
 * refused, who are waited for until they leave. They cost a descriptor each
 * and no process. Whoever says nothing in time goes, and when there are too
 * many, the one that has been silent longest: a telephone exchange speaks at
 * once, so a real call comes through.
 */
#ifndef CAPTURE_GREETER_H
#define CAPTURE_GREETER_H

#include <stddef.h>

#include "lib/loop.h"

#include "src/capture/listen.h"

struct greeter;

/* what became of the peers, since the start */
struct greeter_count {
	size_t waiting;
	long silent;  /* left, or were sent away, without a word */
	long foreign; /* said something else */
};

/* known(arg, arrival) is called for each peer that has said what it wants; the
 * arrival's fd is its to keep, what it returns ends the loop unless 0. At most
 * max peers wait, each *timeout_ms at most. */
struct greeter *greeter_new(struct sv_loop *loop, size_t max,
                            const int *timeout_ms,
                            int (*known)(void *arg, struct arrival *arrival),
                            void *arg);
void greeter_free(struct greeter *greeter); /* NULL is fine */

/* Takes fd, of who has just connected. As known(). */
int greeter_add(struct greeter *greeter, int fd, const struct origin *origin);

/* Takes fd, of whom we have refused: says goodbye, reads on until the peer
 * closes (what is unread when we close first would become an RST, which
 * Asterisk takes for the end of the caller) or a second has passed. */
void greeter_dismiss(struct greeter *greeter, int fd);

struct greeter_count greeter_count(const struct greeter *greeter);

#endif
