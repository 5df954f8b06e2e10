/* clock: RFC 3339 both ways */
#include "lib/clock.h"

#include "tests/unit/tap.h"

static int64_t parse(const char *text)
{
	int64_t ms = -1;

	return sv_time_parse(text, &ms) ? -1 : ms;
}

static const char *format(int64_t ms)
{
	static char text[SV_TIME_LEN];

	sv_time_format(ms, text);
	return text;
}

int main(void)
{
	is(format(0), "1970-01-01T00:00:00.000Z");
	is(format(1795219200123), "2026-11-21T00:00:00.123Z");
	is(format(-1), "1969-12-31T23:59:59.999Z");
	ok(strlen(format(INT64_MAX)) == SV_TIME_LEN - 1);
	ok(strlen(format(INT64_MIN)) == SV_TIME_LEN - 1);

	ok(parse("2026-11-21T00:00:00.123Z") == 1795219200123);
	ok(parse("2026-11-21T03:00:00.123+03:00") == 1795219200123);
	ok(parse("2026-11-20T21:00:00-03:00") == 1795219200000);
	ok(parse("2026-11-21") == 1795219200000);
	ok(parse("2026-11-21T00:00:00.1Z") == 1795219200100);
	ok(parse("2026-11-21T00:00:00.123456789Z") == 1795219200123);
	ok(parse("2016-12-31T23:59:60Z") == parse("2016-12-31T23:59:59Z"));

	ok(parse("") == -1);
	ok(parse("2026-02-31") == -1);
	ok(parse("2026-13-01") == -1);
	ok(parse("2026-11-21T") == -1);
	ok(parse("2026-11-21T24:00:00Z") == -1);
	ok(parse("2026-11-21T00:00:00") == -1);
	ok(parse("2026-11-21T00:00:00.Z") == -1);
	ok(parse("2026-11-21T00:00:00Zx") == -1);
	ok(parse("2026-11-21T00:00:00+3:00") == -1);
	ok(parse("yesterday") == -1);

	ok(sv_now_us() > 0 && sv_now_ms() <= sv_now_us() / 1000);
	ok(sv_wall_ms() > 1795219200000 - 86400000LL * 365);
	return tap_end();
}
