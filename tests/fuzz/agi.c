/*
 * fuzz: whatever an exchange says, each command is done once at most, and no
 * two of them are with it at once
 *
 * uses: src/capture/agi.c src/capture/agi_ask.c src/capture/agi_reply.c
 */
#include "src/capture/agi.h"

#include <stdlib.h>
#include <string.h>

static int waiting, done;

static int count(void *arg, const struct agi_reply *reply)
{
	(void)arg;
	done++;
	if (done > waiting || !reply->result || !reply->text ||
	    (reply->code && strlen(reply->text) < 3))
		abort();
	return 0;
}

/* what is written at once is one line, and at most one command */
static void take(struct agi *agi)
{
	size_t len;
	const char *out = agi_out(agi, &len);

	if (len && memchr(out, '\n', len) != out + len - 1)
		abort();
	agi_wrote(agi, len);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct agi *agi = agi_new();
	size_t piece = size ? 1 + data[0] % 64 : 1;
	int rc = 0;

	waiting = done = 0;
	if (size && data[0] & 64)
		agi_feed(agi, "agi_request: x\n\n", 16);
	for (size_t at = 1; !rc && at < size; at += piece) {
		if (!agi_ask_line(agi, at & 1 ? "NOOP" : "STREAM FILE x \"\"",
		                  count, NULL))
			waiting++;
		take(agi);
		if (data[at] & 1)
			agi_interrupt(agi);
		take(agi);
		rc = agi_feed(agi, data + at,
		              size - at < piece ? size - at : piece);
	}
	agi_gone(agi);
	if (done != waiting)
		abort();
	agi_free(agi);
	return 0;
}
