/*
 * Any packet as a call's request to the server: refused with a sentence, or
 * taken with settings that hold.
 *
 * uses: src/asr/request.c src/asr/config.c src/asr/endpoint.c src/asr/expect.c src/asr/barge_in.c
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/pcm.h"

#include "src/asr/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* a good request first, and bytes of it changed */
static const char good[] =
	"{\"sv-asr\":\"" SV_VERSION "\",\"call\":\"01ARZ\",\"model\":null,"
	"\"variables\":{\"SV_CALLER\":\"1\"},\"level\":1,\"json\":false,"
	"\"memory\":0,\"engines\":[\"loudness\"],\"settings\":[\"a=b\"],"
	"\"language\":\"en\",\"rate\":8000,\"expect\":\"free\","
	"\"silence\":[\"free=700ms\"],\"utterance\":30000,"
	"\"barge_in_ms\":140,\"barge_in_db\":4}";

static void take(const void *bytes, size_t len)
{
	struct request request;
	int ends[2];

	assert(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends));
	if (send(ends[0], bytes, len, MSG_NOSIGNAL) == (ssize_t)len) {
		if (request_take(ends[1], &request)) {
			assert(*sv_why());
		} else {
			assert(sv_rate_valid(request.config.rate_hz));
			assert(request.config.engines.n);
			assert(strlen(request.call) <= SV_CALL_MAX);
		}
		request_release(&request);
	}
	close(ends[0]);
	close(ends[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[sizeof good];

	take(data, size);
	take(good, sizeof good - 1);
	memcpy(text, good, sizeof good);
	for (size_t i = 0; i + 1 < size && i < 16; i += 2)
		text[(data[i] * 3U) % (sizeof good - 1)] = (char)data[i + 1];
	take(text, sizeof text - 1);
	return 0;
}
