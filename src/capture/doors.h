/*
 * The listeners in the server's loop: who comes in is led to the greeter, a
 * peer that sends datagrams straight to known(). When descriptors run out,
 * peers are let in one by one, to be refused as it should be.
 */
#ifndef CAPTURE_DOORS_H
#define CAPTURE_DOORS_H

#include "lib/loop.h"

#include "src/capture/greeter.h"
#include "src/capture/listen.h"

struct doors;

/* listeners are lent. For a datagram's arrival known() is called as the
 * greeter does it. */
struct doors *doors_open(struct sv_loop *loop,
                         const struct listeners *listeners,
                         struct greeter *greeter,
                         int (*known)(void *arg, struct arrival *arrival),
                         void *arg);
/* as datagram_left() */
void doors_left(struct doors *doors, int fd, uint32_t stream);

void doors_close(struct doors *doors); /* NULL is fine */

#endif
