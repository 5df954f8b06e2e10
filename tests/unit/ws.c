/* ws: a client's WebSocket against a server written out byte by byte */
#include "lib/ws.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

enum { PATIENCE_MS = 20000, FIN = 0x80 };

enum { CONTINUED, TEXT, BINARY, CLOSE = 8, PING, PONG };

static struct sv_loop *loop;
static struct sv_service service;
static int listening, far = -1; /* the server's */

/* the client, and what it was told */
struct client {
	struct sv_ws *ws;
	struct sv_buf told;
	int opened, closed, code;
	char why[512];
	bool free_at_message;
	int refuse; /* what message() returns */
};

static int opened(void *arg)
{
	struct client *client = arg;

	client->opened++;
	return 0;
}

static int message(void *arg, bool text, const char *data, size_t len)
{
	struct client *client = arg;

	ok(data[len] == '\0');
	if (len < 200)
		sv_buf_printf(&client->told, "%s(%s) ",
		              text ? "text" : "binary", data);
	else
		sv_buf_printf(&client->told, "long(%zu) ", len);
	if (client->free_at_message) {
		sv_ws_free(client->ws);
		client->ws = NULL;
	}
	return client->refuse ? sv_fail(client->refuse, "not what was asked")
	                      : 0;
}

static void closed(void *arg, int code)
{
	struct client *client = arg;

	client->closed++;
	client->code = code;
	snprintf(client->why, sizeof client->why, "%s", code ? sv_why() : "");
}

static void listen_somewhere(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ok(!bind(listening, (struct sockaddr *)&address, len) &&
	   !listen(listening, 8) &&
	   !getsockname(listening, (struct sockaddr *)&address, &len));
	service = (struct sv_service){ .name = "test", .connect_ms = 20000 };
	service.url =
		sv_format("ws://127.0.0.1:%d/v1", ntohs(address.sin_port));
}

static void begin_with(struct client *client, int silence_ms, size_t most)
{
	static const char *const headers[] = { "X-Own: yes", NULL };
	const struct sv_ws_setup setup = { .service = &service,
		                           .path = "/realtime?model=m",
		                           .headers = headers,
		                           .secret_header =
		                                   "Authorization: Bearer k",
		                           .silence_ms = silence_ms,
		                           .most = most,
		                           .opened = opened,
		                           .message = message,
		                           .closed = closed,
		                           .arg = client };

	*client = (struct client){ 0 };
	sv_buf_init(&client->told, 1 << 20);
	loop = sv_loop_new();
	listen_somewhere();
	ok(!sv_ws_open(&client->ws, loop, &setup));
}

static void finish(struct client *client)
{
	sv_ws_free(client->ws);
	sv_buf_release(&client->told);
	sv_loop_free(loop);
	free(service.url);
	close(listening);
	if (far >= 0)
		close(far);
	far = -1;
}

/* --- the server --- */

/* Bytes from the client, while its loop goes on: n of them, or what there is
 * until the end. */
static size_t take(void *data, size_t n)
{
	int64_t end = sv_now_ms() + PATIENCE_MS;
	size_t got = 0;

	while (got < n && sv_now_ms() < end) {
		ssize_t more =
			recv(far, (char *)data + got, n - got, MSG_DONTWAIT);

		if (more == 0 || (more < 0 && errno == ECONNRESET))
			break;
		got += more > 0 ? (size_t)more : 0;
		sv_loop_step(loop, more > 0 ? 0 : 5);
	}
	return got;
}

static void put(const void *data, size_t len)
{
	ok(send(far, data, len, MSG_NOSIGNAL) == (ssize_t)len);
}

static void put_text(const char *text)
{
	put(text, strlen(text));
}

static char request[4096];

static void take_request(void)
{
	size_t n = 0;

	while (far < 0) {
		struct pollfd item = { listening, POLLIN, 0 };

		sv_loop_step(loop, 5);
		if (poll(&item, 1, 0) > 0)
			far = accept(listening, NULL, NULL);
	}
	memset(request, 0, sizeof request);
	while (n + 1 < sizeof request && !strstr(request, "\r\n\r\n") &&
	       take(request + n, 1) == 1)
		n++;
}

