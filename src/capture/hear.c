/* hear.c: the caller's samples, the clock of a call */
#include "src/capture/hear.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/pcm.h"

/* a write of so much goes into a pipe whole or not at all: pipe(7) */
enum { WHOLE = 4096 };

void hear_init(struct hear *hear, int rate_hz, int64_t now_us)
{
	*hear = (struct hear){ .fd = -1,
		               .rate_hz = rate_hz,
		               .start_us = now_us,
		               .last_us = now_us };
	sv_buf_init(&hear->backlog,
	            sizeof(int16_t) *
	                    (size_t)sv_samples(HEAR_BACKLOG_MS, rate_hz));
}

void hear_release(struct hear *hear)
{
	sv_buf_release(&hear->backlog);
}

void hear_into(struct hear *hear, int fd)
{
	hear->fd = fd;
	hear->stuck_us = 0;
	/* the kernel's 64 KiB would be 4 s of a telephone call */
	fcntl(fd, F_SETPIPE_SZ,
	      (int)(sizeof(int16_t) * sv_samples(HEAR_PIPE_MS, hear->rate_hz)));
}

static int64_t wall(const struct hear *hear, int64_t now_us)
{
	return (now_us - hear->start_us) * hear->rate_hz / 1000000;
}

size_t hear_gap(struct hear *hear, int64_t now_us)
{
	int64_t behind = wall(hear, now_us) - hear->clock;

	if (behind > sv_samples(HEAR_STALL_MS, hear->rate_hz)) {
		behind -= sv_samples(HEAR_STALE_MS, hear->rate_hz);
		hear->stale = behind;
		hear->stale_us = now_us + HEAR_STALE_MS * INT64_C(1000);
		return (size_t)behind;
	}
	if (behind <= sv_samples(HEAR_GAP_MS, hear->rate_hz))
		return 0;
	return (size_t)(behind - sv_samples(HEAR_LAG_MS, hear->rate_hz));
}

size_t hear_behind(const struct hear *hear, int64_t now_us)
{
	int64_t behind = wall(hear, now_us) - hear->clock;

	return behind < sv_samples(SV_FRAME_MS, hear->rate_hz) ? 0
	                                                       : (size_t)behind;
}

size_t hear_admit(struct hear *hear, int64_t now_us, size_t n, size_t *taken)
{
	int64_t room = wall(hear, now_us) +
	               sv_samples(HEAR_EXCESS_MS, hear->rate_hz) - hear->clock;
	size_t skip = 0;

	hear->last_us = now_us;
	if (now_us > hear->stale_us)
		hear->stale = 0;
	if (hear->stale > 0)
		skip = (size_t)hear->stale < n ? (size_t)hear->stale : n;
	hear->stale -= (int64_t)skip;
	*taken = n - skip;
	if (room < 0)
		room = 0;
	if (*taken > (size_t)room)
		*taken = (size_t)room;
	hear->excess += (int64_t)(n - *taken);
	return skip;
}

/* one write(2): how much of data, at most WHOLE, the pipe took; -1 when nobody
 * reads it any more */
static ssize_t give(struct hear *hear, const void *data, size_t len,
                    int64_t now_us)
{
	ssize_t n = write(hear->fd, data, len < WHOLE ? len : WHOLE);

	if (n >= 0) {
		hear->stuck_us = 0;
		return n;
	}
	if (errno != EAGAIN && errno != EINTR) {
		hear->fd = -1;
		return -1;
	}
	if (!hear->stuck_us)
		hear->stuck_us = now_us;
	return 0;
}

/* the oldest make room */
static void keep(struct hear *hear, const char *data, size_t len)
{
	struct sv_buf *backlog = &hear->backlog;
	size_t over = 0;

	if (len > backlog->max) {
		hear->lost += (int64_t)((len - backlog->max) / sizeof(int16_t));
		data += len - backlog->max;
		len = backlog->max;
	}
	if (backlog->len + len > backlog->max)
		over = backlog->len + len - backlog->max;
	sv_buf_drop(backlog, over);
	hear->lost += (int64_t)(over / sizeof(int16_t));
	sv_buf_add(backlog, data, len);
}

bool hear_write(struct hear *hear, const int16_t *samples, size_t n,
                int64_t now_us)
{
	const char *data = (const char *)samples;
	size_t len = n * sizeof *samples;
	ssize_t given = 1;

	hear->clock += (int64_t)n;
	if (hear->fd < 0)
		return true;
	while (len && given > 0 && !hear->backlog.len) {
		given = give(hear, data, len, now_us);
		if (given > 0) {
			data += given;
			len -= (size_t)given;
		}
	}
	if (given < 0)
		return false;
	if (len)
		keep(hear, data, len);
	return true;
}

bool hear_flush(struct hear *hear, int64_t now_us)
{
	struct sv_buf *backlog = &hear->backlog;
	ssize_t given = 1;

	while (backlog->len && given > 0) {
		given = give(hear, backlog->data, backlog->len, now_us);
		if (given > 0)
			sv_buf_drop(backlog, (size_t)given);
	}
	if (!backlog->len)
		sv_buf_release(backlog);
	return given >= 0;
}

void hear_end(struct hear *hear)
{
	if (hear->fd >= 0)
		hear->lost += (int64_t)(hear->backlog.len / sizeof(int16_t));
	sv_buf_release(&hear->backlog);
	hear->fd = -1;
}

int64_t hear_ms(const struct hear *hear)
{
	return sv_samples_ms(hear->clock, hear->rate_hz);
}
