/* sse: events come out the same, wherever the bytes were cut */
#include "lib/sse.h"

#include <stdlib.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

static char out[4096];
static int stop_at;

static int got(void *arg, const char *event, const char *data, size_t len)
{
	size_t used = strlen(out);

	(void)arg;
	snprintf(out + used, sizeof out - used, "[%s|", event);
	for (size_t i = 0; i < len; i++) {
		used = strlen(out);
		snprintf(out + used, sizeof out - used, data[i] ? "%c" : "\\0",
		         data[i]);
	}
	used = strlen(out);
	snprintf(out + used, sizeof out - used, "]");
	if (stop_at && !--stop_at)
		return sv_fail(EX_IOERR, "enough");
	return 0;
}

static int feed(const char *text, size_t len, size_t piece)
{
	struct sv_sse sse;
	int rc = 0;

	out[0] = '\0';
	sv_sse_init(&sse, 64, got, NULL);
	for (size_t i = 0; !rc && i < len; i += piece)
		rc = sv_sse_feed(&sse, text + i,
		                 len - i < piece ? len - i : piece);
	sv_sse_release(&sse);
	return rc;
}

static const struct {
	const char *text, *want;
} all[] = {
	{ "data: a\n\n", "[message|a]" },
	{ "data:a\r\n\r\ndata:b\r\rdata:c\n\n",
	  "[message|a][message|b][message|c]" },
	{ "data: a\ndata: b\ndata:\ndata:  c\n\n", "[message|a\nb\n\n c]" },
	{ "data\n\n", "[message|]" },
	{ "data:\n\n", "[message|]" },
	{ "\n\n\n", "" },
	{ ": comment\n\n:\n\ndata: x\n: more\n\n", "[message|x]" },
	{ "event: e\ndata: 1\n\ndata: 2\n\n", "[e|1][message|2]" },
	{ "event: lost\n\ndata: 2\n\n", "[message|2]" },
	{ "event: a\nevent: b\ndata: 2\n\n", "[b|2]" },
	{ "id: 7\nretry: 10\nnonsense\nDATA: no\ndatax: no\ndata: y\n\n",
	  "[message|y]" },
	{ "data: [DONE]\n\n", "[message|[DONE]]" },
	{ "data: never ended\n", "" },
	{ "data: never ended", "" },
	{ "\xef\xbb\xbf"
	  "data: marked\n\n",
	  "[message|marked]" },
	{ "data: \xd0\xb6\n\n", "[message|\xd0\xb6]" },
	{ "data: a:b: c\n\n", "[message|a:b: c]" },
	{ "", "" },
};

int main(void)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 4096 };
	char text[200];

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			ok(!feed(all[i].text, strlen(all[i].text), sizes[k]));
			is(out, all[i].want);
		}
	}
	ok(!feed("data: a\0b\n\n", 11, 1));
	is(out, "[message|a\\0b]");

	/* 64 bytes, and not one more; also as two lines */
	snprintf(text, sizeof text, "data:%064d\n\ndata: x\n\n", 0);
	ok(!feed(text, strlen(text), 7));
	ok(strlen(out) == 64 + 10 + 11);
	snprintf(text, sizeof text, "data:%065d\n\n", 0);
	ok(feed(text, strlen(text), 7) == EX_UNAVAILABLE);
	is(sv_why(), "an event of the stream has more than 64 bytes");
	snprintf(text, sizeof text, "data:%040d\ndata:%024d\n\n", 0, 0);
	ok(feed(text, strlen(text), 4096) == EX_UNAVAILABLE);
	snprintf(text, sizeof text, "data:%040d\ndata:%023d\n\n", 0, 0);
	ok(!feed(text, strlen(text), 4096));
	snprintf(text, sizeof text, "event:%065d\n\n", 0);
	ok(feed(text, strlen(text), 1) == EX_UNAVAILABLE);
	memset(text, 'x', sizeof text); /* a line without an end */
	ok(feed(text, sizeof text, 1) == EX_UNAVAILABLE);

	stop_at = 2;
	ok(feed("data:1\n\ndata:2\n\ndata:3\n\n", 24, 4096) == EX_IOERR);
	is(out, "[message|1][message|2]");
	is(sv_why(), "enough");
	return tap_end();
}
