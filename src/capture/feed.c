/* feed: a call's events on their way from its process to the outlet */
#include "src/capture/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

enum {
	PIECE = 64 << 10, /* a pipe's size */
	HEAD = 512,       /* bytes that hold all fields common to events */
};

void feed_init(struct feed *feed, int fd)
{
	*feed = (struct feed){ .fd = fd };
	sv_buf_init(&feed->partial, SV_EVENT_MAX);
}

void feed_release(struct feed *feed)
{
	if (feed->fd >= 0)
		close(feed->fd);
	feed->fd = -1;
	sv_buf_release(&feed->partial);
}

/* what stands behind mark in the line's head, or NULL */
static const char *behind(const char *line, size_t len, const char *mark)
{
	const char *at =
		memmem(line, len < HEAD ? len : HEAD, mark, strlen(mark));

	return at ? at + strlen(mark) : NULL;
}

static void note_call(struct feed *feed, const char *line, size_t len)
{
	const char *id = behind(line, len, "\"call\":\"");
	size_t n = id ? strcspn(id, "\"") : 0;

	if (!n || n >= sizeof feed->call)
		return;
	memcpy(feed->call, id, n);
	feed->call[n] = '\0';
}

static bool begins(const char *line, size_t len, const char *with)
{
	return len > strlen(with) && !memcmp(line, with, strlen(with));
}

/* Keeps what a call.end would need. Lines of our own are known by the order in
 * which lib/event.c writes the common fields: nothing is parsed here, for
 * hundreds of calls pass. */
static void note(struct feed *feed, const char *line, size_t len)
{
	const char *seq, *t;

	if (!behind(line, len, "\"stage\":\"capture\""))
		return;
	seq = behind(line, len, "\"seq\":");
	t = behind(line, len, "\"t\":");
	feed->seq = seq ? strtoll(seq, NULL, 10) : feed->seq;
	feed->t = t ? strtoll(t, NULL, 10) : feed->t;
	if (begins(line, len, "{\"v\":1,\"type\":\"call.start\""))
		note_call(feed, line, len);
	else if (begins(line, len, "{\"v\":1,\"type\":\"call.end\""))
		feed->ended = true;
}

static void note_all(struct feed *feed, const char *lines, size_t len)
{
	while (len) {
		const char *end = memchr(lines, '\n', len);
		size_t n = end ? (size_t)(end - lines) + 1 : len;

		note(feed, lines, n);
		lines += n;
		len -= n;
	}
}

/* an event of the server's about this call, of which it has the next seq; about
 * none when the call has not said its name */
static void say(struct feed *feed, struct outlet *outlet, const char *type,
                json_t *fields)
{
	char *line;

	if (!feed->call[0]) {
		outlet_event(outlet, type, fields);
		return;
	}
	sv_event_set_seq(feed->call, feed->seq + 1);
	line = sv_event_line(feed->call, feed->t, type, fields);
	if (line) {
		outlet_put(outlet, line, strlen(line));
		feed->seq++;
	}
	free(line);
}

static void say_error(struct feed *feed, struct outlet *outlet, int code,
                      const char *reason)
{
	say(feed, outlet, "error",
	    json_pack("{ss si}", "reason", reason, "code", code));
}

/* a piece of a line that is not yet, or not to be, handed on by itself */
static void keep(struct feed *feed, struct outlet *outlet, const char *rest,
                 size_t len)
{
	if (!sv_buf_add(&feed->partial, rest, len))
		return;
	sv_buf_release(&feed->partial);
	feed->skip = rest[len - 1] != '\n';
	say_error(feed, outlet, EX_DATAERR, "a line is longer than 1 MiB");
}

static void take(struct feed *feed, struct outlet *outlet, const char *data,
                 size_t len)
{
	const char *first = memchr(data, '\n', len);
	const char *last = memrchr(data, '\n', len);
	size_t whole = last ? (size_t)(last - data) + 1 : 0;
	size_t n = first ? (size_t)(first - data) + 1 : len;

	if (feed->skip) {
		feed->skip = !first;
		data += n;
		len -= n;
		whole -= first ? n : 0;
	} else if (whole && feed->partial.len) {
		keep(feed, outlet, data, n);
		note_all(feed, sv_buf_str(&feed->partial), feed->partial.len);
		outlet_put(outlet, sv_buf_str(&feed->partial),
		           feed->partial.len);
		sv_buf_release(&feed->partial);
		data += n;
		len -= n;
		whole -= n;
	}
	if (whole) {
		note_all(feed, data, whole);
		outlet_put(outlet, data, whole);
	}
	if (len > whole)
		keep(feed, outlet, data + whole, len - whole);
}

int feed_read(struct feed *feed, struct outlet *outlet)
{
	char piece[PIECE];
	ssize_t n = read(feed->fd, piece, sizeof piece);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (n <= 0)
		return 0;
	take(feed, outlet, piece, (size_t)n);
	return 1;
}

void feed_end(struct feed *feed, struct outlet *outlet, const char *why)
{
	if (feed->partial.len)
		say_error(feed, outlet, EX_DATAERR,
		          "the last event is cut off");
	if (feed->ended || (!feed->call[0] && !why))
		return;
	say_error(feed, outlet, EX_SOFTWARE,
	          why ? why : "the call's process ended without call.end");
	if (!feed->call[0])
		return;
	say(feed, outlet, "call.end",
	    json_pack("{ss sI}", "reason", "error", "duration_ms",
	              (json_int_t)feed->t));
}
