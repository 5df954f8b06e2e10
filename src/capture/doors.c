/* doors: the listeners in the server's loop */
#include "src/capture/doors.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/log.h"

#include "src/capture/datagram.h"

enum {
	AT_ONCE = 64,   /* taken in before anything else has its turn */
	RETRY_MS = 100, /* when descriptors had run out */
	SAY_MS = 10000, /* and how often that is said */
};

struct door {
	struct doors *doors;
	const struct listener *listener;
};

struct doors {
	struct sv_loop *loop;
	struct greeter *greeter;
	int (*known)(void *arg, struct arrival *arrival);
	void *arg;
	struct addresses *addresses;
	struct door *items;
	size_t n;
	int spare;       /* a descriptor to give up when there is no other */
	int64_t said_ms; /* when it was last said that there is none */
	struct sv_timer retry;
};

static int open_door(void *arg, short revents);

static void watch(struct doors *doors, bool open)
{
	for (size_t i = 0; i < doors->n; i++) {
		int fd = doors->items[i].listener->fd;

		if (open)
			sv_loop_watch(doors->loop, fd, POLLIN, open_door,
			              &doors->items[i]);
		else
			sv_loop_unwatch(doors->loop, fd);
	}
}

static int retry(void *arg)
{
	struct doors *doors = arg;

	if (doors->spare < 0)
		doors->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (doors->spare >= 0)
		watch(doors, true);
	else
		sv_loop_arm(doors->loop, &doors->retry, sv_now_ms() + RETRY_MS);
	return 0;
}

/* Descriptors have run out. The spare one lets in one peer more, for whom no
 * process can be made then; the others wait in the backlog meanwhile. */
static int accept_spare(struct doors *doors, int listener)
{
	int64_t now = sv_now_ms();
	int fd;

	if (doors->spare >= 0)
		close(doors->spare);
	doors->spare = -1;
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	watch(doors, false);
	sv_loop_arm(doors->loop, &doors->retry, now + RETRY_MS);
	if (!doors->said_ms || now - doors->said_ms > SAY_MS) {
		doors->said_ms = now;
		sv_warn("no descriptors are left; see ulimit -n");
	}
	return fd;
}

static int take_streams(const struct door *door)
{
	struct doors *doors = door->doors;
	int listener = door->listener->fd, rc = 0;

	for (int i = 0; !rc && i < AT_ONCE && doors->spare >= 0; i++) {
		int fd = accept4(listener, NULL, NULL,
		                 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0 && (errno == EMFILE || errno == ENFILE))
			fd = accept_spare(doors, listener);
		if (fd >= 0)
			rc = greeter_add(doors->greeter, fd,
			                 door->listener->origin);
		else if (errno != ECONNABORTED && errno != EINTR)
			break;
	}
	return rc;
}

static int take_datagrams(const struct door *door)
{
	struct doors *doors = door->doors;
	struct arrival arrival;
	int found = 0, rc = 0;

	for (int i = 0; !rc && found >= 0 && i < AT_ONCE; i++) {
		found = datagram_next(door->listener, doors->addresses,
		                      &arrival);
		if (found > 0)
			rc = doors->known(doors->arg, &arrival);
	}
	return rc;
}

static int open_door(void *arg, short revents)
{
	const struct door *door = arg;
	int type = door->listener->origin->transport->socket_type;

	(void)revents;
	return type == SOCK_STREAM ? take_streams(door) : take_datagrams(door);
}

struct doors *doors_open(struct sv_loop *loop,
                         const struct listeners *listeners,
                         struct greeter *greeter,
                         int (*known)(void *arg, struct arrival *arrival),
                         void *arg)
{
	struct doors *doors = sv_alloc(sizeof *doors);

	*doors = (struct doors){ .loop = loop,
		                 .greeter = greeter,
		                 .known = known,
		                 .arg = arg,
		                 .addresses = addresses_new(),
		                 .n = listeners->n,
		                 .spare = -1 };
	doors->retry.fire = retry;
	doors->retry.arg = doors;
	doors->items = sv_calloc(listeners->n, sizeof *doors->items);
	for (size_t i = 0; i < listeners->n; i++)
		doors->items[i] = (struct door){ doors, &listeners->items[i] };
	retry(doors);
	return doors;
}

void doors_left(struct doors *doors, int fd, uint32_t stream)
{
	datagram_left(doors->addresses, fd, stream);
}

void doors_close(struct doors *doors)
{
	if (!doors)
		return;
	if (doors->spare >= 0)
		close(doors->spare);
	addresses_free(doors->addresses);
	free(doors->items);
	free(doors);
}