static void prove(char out[32])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	const char *key = strstr(request, "Sec-WebSocket-Key: ");
	unsigned char text[128], sum[SHA_DIGEST_LENGTH];
	int n;

	ok(key != NULL);
	n = snprintf((char *)text, sizeof text, "%.24s%s", key ? key + 19 : "",
	             guid);
	SHA1(text, (size_t)n, sum);
	EVP_EncodeBlock((unsigned char *)out, sum, sizeof sum);
}

static void grant(void)
{
	char proof[32], *text;

	take_request();
	prove(proof);
	text = sv_format("HTTP/1.1 101 Switching Protocols\r\n"
	                 "upgrade: WebSocket\r\n"
	                 "Connection: keep-alive, Upgrade\r\n"
	                 "Sec-WebSocket-Accept: %s\r\n\r\n",
	                 proof);
	put_text(text);
	free(text);
}

static void frame(int first, const void *data, size_t len)
{
	unsigned char head[10] = { (unsigned char)first };
	size_t n = 2;

	if (len < 126) {
		head[1] = (unsigned char)len;
	} else if (len < 65536) {
		head[1] = 126;
		head[2] = (unsigned char)(len >> 8);
		head[3] = (unsigned char)len;
		n = 4;
	} else {
		head[1] = 127;
		for (int i = 0; i < 8; i++)
			head[2 + i] =
				(unsigned char)((uint64_t)len >> (56 - 8 * i));
		n = 10;
	}
	put(head, n);
	if (len)
		put(data, len);
}

/* the client's next frame, unmasked, into data; its first byte, or -1 */
static int next_frame(char *data, size_t *len)
{
	unsigned char head[14];

	if (take(head, 2) != 2)
		return -1;
	ok(head[1] & 0x80); /* a client masks */
	*len = head[1] & 0x7f;
	if (*len == 126) {
		take(head + 2, 2);
		*len = (size_t)head[2] << 8 | head[3];
	} else if (*len == 127) {
		take(head + 2, 8);
		*len = 0;
		for (int i = 2; i < 10; i++)
			*len = *len << 8 | head[i];
	}
	take(head + 10, 4);
	take(data, *len);
	for (size_t i = 0; i < *len; i++)
		data[i] ^= (char)head[10 + i % 4];
	data[*len] = '\0';
	return head[0];
}

static void until(struct client *client, const char *told)
{
	int64_t end = sv_now_ms() + PATIENCE_MS;

	while (strcmp(sv_buf_str(&client->told), told) != 0 &&
	       !client->closed && sv_now_ms() < end)
		sv_loop_step(loop, 50);
	is(sv_buf_str(&client->told), told);
}

static void until_closed(struct client *client)
{
	int64_t end = sv_now_ms() + PATIENCE_MS;

	while (!client->closed && sv_now_ms() < end)
		sv_loop_step(loop, 50);
	ok(client->closed == 1);
}

/* --- what holds --- */

static void test_messages(void)
{
	struct client client;
	char data[256];
	size_t len;

	begin_with(&client, 0, 0);
	sv_ws_send(client.ws, true, "before", 6);
	ok(sv_ws_waiting(client.ws) > 0);
	grant();
	ok(!strncmp(request, "GET /v1/realtime?model=m HTTP/1.1\r\n", 35));
	ok(strstr(request, "\r\nHost: 127.0.0.1:") != NULL);
	ok(strstr(request, "\r\nUpgrade: websocket\r\n") != NULL);
	ok(strstr(request, "\r\nSec-WebSocket-Version: 13\r\n") != NULL);
	ok(strstr(request, "\r\nX-Own: yes\r\n") != NULL);
	ok(strstr(request, "\r\nAuthorization: Bearer k\r\n") != NULL);
	ok(next_frame(data, &len) == (FIN | TEXT));
	is(data, "before");
	ok(client.opened == 1 && !sv_ws_waiting(client.ws));
	sv_ws_send(client.ws, false, "\1\2\3", 3);
	ok(next_frame(data, &len) == (FIN | BINARY) && len == 3);
	frame(FIN | TEXT, "hello", 5);
	frame(FIN | BINARY, "raw", 3);
	frame(FIN | TEXT, "", 0);
	until(&client, "text(hello) binary(raw) text() ");
	frame(FIN | CLOSE, "\3\350", 2);
	until_closed(&client);
	ok(client.code == 0);
	ok(next_frame(data, &len) == (FIN | CLOSE));
	finish(&client);
}

