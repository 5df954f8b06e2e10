/* handover.c: lines to another process, kept until they are safe there */
#include "src/crm/handover.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void handover_init(struct handover *handover, struct sv_loop *loop, size_t max)
{
	*handover = (struct handover){ .loop = loop, .fd = -1 };
	sv_buf_init(&handover->lines, max);
}

void handover_release(struct handover *handover)
{
	handover_stop(handover);
	sv_buf_release(&handover->lines);
}

size_t handover_waiting(const struct handover *handover)
{
	return handover->lines.len - handover->sent;
}

size_t handover_unsafe(const struct handover *handover)
{
	return handover->lines.len - handover->start;
}

void handover_stop(struct handover *handover)
{
	if (handover->fd < 0)
		return;
	sv_loop_unwatch(handover->loop, handover->fd);
	close(handover->fd);
	handover->fd = -1;
}

/* Whether all is written, or nobody takes it: then there is nothing to wait
 * for. */
static bool write_some(struct handover *handover)
{
	size_t left = handover_waiting(handover);
	ssize_t n = 1;

	while (left && n > 0) {
		n = write(handover->fd, handover->lines.data + handover->sent,
		          left);
		if (n > 0)
			handover->sent += (size_t)n;
		left = handover_waiting(handover);
	}
	return !left || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static int go_on(void *arg, short revents)
{
	struct handover *handover = arg;

	(void)revents;
	if (!write_some(handover))
		return 0;
	sv_loop_unwatch(handover->loop, handover->fd);
	if (handover->ended && !handover_waiting(handover))
		handover_stop(handover);
	return 0;
}

static void go(struct handover *handover)
{
	if (handover->fd < 0)
		return;
	if (!write_some(handover))
		sv_loop_watch(handover->loop, handover->fd, POLLOUT, go_on,
		              handover);
	else if (handover->ended && !handover_waiting(handover))
		handover_stop(handover);
}

void handover_to(struct handover *handover, int fd)
{
	handover_stop(handover);
	handover->fd = fd;
	handover->sent = handover->start;
	go(handover);
}

static void drop_safe(struct handover *handover)
{
	sv_buf_drop(&handover->lines, handover->start);
	handover->sent -= handover->start;
	handover->start = 0;
}

void handover_put(struct handover *handover, const char *line, size_t len)
{
	bool idle = !handover_waiting(handover);

	if (handover->lines.len + len > handover->lines.max)
		drop_safe(handover);
	if (sv_buf_add(&handover->lines, line, len))
		handover->lost++;
	else if (idle)
		go(handover);
}

void handover_safe(struct handover *handover, size_t len)
{
	size_t written = handover->sent - handover->start;

	handover->start += len < written ? len : written;
	/* not each time: the rest is moved */
	if (handover->start > handover->lines.len / 2)
		drop_safe(handover);
}

void handover_end(struct handover *handover)
{
	handover->ended = true;
	if (!handover_waiting(handover))
		handover_stop(handover);
}

void handover_forget(struct handover *handover)
{
	sv_buf_cut(&handover->lines, 0);
	handover->start = handover->sent = 0;
}
