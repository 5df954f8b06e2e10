/* clock: monotonic and wall time */
#include "lib/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "lib/fail.h"

int64_t sv_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t sv_now_ms(void)
{
	return sv_now_us() / 1000;
}

int64_t sv_wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sv_time_format(int64_t wall_ms, char out[SV_TIME_LEN])
{
	time_t seconds = (time_t)(wall_ms / 1000);
	int ms = (int)(wall_ms % 1000);
	struct tm tm;
	char date[40];

	if (ms < 0) {
		ms += 1000;
		seconds--;
	}
	if (!gmtime_r(&seconds, &tm) || tm.tm_year > 9999 - 1900 ||
	    tm.tm_year < -1900)
		tm = (struct tm){ .tm_mday = 1, .tm_year = 70 };
	strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, SV_TIME_LEN, "%.19s.%03dZ", date, ms % 1000);
}

/* n digits at *p, which moves behind them; -1 when they are not there */
static int digits(const char **p, int n)
{
	int value = 0;

	for (; n; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		value = value * 10 + (**p - '0');
	}
	return value;
}

static int fraction_ms(const char **p)
{
	int ms = 0, scale = 100;

	if (**p != '.')
		return 0;
	(*p)++;
	if (**p < '0' || **p > '9')
		return -1;
	for (; **p >= '0' && **p <= '9'; (*p)++, scale /= 10)
		ms += (**p - '0') * scale;
	return ms;
}

/* minutes east of UTC: "Z", "+03:00"; out of range (9999) when neither */
static int offset(const char **p)
{
	int sign = **p == '-' ? -1 : 1, hours, minutes;

	if (**p == 'Z' || **p == 'z') {
		(*p)++;
		return 0;
	}
	if (**p != '+' && **p != '-')
		return 9999;
	(*p)++;
	hours = digits(p, 2);
	if (hours < 0 || hours > 23 || *(*p)++ != ':')
		return 9999;
	minutes = digits(p, 2);
	if (minutes < 0 || minutes > 59)
		return 9999;
	return sign * (hours * 60 + minutes);
}

/* the day part: fills tm and moves *p, or false */
static bool day(const char **p, struct tm *tm)
{
	tm->tm_year = digits(p, 4) - 1900;
	if (tm->tm_year < -1900 || *(*p)++ != '-')
		return false;
	tm->tm_mon = digits(p, 2) - 1;
	if (tm->tm_mon < 0 || tm->tm_mon > 11 || *(*p)++ != '-')
		return false;
	tm->tm_mday = digits(p, 2);
	return tm->tm_mday >= 1 && tm->tm_mday <= 31;
}

static bool hour(const char **p, struct tm *tm)
{
	tm->tm_hour = digits(p, 2);
	if (tm->tm_hour < 0 || tm->tm_hour > 23 || *(*p)++ != ':')
		return false;
	tm->tm_min = digits(p, 2);
	if (tm->tm_min < 0 || tm->tm_min > 59 || *(*p)++ != ':')
		return false;
	tm->tm_sec = digits(p, 2);
	if (tm->tm_sec == 60) /* a leap second has no number in time_t */
		tm->tm_sec = 59;
	return tm->tm_sec >= 0 && tm->tm_sec <= 59;
}

int sv_time_parse(const char *text, int64_t *wall_ms)
{
	const char *p = text;
	struct tm tm = { 0 };
	int mday, ms = 0, east = 0;
	time_t seconds;

	if (!day(&p, &tm))
		goto bad;
	if (*p) {
		if (*p != 'T' && *p != 't' && *p != ' ')
			goto bad;
		p++;
		if (!hour(&p, &tm))
			goto bad;
		ms = fraction_ms(&p);
		east = ms < 0 ? 9999 : offset(&p);
		if (east == 9999 || *p)
			goto bad;
	}
	mday = tm.tm_mday;
	seconds = timegm(&tm);
	if (tm.tm_mday != mday) /* 31 February became March */
		goto bad;
	*wall_ms = ((int64_t)seconds - (int64_t)east * 60) * 1000 + ms;
	return 0;
bad:
	return sv_fail(EX_DATAERR,
	               "'%s' is not a time: write 2026-01-31 or "
	               "2026-01-31T12:00:00Z",
	               text);
}
