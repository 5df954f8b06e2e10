/*
 * sv-report's parts: periods, times, what was seen, widths, percentiles.
 *
 * uses: src/report/period.c src/report/when.c src/report/seen.c src/report/names.c src/report/width.c src/report/stats.c src/report/scan.c src/report/value.c src/report/field.c
 */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "lib/clock.h"

#include "src/report/names.h"
#include "src/report/period.h"
#include "src/report/reports.h"
#include "src/report/seen.h"
#include "src/report/when.h"
#include "src/report/width.h"
#include "tests/unit/tap.h"

static int64_t at(const char *text)
{
	int64_t ms = -1;

	sv_time_parse(text, &ms);
	return ms;
}

static bool since(const char *text, const char *now, const char *want)
{
	int64_t ms = -1;

	return !period_since(text, at(now), &ms) && ms == at(want);
}

static bool until(const char *text, const char *now, const char *want)
{
	int64_t ms = -1;

	return !period_until(text, at(now), &ms) && ms == at(want);
}

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void words(void)
{
	const char *now = "2026-11-20T22:30:00Z"; /* 01:30 of the 21st */

	zone("Europe/Moscow");
	ok(since("today", now, "2026-11-20T21:00:00Z"));
	ok(until("today", now, "2026-11-21T21:00:00Z"));
	ok(since("yesterday", now, "2026-11-19T21:00:00Z"));
	ok(until("yesterday", now, "2026-11-20T21:00:00Z"));
	ok(since("7d", now, "2026-11-13T21:00:00Z"));
	ok(since("0d", now, "2026-11-20T21:00:00Z"));
	ok(since("12h", now, "2026-11-20T10:30:00Z"));
	ok(since("90m", now, "2026-11-20T21:00:00Z"));
	ok(since("2026-11-20", now, "2026-11-19T21:00:00Z"));
	ok(until("2026-11-20", now, "2026-11-20T21:00:00Z"));
	ok(since("2026-11-20T14:30", now, "2026-11-20T11:30:00Z"));
	ok(until("2026-11-20 14:30:15", now, "2026-11-20T11:30:15Z"));
	ok(since("2026-11-20T14:30:00+05:00", now, "2026-11-20T09:30:00Z"));
	ok(since("2026-11-20T14:30:00.5Z", now, "2026-11-20T14:30:00.5Z"));
}

/* the night of 25 October 2026 has 25 hours in Berlin, 29 March 23 */
static void uneven_days(void)
{
	zone("Europe/Berlin");
	ok(since("2026-10-25", "2026-11-01T00:00:00Z", "2026-10-24T22:00:00Z"));
	ok(until("2026-10-25", "2026-11-01T00:00:00Z", "2026-10-25T23:00:00Z"));
	ok(since("2026-03-29T02:30", "2026-11-01T00:00:00Z",
	         "2026-03-29T01:30:00Z"));
	ok(until("2026-03-29", "2026-11-01T00:00:00Z", "2026-03-29T22:00:00Z"));
	ok(period_day(at("2026-10-24T22:00:00Z")) == 20261025);
	ok(period_hour(at("2026-10-25T01:30:00Z")) == 2);
	ok(period_next_day(20261231) == 20270101);
	ok(period_next_day(20280228) == 20280229);
	ok(period_day(-1) == 0);
}

static void no_times(void)
{
	static const char *const bad[] = {
		"",
		"now",
		"d",
		"7",
		"7w",
		"-7d",
		"7dd",
		"999999d",
		"2026-13-01",
		"2026-00-10",
		"2026-11-31",
		"2026-11-2",
		"1969-01-01",
		"2026-11-20T",
		"20261120",
		"2026/11/20",
		"2026-11-20T25:00",
		"2026-11-20T14:60",
		"2026-11-20T14:30:00+99:00",
		"today ",
	};
	int64_t ms;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (!ok(period_since(bad[i], 0, &ms) != 0))
			printf("# '%s'\n", bad[i]);
	}
}

static void bounds(void)
{
	struct period all = PERIOD_ALL, some = { 10, 20 };

	ok(period_holds(&all, NEVER) && period_holds(&all, 0));
	ok(!period_holds(&some, NEVER));
	ok(!period_holds(&some, 9) && period_holds(&some, 10));
	ok(period_holds(&some, 19) && !period_holds(&some, 20));
}

static bool reads(const char *text)
{
	struct span span = { text, strlen(text) };
	int64_t quick = -1, slow = -2;
	bool good = when_parse(span, &quick);

	if (good != !sv_time_parse(text, &slow))
		return false;
	return !good || quick == slow;
}

