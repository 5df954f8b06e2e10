/* outlet: where the events of all calls go */
#include "src/capture/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

enum {
	ROOM = 256 << 10, /* more than that waits: read no further */
	QUEUE_MAX = ROOM + 2 * SV_EVENT_MAX,
	FILE_PIECE = 64 << 10,
	PATIENCE_MS = 10000, /* before the log says that nobody reads */
};

static const char reader_left[] = "the reader of the events left";

struct outlet {
	struct sv_loop *loop;
	int fd;
	size_t piece; /* what one write(2) may have without blocking */
	struct sv_buf queue;
	size_t done; /* bytes of the queue's first line that are written */
	bool full;   /* somebody waits for room */
	struct sv_timer patience;
	int (*room)(void *arg);
	int (*gone)(void *arg);
	void *arg;
	int failed;       /* SV_GONE or EX_IOERR: fd is of no use any more */
	int aside;        /* the file that takes its place, -1 */
	char *path;       /* its name */
	long saved, lost; /* lines */
};

int outlet_file(const char *file, int *fd)
{
	if (!file) {
		*fd = STDOUT_FILENO;
		return 0;
	}
	/* O_NONBLOCK: a named pipe without a reader is said to be so */
	*fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK,
	           0600);
	if (*fd < 0 && errno == ENXIO)
		return sv_fail(EX_TEMPFAIL, "%s: nobody reads this pipe", file);
	if (*fd < 0)
		return sv_fail(EX_CANTCREAT, "open %s:", file);
	return 0;
}

static long count_lines(const char *data, size_t len)
{
	const char *end = data + len;
	long n = 0;

	while ((data = memchr(data, '\n', (size_t)(end - data))) != NULL) {
		n++;
		data++;
	}
	return n;
}

/* Lines into the file beside; what fails there is lost, and said so at the
 * end. */
static void put_aside(struct outlet *outlet, const char *lines, size_t len)
{
	long n = count_lines(lines, len);

	if (outlet->aside < 0 ||
	    sv_write(outlet->aside, lines, len, outlet->path))
		outlet->lost += n;
	else
		outlet->saved += n;
}

