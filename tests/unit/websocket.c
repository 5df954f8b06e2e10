/*
 * websocket: frames from a client, byte by byte, and those that are none
 *
 * uses: src/capture/websocket.c
 */
#include "src/capture/websocket.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/loop.h"

#include "tests/unit/tap.h"

enum { FIN = 0x80, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

/* one end of a pair is the client's, and all that was told is written down */
struct both {
	int client;
	struct websocket *socket;
	struct websocket_user user;
	struct sv_loop *loop;
	struct sv_buf told;
	int stop; /* what text() returns */
};

static int text(void *arg, const char *data, size_t len)
{
	struct both *both = arg;

	sv_buf_printf(&both->told, "text(%.*s) ", (int)len, data);
	return both->stop;
}

static int binary(void *arg, const uint8_t *data, size_t len)
{
	struct both *both = arg;

	sv_buf_printf(&both->told, "binary(%zu,%d) ", len, len ? data[0] : -1);
	return 0;
}

static int end(void *arg, const char *reason)
{
	struct both *both = arg;

	sv_buf_printf(&both->told, "end(%s) ", reason);
	return 7; /* ends the loop */
}

static void begin(struct both *both, const void *rest, size_t len)
{
	int ends[2];

	*both = (struct both){ .user = { text, binary, end, both } };
	ok(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
	both->client = ends[1];
	both->loop = sv_loop_new();
	sv_buf_init(&both->told, 1 << 16);
	ok(!websocket_new(&both->socket, ends[0], &both->user, rest, len));
}

static void finish(struct both *both)
{
	websocket_free(both->socket);
	sv_loop_free(both->loop);
	sv_buf_release(&both->told);
	close(both->client);
}

/* a masked frame at data[0]; its length */
static size_t frame(uint8_t *data, int first, const void *payload, size_t len)
{
	static const uint8_t mask[4] = { 0x11, 0x22, 0x33, 0x44 };
	const uint8_t *in = payload;
	size_t at = 0;

	data[at++] = (uint8_t)first;
	data[at++] = (uint8_t)(0x80 | (len < 126 ? len : 126));
	if (len >= 126) {
		data[at++] = (uint8_t)(len >> 8);
		data[at++] = (uint8_t)len;
	}
	memcpy(data + at, mask, 4);
	at += 4;
	for (size_t i = 0; i < len; i++)
		data[at++] = in[i] ^ mask[i % 4];
	return at;
}

static int stop(void *arg)
{
	sv_loop_stop(arg);
	return 0;
}

/* the loop, until it has nothing to do for 20 ms */
static int turn(struct both *both)
{
	struct sv_timer timer = { .fire = stop, .arg = both->loop };
	int64_t now = 0;
	int rc;

	sv_loop_arm(both->loop, &timer, now); /* due at once, after a turn */
	rc = sv_loop_run(both->loop);
	sv_loop_disarm(both->loop, &timer);
	return rc;
}

static int say(struct both *both, const void *data, size_t len)
{
	int rc = 0;

	ok(write(both->client, data, len) == (ssize_t)len);
	for (int i = 0; !rc && i < 40; i++)
		rc = turn(both);
	return rc;
}

/* what the client gets, in hexadecimal */
static const char *got(struct both *both)
{
	static char hex[64];
	uint8_t data[16];
	ssize_t n = recv(both->client, data, sizeof data, MSG_DONTWAIT);

	*hex = '\0';
	for (ssize_t i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", data[i]);
	return hex;
}

static void messages(void)
{
	uint8_t data[4096], zeros[1000] = { 5 };
	struct both both;
	size_t len = 0;

	begin(&both, NULL, 0);
	websocket_start(both.socket, both.loop);
	len += frame(data, FIN | TEXT, "hello", 5);
	len += frame(data + len, BINARY, zeros, 300);
	len += frame(data + len, FIN | PING, "x", 1); /* in between */
	len += frame(data + len, 0, zeros, 300);
	len += frame(data + len, FIN | 0, zeros, 40);
	len += frame(data + len, FIN | PONG, "", 0);
	len += frame(data + len, FIN | BINARY, "", 0);
	ok(!say(&both, data, len));
	is(sv_buf_str(&both.told), "text(hello) binary(640,5) binary(0,-1) ");
	is(got(&both), "8a0178");
	sv_buf_cut(&both.told, 0);
	for (size_t i = 0; i < len; i++) /* the same, byte by byte */
		if (write(both.client, data + i, 1) == 1)
			turn(&both);
	is(sv_buf_str(&both.told), "text(hello) binary(640,5) binary(0,-1) ");
	is(got(&both), "8a0178");

	websocket_text(both.socket, "HANGUP");
	is(got(&both), "810648414e475550");
	websocket_binary(both.socket, "\1\2", 2);
	is(got(&both), "82020102");
	ok(websocket_pending(both.socket) == 0);

	sv_buf_cut(&both.told, 0);
	len = frame(data, FIN | CLOSE, "\x03\xe8", 2);
	ok(say(&both, data, len) == 7);
	is(sv_buf_str(&both.told), "end(hangup) ");
	is(got(&both), "880203e8");
	finish(&both);
}

/* first says what is wrong with it */
static void breaks(const char *what, const void *data, size_t len,
                   const char *answer)
{
	struct both both;

	begin(&both, NULL, 0);
	websocket_start(both.socket, both.loop);
	if (!ok(say(&both, data, len) == 7))
		printf("# %s\n", what);
	is(sv_buf_str(&both.told), "end(error) ");
	is(got(&both), answer);
	ok(strstr(sv_why(), "code"));
	finish(&both);
}

static void rules(void)
{
	static uint8_t data[1 << 17];
	size_t len = 0;

	breaks("no mask", "\x81\x01x", 3, "880203ea");
	breaks("garbage", "GET / HTTP/1.1\r\n\r\n", 18, "880203ea");
	breaks("a reserved bit", data, frame(data, FIN | 0x40 | TEXT, "x", 1),
	       "880203ea");
	breaks("continues nothing", data, frame(data, FIN, "x", 1), "880203ea");
	breaks("no UTF-8", data, frame(data, FIN | TEXT, "\xff", 1),
	       "880203ef");
	breaks("a long ping", data, frame(data, FIN | PING, data, 126), "8800");
	breaks("a message too long",
	       "\x82\xff\0\0\0\0\0\1\0\1\x11\x22\x33\x44?", 15, "880203f1");
	breaks("a length no file has",
	       "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x11\x22\x33\x44", 14,
	       "8800");
	breaks("an odd code", data, frame(data, FIN | CLOSE, "\x0f\xa0", 2),
	       "88020fa0");
	for (int i = 0; i < 2000; i++)
		len += frame(data + len, i ? 0 : TEXT, "", 0);
	breaks("many empty fragments", data, len, "880203f0");
}

static void leaving(void)
{
	struct both both;

	begin(&both, NULL, 0);
	websocket_start(both.socket, both.loop);
	shutdown(both.client, SHUT_WR);
	ok(turn(&both) == 7);
	is(sv_buf_str(&both.told), "end(reset) ");
	finish(&both);

	begin(&both, NULL, 0);
	websocket_start(both.socket, both.loop);
	websocket_close(both.socket, WEBSOCKET_NORMAL);
	is(got(&both), "880203e8");
	shutdown(both.client, SHUT_WR);
	ok(turn(&both) == 7);
	is(sv_buf_str(&both.told), "end(hangup) ");
	finish(&both);
}

/* A reader that has stopped: what is due to it grows no further. */
static void stuck(void)
{
	uint8_t data[64];
	struct both both;
	int small = 1, rc = 0;

	begin(&both, NULL, 0);
	websocket_start(both.socket, both.loop);
	setsockopt(both.client, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	for (int i = 0; i < 20; i++)
		websocket_binary(both.socket, data, sizeof data);
	for (int i = 0; !rc && i < 100000; i++) {
		size_t len = frame(data, FIN | PING, "0123456789", 10);

		for (int k = 0; k < 100; k++)
			if (write(both.client, data, len) < 0)
				break;
		rc = turn(&both);
	}
	ok(rc == 7);
	is(sv_buf_str(&both.told), "end(error) ");
	ok(strstr(sv_why(), "reads nothing"));
	finish(&both);
}

static void first(void)
{
	uint8_t data[256];
	struct both both;
	size_t len = frame(data, FIN | TEXT, "one", 3), part = 4;

	len += frame(data + len, FIN | TEXT, "two", 3);
	begin(&both, data, part); /* part came with the request */
	ok(write(both.client, data + part, len - part) ==
	   (ssize_t)(len - part));
	ok(!websocket_raw(both.socket, "HTTP", 4));
	is(got(&both), "48545450");
	ok(!websocket_first(both.socket, 1000));
	is(sv_buf_str(&both.told), "text(one) ");
	websocket_start(both.socket, both.loop);
	ok(!turn(&both));
	is(sv_buf_str(&both.told), "text(one) text(two) ");
	both.stop = 3; /* what a user says ends the loop */
	ok(say(&both, data, len) == 3);
	finish(&both);

	begin(&both, NULL, 0);
	ok(websocket_first(both.socket, 20) == EX_PROTOCOL);
	ok(strstr(sv_why(), "in 20 ms"));
	shutdown(both.client, SHUT_WR);
	ok(websocket_first(both.socket, 1000) == EX_PROTOCOL);
	ok(strstr(sv_why(), "left before"));
	finish(&both);

	begin(&both, "\x81\x01x", 3);
	ok(websocket_first(both.socket, 1000) == EX_PROTOCOL);
	if (!ok(strstr(sv_why(), "code 1002")))
		printf("# %s\n", sv_why());
	finish(&both);
}

int main(void)
{
	messages();
	rules();
	leaving();
	stuck();
	first();
	return tap_end();
}