static void test_fragments(void)
{
	struct client client;
	char data[256];
	size_t len;

	begin_with(&client, 0, 0);
	grant();
	frame(TEXT, "one ", 4);
	frame(FIN | PING, "are you there", 13);
	frame(CONTINUED, "", 0);
	frame(CONTINUED, "two \xd0", 5); /* cut within a letter */
	frame(FIN | CONTINUED, "\xb0", 1);
	ok(next_frame(data, &len) == (FIN | PONG));
	is(data, "are you there");
	until(&client, "text(one two \xd0\xb0) ");
	finish(&client);
}

static void test_byte_by_byte(void)
{
	static const unsigned char bytes[] = { FIN | TEXT,   2, 'a', 'b',
		                               FIN | BINARY, 1, 'c' };
	struct client client;

	begin_with(&client, 0, 0);
	grant();
	for (size_t i = 0; i < sizeof bytes; i++) {
		put(bytes + i, 1);
		sv_loop_step(loop, 1);
	}
	until(&client, "text(ab) binary(c) ");
	finish(&client);
}

static void test_together_with_answer(void)
{
	char proof[32], *text;
	struct client client;

	begin_with(&client, 0, 0);
	take_request();
	prove(proof);
	text = sv_format("HTTP/1.1 101 OK\r\nUpgrade: websocket\r\n"
	                 "Connection: Upgrade\r\nSec-WebSocket-Accept:%s\r\n"
	                 "\r\n\x81\x05"
	                 "early\x81\x03"
	                 "too",
	                 proof);
	put_text(text);
	free(text);
	until(&client, "text(early) text(too) ");
	finish(&client);
}

static void test_long(void)
{
	size_t len = 3 << 20, got = 0;
	char *data = sv_alloc(len + 1), head[14];
	struct client client;

	begin_with(&client, 0, 0);
	grant();
	memset(data, 'x', len);
	sv_ws_send(client.ws, true, data, len);
	ok(take(head, 14) == 14 && (unsigned char)head[0] == (FIN | TEXT) &&
	   (unsigned char)head[1] == (0x80 | 127));
	got = take(data, len);
	ok(got == len && !sv_ws_waiting(client.ws));
	frame(FIN | TEXT, "short", 5);
	until(&client, "text(short) ");
	free(data);
	finish(&client);
}

/* what the client closes with when it is sent this; libwslay gives no code (0)
 * where it cannot read a frame's head */
static int answer_to(const void *bytes, size_t len, struct client *client)
{
	char data[256] = { 0 };
	size_t n = 0;
	int first;

	begin_with(client, 0, 1000);
	grant();
	put(bytes, len);
	do
		first = next_frame(data, &n);
	while (first >= 0 && first != (FIN | CLOSE));
	until_closed(client);
	return n < 2 ? 0 : (unsigned char)data[0] << 8 | (unsigned char)data[1];
}

static void is_number(int got, int want)
{
	if (!ok(got == want))
		printf("# got %d, want %d\n", got, want);
}

static void test_refuses(const void *bytes, size_t len, int code)
{
	struct client client;

	is_number(answer_to(bytes, len, &client), code);
	ok(client.code == EX_UNAVAILABLE);
	ok(strstr(client.why, "broke the rules") != NULL);
	finish(&client);
}

