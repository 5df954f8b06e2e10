/* work: the filter's other process, which keeps what it is told */
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

#include "src/archive/file.h"
#include "src/archive/filter.h"
#include "src/archive/watch.h"

enum {
	PIECE = 65536,
	REQUEST = 8192,
	FINISH_MS = 5000, /* for who records to close the file */
	LOOK_MS = 100,
	CATCH_UP_MS = 60000,
	FIRST_MS = 1000, /* while the place is away, doubled up to */
	LAST_MS = 300000,
};

struct item {
	char *path, *call;
	struct item *next;
};

struct work {
	struct keeper keeper;
	const struct keeper_options *options;
	bool open;
	int requests;
	struct sv_buf input;
	struct item *items, **last;
	int away_ms;      /* how long it is left alone now; 0: it is there */
	int64_t again_ms; /* when it is tried again, monotonic */
	int64_t caught_up_ms;
	int code;
};

/* --- requests --- */

static void add(struct work *work, const char *path, const char *call)
{
	struct item *item = sv_alloc(sizeof *item);

	item->path = sv_strdup(path);
	item->call = sv_strdup(call);
	*work->last = item;
	work->last = &item->next;
}

static void drop(struct work *work, struct item **at)
{
	struct item *item = *at;

	*at = item->next;
	if (!*at)
		work->last = at;
	free(item->path);
	free(item->call);
	free(item);
}

/* whole "PATH\0CALL\0" */
static void take_requests(struct work *work)
{
	struct sv_buf *input = &work->input;

	for (;;) {
		const char *path = sv_buf_str(input), *call;
		const char *end = memchr(path, '\0', input->len);
		const char *stop = path + input->len;

		call = end ? end + 1 : NULL;
		end = call ? memchr(call, '\0', (size_t)(stop - call)) : NULL;
		if (!end)
			return;
		add(work, path, call);
		sv_buf_drop(input, (size_t)(end + 1 - path));
	}
}

/* What has come by then: false at the end. */
static bool hear(struct work *work, int wait_ms)
{
	struct pollfd look = { .fd = work->requests, .events = POLLIN };
	char piece[PIECE];
	ssize_t n;

	if (poll(&look, 1, wait_ms) <= 0)
		return true;
	n = read(work->requests, piece, sizeof piece);
	if (n <= 0)
		return false;
	sv_buf_add(&work->input, piece, (size_t)n);
	take_requests(work);
	return true;
}

/* --- keeping --- */

static void leave_alone(struct work *work)
{
	if (!work->away_ms)
		sv_warn("%s; files stay where they are until then", sv_why());
	work->away_ms = work->away_ms ? 2 * work->away_ms : FIRST_MS;
	if (work->away_ms > LAST_MS)
		work->away_ms = LAST_MS;
	work->again_ms = sv_now_ms() + work->away_ms;
}

static bool open_it(struct work *work)
{
	int rc;

	if (work->open)
		return true;
	rc = keeper_open(&work->keeper, work->options);
	work->open = !rc;
	if (!rc)
		return true;
	keeper_close(&work->keeper);
	if (rc != EX_TEMPFAIL)
		work->code = rc;
	leave_alone(work);
	return false;
}

/* whoever records may take a moment to close the file */
static void wait_finished(const char *path)
{
	for (int ms = 0; ms < FINISH_MS && !file_is_finished(path, 0);
	     ms += LOOK_MS)
		watch_wait(LOOK_MS);
}

/* Whether the item is done with; SV_GONE is for the other process to see. */
static bool keep(struct work *work, const struct item *item)
{
	int rc;

	wait_finished(item->path);
	rc = keeper_keep(&work->keeper, item->path, item->call);
	if (work->keeper.away) {
		leave_alone(work);
		return false;
	}
	work->away_ms = 0;
	if (rc > 0) {
		sv_warn("call %s: %s", item->call, sv_why());
		work->code = rc;
	}
	return true;
}

static void keep_all(struct work *work)
{
	struct item **at = &work->items;

	if (!open_it(work))
		return;
	while (*at && keep(work, *at))
		drop(work, at);
}

static void catch_up(struct work *work)
{
	if (sv_now_ms() < work->caught_up_ms + CATCH_UP_MS || !open_it(work))
		return;
	work->caught_up_ms = sv_now_ms();
	keeper_catch_up(&work->keeper);
	if (work->keeper.away)
		leave_alone(work);
}

static bool is_away(const struct work *work)
{
	return work->away_ms && sv_now_ms() < work->again_ms;
}

static void finish(struct work *work)
{
	int left = 0;

	if (work->items)
		keep_all(work);
	while (work->items) {
		drop(work, &work->items);
		left++;
	}
	if (!left)
		return;
	sv_warn("%s; %d recordings are left", sv_why(), left);
	if (!work->code)
		work->code = EX_TEMPFAIL;
}

int filter_work(const struct keeper_options *options, int requests)
{
	struct work work = { .options = options, .requests = requests };
	bool more = true;

	work.last = &work.items;
	work.caught_up_ms = sv_now_ms() - CATCH_UP_MS;
	sv_buf_init(&work.input, PIECE + REQUEST);
	if (!open_it(&work) && work.code) {
		sv_warn("%s: no recording is kept", sv_why());
		return work.code;
	}
	while (more) {
		more = hear(&work, work.items ? LOOK_MS : FIRST_MS);
		if (!more || is_away(&work))
			continue;
		if (work.items)
			keep_all(&work);
		else
			catch_up(&work);
	}
	finish(&work);
	if (work.open)
		keeper_close(&work.keeper);
	sv_buf_release(&work.input);
	return work.code;
}
