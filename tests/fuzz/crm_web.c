/*
 * fuzz: whatever comes by a connection, in pieces of any size, the server goes
 * on: what it takes is whole, and no larger than may be, and a request of ours
 * is answered after it
 *
 * uses: src/crm/listen_web.c src/crm/listen_peer.c src/crm/listen_request.c src/crm/listen_mhd.c
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/fail.h"

#include "src/crm/listen_web.h"

static struct web *web;
static struct sv_loop *loop;

static int receive(void *arg, const char *body, size_t len)
{
	(void)arg;
	if (len > WEB_BODY_MAX || strlen(body) > len)
		abort();
	return len % 3 ? EX_DATAERR : 0;
}

static int health(void *arg)
{
	(void)arg;
	return 0;
}

static void open_once(void)
{
	const struct web_setup setup = { .path = "/hook",
		                         .patience_ms = 60000,
		                         .most = 8,
		                         .receive = receive,
		                         .health = health };

	if (web)
		return;
	loop = sv_loop_new();
	if (web_open(&web, loop, &setup))
		abort();
}

static void turn(int times)
{
	while (times--)
		sv_loop_step(loop, 0);
}

static int connect_one(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends))
		abort();
	web_add(web, ends[1]);
	return ends[0];
}

/* written, read from and closed; whether the answer began so */
static int talk(const void *data, size_t len, size_t piece, const char *begins)
{
	char answer[4096];
	ssize_t n, got = 0;
	int fd = connect_one();

	for (size_t at = 0; at < len; at += piece) {
		size_t left = len - at < piece ? len - at : piece;

		if (send(fd, (const char *)data + at, left, MSG_NOSIGNAL) < 0)
			break;
		turn(2);
	}
	shutdown(fd, SHUT_WR);
	turn(4);
	n = read(fd, answer, sizeof answer);
	got = begins && n >= (ssize_t)strlen(begins) &&
	      !memcmp(answer, begins, strlen(begins));
	close(fd);
	turn(4);
	return (int)got;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const char ours[] = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
	static const char head[] =
		"POST /hook HTTP/1.1\r\nHost: x\r\n"
		"Content-Type: application/x-www-form-urlencoded\r\n";
	size_t piece = size ? 1 + data[0] % 97 : 1;
	char *text = malloc(sizeof head + size);

	open_once();
	if (!text)
		abort();
	memcpy(text, head, sizeof head - 1);
	memcpy(text + sizeof head - 1, data, size);
	talk(data, size, piece, NULL);
	talk(text, sizeof head - 1 + size, piece, NULL);
	free(text);
	if (!talk(ours, sizeof ours - 1, sizeof ours, "HTTP/1.1 200"))
		abort();
	turn(8);
	if (web_connections(web))
		abort();
	return 0;
}
