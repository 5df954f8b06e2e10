/* sse: whatever bytes come, and wherever they are cut: the same events */
#include "lib/sse.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

enum { MAX = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t hash;
	int n;
};

static int got(void *arg, const char *event, const char *data, size_t len)
{
	struct sum *sum = arg;

	assert(len <= MAX && !data[len]);
	sum->n++;
	for (; *event; event++)
		sum->hash = sum->hash * 31 + (unsigned char)*event;
	for (size_t i = 0; i < len; i++)
		sum->hash = sum->hash * 31 + (unsigned char)data[i];
	return sum->n < 1000 ? 0 : 1;
}

static int feed(struct sum *sum, const char *data, size_t size, size_t piece)
{
	struct sv_sse sse;
	int rc = 0;

	sv_sse_init(&sse, MAX, got, sum);
	for (size_t i = 0; !rc && i < size; i += piece)
		rc = sv_sse_feed(&sse, data + i,
		                 size - i < piece ? size - i : piece);
	sv_sse_release(&sse);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole = { 0 }, cut = { 0 };
	size_t piece = size ? data[0] % 7 + 1 : 1;
	int rc = feed(&whole, (const char *)data, size, size ? size : 1);

	assert(feed(&cut, (const char *)data, size, piece) == rc);
	assert(cut.n == whole.n && cut.hash == whole.hash);
	return 0;
}