static void open_aside(struct outlet *outlet)
{
	char *folder = sv_state_folder();

	outlet->path = sv_format("%s/undelivered.ndjson", folder);
	if (!sv_folder_make(folder))
		outlet->aside =
			open(outlet->path,
		             O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	free(folder);
}

/* From now on lines go to the file beside, the one that was cut in half by
 * whatever happened first of all. */
static int divert(struct outlet *outlet, int failed, const char *why)
{
	char *cause;

	if (outlet->failed)
		return 0;
	cause = sv_strdup(why); /* opening has a sentence, too */
	outlet->failed = failed;
	sv_loop_unwatch(outlet->loop, outlet->fd);
	sv_loop_disarm(outlet->loop, &outlet->patience);
	open_aside(outlet);
	sv_log(failed == SV_GONE ? SV_WARNING : SV_ERROR,
	       "%s: no new calls; events are %s %s", cause,
	       outlet->aside < 0 ? "lost, they should go to" : "kept in",
	       outlet->path);
	free(cause);
	put_aside(outlet, sv_buf_str(&outlet->queue), outlet->queue.len);
	sv_buf_release(&outlet->queue);
	return outlet->gone ? outlet->gone(outlet->arg) : 0;
}

/* Of what waits: whole lines as far as they go into one write. */
static size_t next_piece(const struct outlet *outlet)
{
	const char *data = outlet->queue.data + outlet->done;
	size_t len = outlet->queue.len - outlet->done, n;

	if (len <= outlet->piece)
		return len;
	n = outlet->piece;
	while (n && data[n - 1] != '\n')
		n--;
	return n ? n : outlet->piece;
}

/* The first line stays until all of it is written: it may have to go to the
 * file beside. */
static void drop_written(struct outlet *outlet, size_t n)
{
	const char *data = outlet->queue.data;
	size_t whole = outlet->done + n;

	while (whole && data[whole - 1] != '\n')
		whole--;
	outlet->done = outlet->done + n - whole;
	sv_buf_drop(&outlet->queue, whole);
}

static int ready(void *arg, short revents);

static int written(struct outlet *outlet)
{
	if (!outlet->queue.len) {
		sv_buf_release(&outlet->queue);
		sv_loop_watch(outlet->loop, outlet->fd, 0, ready, outlet);
	}
	if (outlet->queue.len && (!outlet->full || !outlet_room(outlet)))
		return 0;
	outlet->full = false;
	sv_loop_disarm(outlet->loop, &outlet->patience);
	return outlet->room ? outlet->room(outlet->arg) : 0;
}

/* stdout is not made non-blocking: who started us may share it. What poll(2)
 * has room for goes in without blocking when it is PIPE_BUF bytes at most. */
static int ready(void *arg, short revents)
{
	struct outlet *outlet = arg;
	ssize_t n;

	if (!outlet->queue.len)
		return revents & (POLLERR | POLLHUP | POLLNVAL)
		               ? divert(outlet, SV_GONE, reader_left)
		               : 0;
	n = write(outlet->fd, outlet->queue.data + outlet->done,
	          next_piece(outlet));
	if (n >= 0) {
		drop_written(outlet, (size_t)n);
		return written(outlet);
	}
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	if (errno == EPIPE)
		return divert(outlet, SV_GONE, reader_left);
	sv_fail(EX_IOERR, "write events:");
	return divert(outlet, EX_IOERR, sv_why());
}

static int out_of_patience(void *arg)
{
	(void)arg;
	sv_warn("the events have not been read fast enough for %d s: calls "
	        "that are over wait, and keep their slots",
	        PATIENCE_MS / 1000);
	return 0;
}

static size_t piece_of(int fd)
{
	struct stat info;

	return !fstat(fd, &info) && S_ISREG(info.st_mode) ? FILE_PIECE
	                                                  : PIPE_BUF;
}

struct outlet *outlet_new(struct sv_loop *loop, int fd)
{
	struct outlet *outlet = sv_alloc(sizeof *outlet);

	outlet->loop = loop;
	outlet->fd = fd;
	outlet->aside = -1;
	outlet->piece = piece_of(fd);
	outlet->patience.fire = out_of_patience;
	sv_buf_init(&outlet->queue, QUEUE_MAX);
	sv_loop_watch(loop, fd, 0, ready, outlet);
	return outlet;
}

/* The descriptor stays, what it stands for changes. A line that was begun in
 * the old file is written again, whole. */
int outlet_reopen(struct outlet *outlet, const char *file)
{
	int fd, rc;

	if (outlet->failed)
		return 0;
	rc = outlet_file(file, &fd);
	if (rc || fd == outlet->fd)
		return rc;
	if (dup3(fd, outlet->fd, O_CLOEXEC) < 0)
		rc = sv_fail(EX_OSERR, "%s:", file);
	if (file)
		close(fd);
	outlet->done = 0;
	outlet->piece = piece_of(outlet->fd);
	return rc;
}

void outlet_on(struct outlet *outlet, int (*room)(void *arg),
               int (*gone)(void *arg), void *arg)
{
	outlet->room = room;
	outlet->gone = gone;
	outlet->arg = arg;
}

bool outlet_room(const struct outlet *outlet)
{
	return outlet->queue.len < ROOM;
}

void outlet_put(struct outlet *outlet, const char *lines, size_t len)
{
	if (outlet->failed) {
		put_aside(outlet, lines, len);
		return;
	}
	if (sv_buf_add(&outlet->queue, lines, len))
		outlet->lost += count_lines(lines, len);
	outlet->full = !outlet_room(outlet);
	if (outlet->full && !outlet->patience.armed)
		sv_loop_arm(outlet->loop, &outlet->patience,
		            sv_now_ms() + PATIENCE_MS);
	sv_loop_watch(outlet->loop, outlet->fd, POLLOUT, ready, outlet);
}

void outlet_event(struct outlet *outlet, const char *type, json_t *fields)
{
	char *line = sv_event_line(NULL, 0, type, fields);

	if (line)
		outlet_put(outlet, line, strlen(line));
	else
		sv_log(SV_ERROR, "%s", sv_why());
	free(line);
}

size_t outlet_waiting(const struct outlet *outlet)
{
	return outlet->queue.len;
}

void outlet_divert(struct outlet *outlet)
{
	divert(outlet, SV_GONE, "nobody reads the events");
}

int outlet_end(const struct outlet *outlet)
{
	if (outlet->saved)
		sv_warn("%ld events are in %s: hand them on to whom they were "
		        "for",
		        outlet->saved, outlet->path);
	if (outlet->lost)
		return sv_fail(EX_IOERR,
		               "%ld events are lost, they could not be written",
		               outlet->lost);
	return outlet->failed;
}

void outlet_free(struct outlet *outlet)
{
	if (!outlet)
		return;
	if (outlet->aside >= 0)
		close(outlet->aside);
	sv_buf_release(&outlet->queue);
	free(outlet->path);
	free(outlet);
}