static void times(void)
{
	char text[SV_TIME_LEN];

	for (int64_t ms = 0; ms < 4102444800000; ms += 86400000 * 13 + 12345) {
		sv_time_format(ms, text);
		if (!reads(text) && !ok(!"read as sv_time_parse reads it"))
			printf("# %s\n", text);
	}
	ok(reads("2026-02-29T10:00:00.000Z") &&
	   reads("2028-02-29T10:00:00.0Z"));
	ok(reads("2026-11-20T10:00:00Z") && reads("2026-11-20T10:00:00+03:00"));
	ok(reads("2026-11-20t10:00:00.000Z") &&
	   reads("2026-11-2xT10:00:00.000Z"));
	ok(reads("2026-11-20T24:00:00.000Z") && reads(""));
}

static bool first(struct seen *seen, uint32_t call, const char *stage,
                  int64_t seq)
{
	return seen_first(seen, call, (struct span){ stage, strlen(stage) },
	                  seq);
}

static void twice(void)
{
	struct seen seen = { 0 };
	int again = 0;

	ok(first(&seen, 0, "asr", 1) && first(&seen, 0, "asr", 3));
	ok(first(&seen, 0, "asr", 2) && !first(&seen, 0, "asr", 3));
	ok(!first(&seen, 0, "asr", 1) && !first(&seen, 0, "asr", 2));
	ok(first(&seen, 0, "tts", 1) && first(&seen, 1, "asr", 1));
	ok(first(&seen, 0, "asr", -5) && !first(&seen, 0, "asr", -5));
	ok(first(&seen, 0, "asr", 4) && !first(&seen, 0, "asr", 4));
	for (int64_t seq = 10000; seq; seq--)
		again += !first(&seen, 7, "dialog", seq);
	for (int64_t seq = 1; seq <= 10000; seq++)
		again += first(&seen, 7, "dialog", seq);
	ok(again == 0);
	seen_release(&seen);
}

static void many_names(void)
{
	struct names names = { 0 };
	char text[32];
	int wrong = 0;

	ok(names_find(&names, "x", 1) == NAMES_MAX);
	for (uint32_t i = 0; i < 10000; i++) {
		size_t len = (size_t)snprintf(text, sizeof text, "name %u", i);

		wrong += names_put(&names, text, len) != i;
		wrong += names_put(&names, text, len) != i;
	}
	ok(!wrong && names.n == 10000);
	ok(names_find(&names, "name 77", 7) == 77);
	ok(names_find(&names, "name 77", 6) == 7);
	is(names.items[4321], "name 4321");
	names_release(&names);
}

static size_t wide(const char *text)
{
	return width(text, strlen(text));
}

static void widths(void)
{
	ok(wide("abc") == 3 && wide("Жанна") == 5 && wide("") == 0);
	ok(wide("e\u0301") == 1 && wide("й") == 1 && wide("и\u0306") == 1);
	ok(wide("王小明") == 6 && wide("한글") == 4 && wide("ｱ") == 1);
	ok(wide("😀") == 2 && wide("a\u200bb") == 2);
	ok(wide("1\u00a0250") == 5 && wide("№…—") == 3);
}

static void ranks(void)
{
	int32_t values[] = { 50, 15, 40, 20, 35 };

	sort_ms(values, 5); /* Wikipedia's example of the nearest rank */
	ok(percentile(values, 5, 5) == 15 && percentile(values, 5, 30) == 20);
	ok(percentile(values, 5, 40) == 20 && percentile(values, 5, 50) == 35);
	ok(percentile(values, 5, 100) == 50);
	ok(percentile(values, 1, 1) == 15 && percentile(values, 1, 99) == 15);
	ok(percentile(values, 0, 50) == NEVER);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 0.00005;
}

/* the figures of Newcombe's examples, Statistics in Medicine 17 (1998) */
static void sureness(void)
{
	struct interval in;
	double z = normal_quantile(0.05);

	ok(near(z, 1.95996) && near(normal_quantile(0.01), 2.57583));
	in = share_interval((struct share){ 81, 263 }, z);
	ok(near(in.low, 0.2553) && near(in.high, 0.3662));
	in = share_interval((struct share){ 0, 20 }, z);
	ok(near(in.low, 0) && near(in.high, 0.1611));
	in = share_interval((struct share){ 29, 29 }, z);
	ok(near(in.low, 0.8830) && near(in.high, 1));
	in = difference_interval((struct share){ 56, 70 },
	                         (struct share){ 48, 80 }, z);
	ok(near(in.low, 0.0524) && near(in.high, 0.3339));
	in = difference_interval((struct share){ 10, 10 },
	                         (struct share){ 0, 20 }, z);
	ok(near(in.low, 0.6791) && near(in.high, 1));
}

int main(void)
{
	words();
	uneven_days();
	no_times();
	bounds();
	times();
	twice();
	many_names();
	widths();
	ranks();
	sureness();
	return tap_end();
}
