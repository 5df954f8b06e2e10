/*
 * fuzz: no answer to the request for a WebSocket, and no frames behind it, make
 * it fall; it is closed once
 */
#include "lib/ws.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/utf8.h"
#include "lib/ws_upgrade.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { MOST = 1000 };

static int over;

static int message(void *arg, bool text, const char *data, size_t len)
{
	(void)arg;
	if (over || len > MOST || data[len])
		abort();
	if (text && sv_utf8_check(data, len) != len)
		abort();
	return 0;
}

static void closed(void *arg, int code)
{
	(void)arg;
	if (over++ || (code && !*sv_why()))
		abort();
}

static int listen_somewhere(char **url)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&address, len) || listen(fd, 8) ||
	    getsockname(fd, (struct sockaddr *)&address, &len))
		abort();
	*url = sv_format("ws://127.0.0.1:%d", ntohs(address.sin_port));
	return fd;
}

/* grants it, as the key in the request wants */
static void grant(int fd)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char sum[SHA_DIGEST_LENGTH], proof[32];
	char request[4096] = { 0 }, text[80], *key, *out;
	ssize_t n = recv(fd, request, sizeof request - 1, 0);

	key = n > 0 ? strstr(request, "Sec-WebSocket-Key: ") : NULL;
	if (!key)
		abort();
	n = snprintf(text, sizeof text, "%.24s%s", key + 19, guid);
	SHA1((unsigned char *)text, (size_t)n, sum);
	EVP_EncodeBlock(proof, sum, sizeof sum);
	out = sv_format("HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: "
	                "upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
	                (char *)proof);
	send(fd, out, strlen(out), MSG_NOSIGNAL);
	free(out);
}

/* a WebSocket that gets this, behind a good answer or as the answer */
static void talk(const unsigned char *data, size_t size, bool granted)
{
	static struct sv_service service = { .name = "test",
		                             .connect_ms = 3000 };
	static int listening = -1;
	const struct sv_ws_setup setup = { .service = &service,
		                           .path = "/",
		                           .most = MOST,
		                           .message = message,
		                           .closed = closed };
	struct sv_loop *loop = sv_loop_new();
	struct sv_ws *ws;
	int fd;

	if (listening < 0)
		listening = listen_somewhere(&service.url);
	if (sv_ws_open(&ws, loop, &setup))
		abort();
	over = 0;
	for (int i = 0; i < 3; i++)
		sv_loop_step(loop, 1);
	fd = accept(listening, NULL, NULL);
	if (granted)
		grant(fd);
	send(fd, data, size, MSG_NOSIGNAL);
	sv_loop_step(loop, 0);
	close(fd);
	for (int i = 0; i < 100 && !over; i++)
		sv_loop_step(loop, 100);
	if (!over)
		abort();
	sv_ws_free(ws);
	sv_loop_free(loop);
}

static void read_answer(const char *data, size_t size)
{
	static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
	const struct sv_service service = { .name = "test" };
	char *copy = size ? sv_alloc(size) : NULL; /* no NUL behind it */
	size_t len;

	if (size)
		memcpy(copy, data, size);
	switch (sv_ws_look(copy, size, key, false, &len)) {
	case SV_WS_REFUSED:
		sv_ws_refused_whole(copy, size);
		if (!sv_ws_refused(&service, copy, size))
			abort();
		break;
	case SV_WS_GRANTED:
		if (len > size)
			abort();
		break;
	default:
		break;
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	signal(SIGPIPE, SIG_IGN);
	if (!size)
		return 0;
	read_answer((const char *)data + 1, size - 1);
	if (size < 4096)
		talk(data + 1, size - 1, data[0] % 4);
	return 0;
}
