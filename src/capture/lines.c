/* lines.c: lines that wait for their reader, so that nobody else has to */
#include "src/capture/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/io.h"

static int on_ready(void *arg, short revents);

/* An end of a pipe is watched for nothing, too: poll then says when its reader
 * has left. */
static void watch(struct lines *lines)
{
	if (lines->fd >= 0)
		sv_loop_watch(lines->loop, lines->fd,
		              lines->queue.len ? POLLOUT : 0, on_ready, lines);
}

void lines_init(struct lines *lines, struct sv_loop *loop, int fd)
{
	*lines = (struct lines){ .fd = fd, .loop = loop };
	sv_buf_init(&lines->queue, LINES_MAX);
	if (fd < 0)
		return;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	watch(lines);
}

void lines_close(struct lines *lines)
{
	if (lines->fd >= 0) {
		sv_loop_unwatch(lines->loop, lines->fd);
		close(lines->fd);
	}
	lines->fd = -1;
	sv_buf_release(&lines->queue);
}

static void reader_left(struct lines *lines)
{
	lines_close(lines);
	lines->gone = true;
}

/* what the reader takes of it now; -1 when there is no reader */
static ssize_t take(struct lines *lines, const char *data, size_t len)
{
	ssize_t n = write(lines->fd, data, len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n;
}

static int on_ready(void *arg, short revents)
{
	struct lines *lines = arg;
	ssize_t n = 0;

	if (lines->queue.len)
		n = take(lines, lines->queue.data, lines->queue.len);
	if (n < 0 || (revents & (POLLERR | POLLNVAL))) {
		reader_left(lines);
		return lines->left ? lines->left(lines->arg) : 0;
	}
	sv_buf_drop(&lines->queue, (size_t)n);
	if (!lines->queue.len)
		sv_buf_release(&lines->queue);
	watch(lines);
	return 0;
}

int lines_put(struct lines *lines, const char *line, size_t len)
{
	ssize_t n = 0;

	if (lines->fd < 0)
		return 0;
	if (lines->tap)
		lines->tap(lines->arg, line, len);
	if (!lines->queue.len)
		n = take(lines, line, len);
	if (n < 0) {
		/* `left` is called from the loop, not from within a caller */
		n = 0;
		sv_loop_watch(lines->loop, lines->fd, POLLOUT, on_ready, lines);
	}
	if ((size_t)n == len)
		return 0;
	if (sv_buf_add(&lines->queue, line + n, len - (size_t)n))
		return sv_fail(EX_IOERR,
		               "nobody reads the events: %zu bytes "
		               "wait",
		               lines->queue.len);
	watch(lines);
	return 0;
}

bool lines_stuck(const struct lines *lines)
{
	return lines->queue.len > LINES_ENOUGH;
}

void lines_flush(struct lines *lines)
{
	if (lines->fd >= 0 && lines->queue.len)
		sv_write(lines->fd, lines->queue.data, lines->queue.len,
		         "events");
	sv_buf_release(&lines->queue);
}