static void test_bad_frames(void)
{
	test_refuses("\x81\x85\0\0\0\0hello", 11, 1002); /* masked */
	test_refuses("\xc1\x02hi", 4, 1002);             /* compressed? */
	test_refuses("\x83\x02hi", 4, 1002);             /* unknown kind */
	test_refuses("\x80\x02hi", 4, 1002);        /* goes on with nothing */
	test_refuses("\x09\x02hi", 4, 0);           /* a ping in pieces */
	test_refuses("\x81\x02\xff\xfe", 4, 1007);  /* no UTF-8 */
	test_refuses("\x82\x7e\x03\xe9x", 5, 1009); /* 1001 bytes */
	test_refuses("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10, 0);
}

static void test_too_long_in_pieces(void)
{
	char data[600] = { 0 };
	struct client client;
	char back[256];
	size_t n;

	begin_with(&client, 0, 1000);
	grant();
	frame(BINARY, data, sizeof data);
	frame(FIN | CONTINUED, data, sizeof data);
	ok(next_frame(back, &n) == (FIN | CLOSE));
	ok((unsigned char)back[0] == 3 && (unsigned char)back[1] == 0xf1);
	until_closed(&client);
	ok(client.code == EX_UNAVAILABLE);
	is(sv_buf_str(&client.told), "");
	finish(&client);
}

static void close_code(int code, const char *reason, int want)
{
	char data[128] = { (char)(code >> 8), (char)code };
	struct client client;

	begin_with(&client, 0, 0);
	grant();
	memcpy(data + 2, reason, strlen(reason));
	frame(FIN | CLOSE, data, 2 + strlen(reason));
	until_closed(&client);
	ok(client.code == want);
	if (want)
		ok(strstr(client.why, reason) != NULL);
	finish(&client);
}

static void test_close_codes(void)
{
	close_code(1000, "", 0);
	close_code(1001, "bye", 0);
	close_code(1008, "no more credit", EX_UNAVAILABLE);
	close_code(1011, "it broke", EX_UNAVAILABLE);
	close_code(1013, "later", EX_TEMPFAIL);
	close_code(4001, "session expired", EX_UNAVAILABLE);
}

static void test_we_close(void)
{
	struct client client;
	char data[256];
	size_t len;

	begin_with(&client, 0, 0);
	grant();
	while (!client.opened)
		sv_loop_step(loop, 50);
	sv_ws_send(client.ws, true, "last", 4);
	sv_ws_close(client.ws);
	sv_ws_send(client.ws, true, "too late", 8);
	ok(next_frame(data, &len) == (FIN | TEXT));
	ok(next_frame(data, &len) == (FIN | CLOSE) && len == 2);
	ok(!client.closed);
	frame(FIN | TEXT, "unheard", 7);
	frame(FIN | CLOSE, "\3\350", 2);
	until_closed(&client);
	ok(client.code == 0);
	is(sv_buf_str(&client.told), "");
	finish(&client);
}

static void test_no_goodbye(void)
{
	struct client client;

	begin_with(&client, 0, 0);
	grant();
	while (!client.opened)
		sv_loop_step(loop, 50);
	sv_ws_close(client.ws);
	until_closed(&client); /* nobody answers */
	ok(client.code == 0);
	finish(&client);
}

static void test_lost(void)
{
	struct client client;

	begin_with(&client, 0, 0);
	grant();
	while (!client.opened)
		sv_loop_step(loop, 50);
	close(far);
	far = -1;
	until_closed(&client);
	ok(client.code == EX_UNAVAILABLE);
	ok(strstr(client.why, "test: the connection to 127.0.0.1:") != NULL);
	finish(&client);
}

/* A server that reads nothing costs nothing, and is given up some time. */
static void test_not_taken(void)
{
	size_t len = 16 << 20;
	char *data = sv_alloc(len);
	struct client client;
	int64_t begun;
	clock_t cpu;

	begin_with(&client, 0, 0);
	grant();
	while (!client.opened)
		sv_loop_step(loop, 50);
	sv_ws_send(client.ws, false, data, len);
	begun = sv_now_ms();
	cpu = clock();
	while (sv_now_ms() < begun + 300)
		sv_loop_step(loop, 20);
	ok((double)(clock() - cpu) / CLOCKS_PER_SEC < 0.15);
	ok(sv_ws_waiting(client.ws) > len / 2);
	for (int i = 0; i < 4; i++)
		sv_ws_send(client.ws, false, data, len);
	ok(!client.closed);
	until_closed(&client);
	ok(client.code == EX_TEMPFAIL);
	free(data);
	finish(&client);
}

static void test_silence(void)
{
	struct client client;
	char data[256];
	size_t len;

	begin_with(&client, 600, 0); /* half of it for the answer */
	grant();
	ok(next_frame(data, &len) == (FIN | PING)); /* is anybody there? */
	frame(FIN | PONG, "", 0);
	ok(next_frame(data, &len) == (FIN | PING));
	until_closed(&client);
	ok(client.code == EX_UNAVAILABLE);
	ok(strstr(client.why, "not even the answer to a ping") != NULL);
	finish(&client);
}

static void refused_with(const char *answer, int want, const char *why)
{
	struct client client;

	begin_with(&client, 0, 0);
	take_request();
	put_text(answer);
	shutdown(far, SHUT_WR);
	until_closed(&client);
	ok(client.code == want && !client.opened);
	if (!strstr(client.why, why))
		is(client.why, why);
	finish(&client);
}

static void test_refused(void)
{
	refused_with("HTTP/1.1 401 Unauthorized\r\nx-request-id: r1\r\n"
	             "Content-Length: 40\r\n\r\n"
	             "{\"error\":{\"message\":\"Incorrect API key\"}}",
	             EX_NOPERM,
	             "test: a WebSocket is refused: HTTP 401: Incorrect API "
	             "key (request r1)");
	refused_with("HTTP/1.1 429 Too Many\r\n\r\n", EX_TEMPFAIL, "HTTP 429");
	refused_with("HTTP/1.1 503 No\r\n\r\n<html>", EX_TEMPFAIL, "HTTP 503");
	refused_with("HTTP/1.1 404 No\r\n\r\n", EX_UNAVAILABLE, "HTTP 404");
	refused_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
	             EX_UNAVAILABLE, "HTTP 200");
	refused_with("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n"
	             "Connection: Upgrade\r\n"
	             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	             "\r\n",
	             EX_UNAVAILABLE,
	             "no WebSocket: check the setting test.url");
	refused_with("220 mail.example.org ESMTP\r\n", EX_UNAVAILABLE,
	             "no WebSocket");
	refused_with("HTTP/1.1 10", EX_UNAVAILABLE, "no WebSocket");
	refused_with("", EX_UNAVAILABLE, "the connection to");
}

