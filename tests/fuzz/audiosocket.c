/*
 * fuzz: what a peer sends that says it is an AudioSocket. However its bytes
 * are cut into pieces, the same is heard.
 *
 * uses: src/capture/audiosocket.c src/capture/audioframe.c src/capture/known.c
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/fail.h"

#include "src/capture/call.h"

enum { UUID_FRAME = 19, PIECE_MAX = 4096 };

/* the call, as far as the transport can see it */
struct call {
	struct call_config config;
	struct sv_loop *loop;
	uint64_t samples, keys, events, hash;
	bool over;
};

struct sv_loop *call_loop(struct call *call)
{
	return call->loop;
}

const struct call_config *call_config(const struct call *call)
{
	return &call->config;
}

static void note(struct call *call, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	if (call->over)
		abort(); /* it said so itself */
	for (size_t i = 0; i < len; i++)
		call->hash = (call->hash ^ bytes[i]) * 1099511628211U;
}

int call_heard(struct call *call, const int16_t *samples, size_t n)
{
	call->samples += n;
	note(call, samples, n * sizeof *samples);
	return 0;
}

int call_heard_dtmf(struct call *call, char digit, int duration_ms)
{
	(void)duration_ms;
	call->keys++;
	note(call, &digit, 1);
	return 0;
}

int call_heard_event(struct call *call, const char *type, json_t *fields)
{
	call->events++;
	note(call, type, strlen(type));
	json_decref(fields);
	return 0;
}

int call_heard_end(struct call *call, const char *reason)
{
	note(call, reason, strlen(reason));
	call->over = true;
	sv_loop_stop(call->loop);
	return 0;
}

/* each send() is one recv(): a packet socket keeps the pieces apart */
static void run(struct call *call, const uint8_t *data, size_t size,
                size_t piece)
{
	struct call_facts facts = { 0 };
	struct transport *transport = NULL;
	struct arrival arrival = { .greeting = data, .len = UUID_FRAME };
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds))
		abort();
	call->loop = sv_loop_new();
	arrival.fd = fds[0];
	for (size_t at = UUID_FRAME; at < size; at += piece)
		send(fds[1], data + at, size - at < piece ? size - at : piece,
		     MSG_DONTWAIT | MSG_NOSIGNAL);
	shutdown(fds[1], SHUT_WR);
	if (audiosocket_transport.open(&transport, call, &arrival, &facts))
		abort();
	if (sv_loop_run(call->loop) || !call->over)
		abort();
	audiosocket_transport.close(transport);
	free(facts.caller);
	free(facts.callee);
	sv_loop_free(call->loop);
	close(fds[1]);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct call whole = { 0 }, pieces = { 0 };
	uint8_t greeted[UUID_FRAME + 2 * PIECE_MAX] = { 1, 0, 16 };
	size_t piece;

	audiosocket_transport.greeting(data, size);
	if (!size)
		return 0;
	piece = data[0] % 64 + 40; /* of so many the socket takes enough */
	if (size > 2 * PIECE_MAX)
		size = 2 * PIECE_MAX;
	memcpy(greeted + UUID_FRAME, data, size);
	run(&whole, greeted, UUID_FRAME + size, PIECE_MAX);
	run(&pieces, greeted, UUID_FRAME + size, piece);
	if (whole.samples != pieces.samples || whole.keys != pieces.keys ||
	    whole.hash != pieces.hash)
		abort();
	return 0;
}
