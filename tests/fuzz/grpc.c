/*
 * fuzz: whatever a service answers, a call ends once, and no message is larger
 * than it may be. The bytes are HTTP/2 behind our request, in pieces.
 */
#include "lib/grpc.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/grpc_frame.h"
#include "lib/grpc_status.h"
#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { MOST = 1000 };

/* SETTINGS of a server, and the head of an answer on the first stream */
static const unsigned char start[] = {
	0, 0, 0, 4, 0, 0, 0, 0, 0,       /* SETTINGS */
	0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88, /* :status 200 */
};

static int ended;

static int message(void *arg, const void *data, size_t len)
{
	(void)arg;
	(void)data;
	if (len > MOST || ended)
		abort();
	return 0;
}

static void heard(void *arg, const char *name, const char *value, size_t len)
{
	(void)arg;
	if (!*name || value[len])
		abort();
}

static void done(void *arg, const struct sv_grpc_status *status)
{
	(void)arg;
	if (ended++ ||
	    sv_utf8_check(status->message, strlen(status->message)) !=
	            strlen(status->message))
		abort();
}

/* a server's end of a connection that our client has made */
static int meet(struct sv_loop *loop, struct sv_grpc *channel, int listening)
{
	sv_grpc_warm(channel);
	for (int i = 0; i < 100 && !sv_grpc_ready(channel); i++)
		sv_loop_step(loop, 10);
	return accept(listening, NULL, NULL);
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
	*url = sv_format("http://127.0.0.1:%d", ntohs(address.sin_port));
	return fd;
}

/* one call that is answered with this, and then the connection ends */
static void answer(const unsigned char *data, size_t size)
{
	static struct sv_service service = { .name = "test",
		                             .connect_ms = 3000 };
	static int listening = -1;
	const struct sv_grpc_request request = { .path = "/t.T/M",
		                                 .most = MOST,
		                                 .message = message,
		                                 .metadata_in = heard,
		                                 .done = done };
	struct sv_loop *loop = sv_loop_new();
	struct sv_grpc *channel;
	size_t piece = size % 7 ? size / (size % 7) + 1 : size;
	int fd;

	if (listening < 0)
		listening = listen_somewhere(&service.url);
	if (sv_grpc_new(&channel, loop, &service))
		abort();
	fd = meet(loop, channel, listening);
	ended = 0;
	sv_grpc_start(channel, &request);
	send(fd, start, sizeof start, MSG_NOSIGNAL);
	for (size_t at = 0; at < size; at += piece) {
		size_t n = size - at < piece ? size - at : piece;

		send(fd, data + at, n, MSG_NOSIGNAL);
		sv_loop_step(loop, 0);
	}
	close(fd);
	for (int i = 0; i < 100 && !ended; i++)
		sv_loop_step(loop, 100);
	if (!ended)
		abort();
	sv_grpc_free(channel);
	sv_loop_free(loop);
}

/* the parts alone, which is quicker */
static void read_parts(const unsigned char *data, size_t size)
{
	char *text = grpc_message_read((const char *)data, size), *bytes;
	size_t len, at = 0;

	if (sv_utf8_check(text, strlen(text)) != strlen(text))
		abort();
	free(text);
	bytes = sv_strndup((const char *)data, size);
	if ((int)grpc_code_read(bytes, strlen(bytes)) > 16)
		abort();
	free(bytes);
	while (at < size && grpc_frame_look((const char *)data + at, size - at,
	                                    MOST, &len) == GRPC_FRAME_WHOLE)
		at += GRPC_FRAME_HEAD + len;
	if (at > size)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	signal(SIGPIPE, SIG_IGN);
	read_parts(data, size);
	if (size > 4 && size < 4096)
		answer(data, size);
	return 0;
}
