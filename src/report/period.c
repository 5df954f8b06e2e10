/* period: the words for times, in the local time zone */
#include "src/report/period.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/fail.h"

enum { DAYS_MAX = 36500 };

/* midnight at the beginning of the local day `days` after that of ms */
static int64_t midnight(int64_t ms, int days)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		return ms;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_mday += days;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000;
}

static int64_t hour_ms(char unit)
{
	return unit == 'h' ? 3600000 : 60000;
}

/* 7d, 12h, 30m: whether it is one of these */
static bool ago(const char *text, int64_t now_ms, int64_t *ms)
{
	size_t len = strspn(text, "0123456789");
	long n;

	if (!len || len > 5 || !text[len] || text[len + 1] ||
	    !strchr("dhm", text[len]))
		return false;
	n = strtol(text, NULL, 10);
	if (text[len] != 'd')
		*ms = now_ms - n * hour_ms(text[len]);
	else if (n <= DAYS_MAX)
		*ms = midnight(now_ms, -(int)n);
	return text[len] != 'd' || n <= DAYS_MAX;
}

/* the fields of a date and perhaps a time without an offset */
static bool local_fields(const char *text, struct tm *tm, bool *is_day)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	size_t len = strlen(text);
	int *const into[] = { &tm->tm_year, &tm->tm_mon, &tm->tm_mday,
		              &tm->tm_hour, &tm->tm_min, &tm->tm_sec };
	size_t field = 0;

	if (len != 10 && len != 16 && len != 19)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		if (form[i] == 'd' && digit)
			*into[field] = *into[field] * 10 + (text[i] - '0');
		else if (form[i] != 'd' &&
		         (form[i] == text[i] || (i == 10 && text[i] == ' ')))
			field++;
		else
			return false;
	}
	*is_day = len == 10;
	return true;
}

static bool local(const char *text, int64_t *ms, bool *is_day)
{
	struct tm tm = { 0 }, made;
	time_t seconds;

	if (!local_fields(text, &tm, is_day) || tm.tm_year < 1970 ||
	    tm.tm_mon < 1)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	tm.tm_isdst = -1;
	made = tm;
	seconds = mktime(&made);
	/* a night when the clock is put forward has no 02:30, yet a 2nd of
	 * March; 31 February is wrong in any zone */
	if (made.tm_mday != tm.tm_mday || made.tm_mon != tm.tm_mon ||
	    tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	*ms = (int64_t)seconds * 1000;
	return true;
}

/* the time a word means; *is_day when it is a whole day that begins there */
static int parse(const char *text, int64_t now_ms, int64_t *ms, bool *is_day)
{
	*is_day = true;
	if (!strcmp(text, "today")) {
		*ms = midnight(now_ms, 0);
		return 0;
	}
	if (!strcmp(text, "yesterday")) {
		*ms = midnight(now_ms, -1);
		return 0;
	}
	if (local(text, ms, is_day))
		return 0;
	*is_day = false;
	if (ago(text, now_ms, ms) ||
	    (strlen(text) > 10 && !sv_time_parse(text, ms)))
		return 0;
	return sv_fail(EX_USAGE,
	               "'%s' is not a time: write today, yesterday, 7d, 12h, "
	               "2026-11-20, 2026-11-20T14:30 or "
	               "2026-11-20T14:30:00+03:00",
	               text);
}

int period_since(const char *text, int64_t now_ms, int64_t *ms)
{
	bool is_day;

	return parse(text, now_ms, ms, &is_day);
}

int period_until(const char *text, int64_t now_ms, int64_t *ms)
{
	bool is_day;
	int rc = parse(text, now_ms, ms, &is_day);

	if (!rc && is_day)
		*ms = midnight(*ms, 1);
	return rc;
}

bool period_holds(const struct period *period, int64_t ms)
{
	if (ms < 0)
		return period->since_ms == INT64_MIN &&
		       period->until_ms == INT64_MAX;
	return ms >= period->since_ms && ms < period->until_ms;
}

int32_t period_day(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (ms < 0 || !localtime_r(&seconds, &tm) || tm.tm_year > 8099)
		return 0;
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}

int64_t period_midnight(int64_t ms)
{
	return midnight(ms, 0);
}

bool period_is_midnight(int64_t ms)
{
	return midnight(ms, 0) == ms;
}

int period_hour(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	return localtime_r(&seconds, &tm) ? tm.tm_hour : 0;
}

int32_t period_next_day(int32_t day)
{
	struct tm tm = { .tm_year = day / 10000 - 1900,
		         .tm_mon = day / 100 % 100 - 1,
		         .tm_mday = day % 100 + 1,
		         .tm_hour = 12 };

	timegm(&tm);
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}

void period_format(int64_t ms, char out[PERIOD_TIME_LEN])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (ms < 0 || !localtime_r(&seconds, &tm) ||
	    !strftime(out, PERIOD_TIME_LEN, "%Y-%m-%d %H:%M:%S", &tm))
		out[0] = '\0';
}
