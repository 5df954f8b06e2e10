/* dial: a connection made by libcurl, used by others */
#include "lib/dial.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/dial_inside.h"
#include "lib/fail.h"
#include "lib/reach.h"

enum { WRITE_MAX = 1 << 16 };

static int on_ready(void *arg, short revents);

void dial_watch(struct sv_dial *dial)
{
	short events = POLLIN | (dial->late.len ? POLLOUT : 0);

	if (!dial->lost && events != dial->watched)
		sv_loop_watch(dial->loop, dial->fd, events, on_ready, dial);
	dial->watched = events;
}

static ssize_t lose(struct sv_dial *dial, CURLcode code)
{
	if (!dial->lost)
		sv_loop_unwatch(dial->loop, dial->fd);
	dial->lost = true;
	dial->code = sv_reach_failed(dial->easy, code ? code : CURLE_RECV_ERROR,
	                             *dial->alert ? dial->alert : dial->why,
	                             dial->setup.service);
	return -1;
}

/* as sv_dial_write(), but a record of TLS that has no room must come again */
static ssize_t put(struct sv_dial *dial, const void *data, size_t len)
{
	const struct sv_curl *curl = sv_curl();
	size_t n = 0, left;
	CURLcode code = curl->easy_send(dial->easy, data, len, &n), said;
	char c;

	if (code == CURLE_AGAIN)
		return 0;
	if (!code)
		return (ssize_t)n;
	/* why it was closed may still be there to read */
	said = curl->easy_recv(dial->easy, &c, 1, &left);
	return lose(dial, said && said != CURLE_AGAIN ? said : code);
}

/* what was late goes first; 0 or -1 */
static int put_late(struct sv_dial *dial)
{
	ssize_t n = 1;

	while (n > 0 && dial->late.len) {
		n = put(dial, dial->late.data, dial->late.len);
		if (n > 0)
			sv_buf_drop(&dial->late, (size_t)n);
	}
	if (n >= 0)
		dial_watch(dial);
	return n < 0 ? -1 : 0;
}

static int on_ready(void *arg, short revents)
{
	struct sv_dial *dial = arg;

	(void)revents; /* errors show when reading */
	if (dial->late.len)
		put_late(dial); /* so do those of writing */
	dial->setup.ready(dial->setup.arg);
	return 0;
}

int sv_dial_open(struct sv_dial **made, struct sv_loop *loop,
                 const struct sv_dial_setup *setup)
{
	const struct sv_curl *curl = sv_curl();
	struct sv_dial *dial;

	if (!curl)
		return EX_UNAVAILABLE;
	dial = sv_alloc(sizeof *dial);
	dial->loop = loop;
	dial->setup = *setup;
	dial->fd = CURL_SOCKET_BAD;
	sv_buf_init(&dial->late, WRITE_MAX);
	dial->multi = curl->multi_init();
	dial->easy = curl->easy_init();
	if (!dial->multi || !dial->easy) {
		sv_dial_close(dial);
		return sv_fail(EX_TEMPFAIL, "no memory for a connection");
	}
	dial_set_options(dial);
	dial_drive(dial);
	*made = dial;
	return 0;
}

void sv_dial_close(struct sv_dial *dial)
{
	const struct sv_curl *curl = sv_curl();

	if (!dial)
		return;
	if (dial->up && !dial->lost)
		sv_loop_unwatch(dial->loop, dial->fd);
	if (dial->multi && dial->easy)
		curl->multi_remove_handle(dial->multi, dial->easy);
	if (dial->easy)
		curl->easy_cleanup(dial->easy);
	if (dial->multi)
		curl->multi_cleanup(dial->multi);
	sv_loop_disarm(dial->loop, &dial->timer);
	sv_buf_release(&dial->late);
	free(dial);
}

ssize_t sv_dial_read(struct sv_dial *dial, void *data, size_t len)
{
	CURLcode code;
	size_t n = 0;

	if (dial->has_early && len) {
		*(char *)data = dial->early;
		dial->has_early = false;
		return 1;
	}
	code = sv_curl()->easy_recv(dial->easy, data, len, &n);
	if (code == CURLE_AGAIN)
		return 0;
	return code || !n ? lose(dial, code) : (ssize_t)n;
}

ssize_t sv_dial_write(struct sv_dial *dial, const void *data, size_t len)
{
	ssize_t n;

	if (dial->late.len && put_late(dial))
		return -1;
	if (dial->late.len)
		return 0;
	len = len < WRITE_MAX ? len : WRITE_MAX;
	n = put(dial, data, len);
	if (n)
		return n;
	sv_buf_add(&dial->late, data, len);
	dial_watch(dial);
	return (ssize_t)len;
}

int sv_dial_code(const struct sv_dial *dial)
{
	return dial->code;
}

void sv_dial_again(struct sv_dial *dial)
{
	sv_loop_arm(dial->loop, &dial->timer, sv_now_ms());
}