/* an answer that would do but for one line */
static void granted_but(const char *line)
{
	char proof[32], *text;
	struct client client;

	begin_with(&client, 0, 0);
	take_request();
	prove(proof);
	text = sv_format("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n"
	                 "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"
	                 "%s\r\n\r\n",
	                 proof, line);
	put_text(text);
	free(text);
	until_closed(&client);
	ok(client.code == EX_UNAVAILABLE && !client.opened);
	finish(&client);
}

static void test_granted_wrongly(void)
{
	granted_but("Sec-WebSocket-Extensions: permessage-deflate");
	granted_but("Sec-WebSocket-Protocol: chat");
	granted_but("Upgrade: websocket");
}

static void test_nobody(void)
{
	struct client client;

	begin_with(&client, 0, 0);
	close(listening);
	until_closed(&client);
	ok(client.code == EX_UNAVAILABLE);
	finish(&client);
}

static void test_freed_at_message(void)
{
	struct client client;

	begin_with(&client, 0, 0);
	client.free_at_message = true;
	grant();
	put("\x81\x01"
	    "a\x81\x01"
	    "b",
	    6);
	until(&client, "text(a) ");
	ok(!client.ws && !client.closed);
	finish(&client);
}

static void test_message_refused(void)
{
	struct client client;
	char data[256];
	size_t len;

	begin_with(&client, 0, 0);
	client.refuse = EX_DATAERR;
	grant();
	put("\x81\x01"
	    "a\x81\x01"
	    "b",
	    6);
	ok(next_frame(data, &len) == (FIN | CLOSE));
	frame(FIN | CLOSE, "\3\350", 2);
	until_closed(&client);
	is(sv_buf_str(&client.told), "text(a) ");
	ok(client.code == EX_DATAERR);
	is(client.why, "not what was asked");
	finish(&client);
}

static void test_bad_header(void)
{
	const char *const headers[] = { "X-A: b\r\nX-C: d", NULL };
	struct sv_ws_setup setup = { .service = &service,
		                     .path = "/",
		                     .headers = headers };
	struct sv_ws *ws = NULL;

	loop = sv_loop_new();
	service.url = sv_strdup("ws://127.0.0.1:1");
	ok(sv_ws_open(&ws, loop, &setup) == EX_CONFIG && !ws);
	free(service.url);
	sv_loop_free(loop);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_messages();
	test_fragments();
	test_byte_by_byte();
	test_together_with_answer();
	test_long();
	test_bad_frames();
	test_too_long_in_pieces();
	test_close_codes();
	test_we_close();
	test_no_goodbye();
	test_lost();
	test_not_taken();
	test_silence();
	test_refused();
	test_granted_wrongly();
	test_nobody();
	test_freed_at_message();
	test_message_refused();
	test_bad_header();
	return tap_end();
}
