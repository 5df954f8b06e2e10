/* order.c: a lock between processes that were forked off one */
#include "src/crm/order.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/alloc.h"

struct order {
	int fd; /* of nothing but the lock; -1: none */
};

struct order *order_new(void)
{
	struct order *order = sv_alloc(sizeof *order);

	order->fd = memfd_create("sv-crm order", MFD_CLOEXEC);
	return order;
}

void order_free(struct order *order)
{
	if (!order)
		return;
	if (order->fd >= 0)
		close(order->fd);
	free(order);
}

/* POSIX locks are a process's own, though the file is one for all */
static void set(const struct order *order, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	if (!order || order->fd < 0)
		return;
	while (fcntl(order->fd, F_SETLKW, &lock) && errno == EINTR)
		;
}

void order_take(struct order *order)
{
	set(order, F_WRLCK);
}

void order_give(struct order *order)
{
	set(order, F_UNLCK);
}
