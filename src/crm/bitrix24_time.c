/* bitrix24_time.c: times as the portal wants them, with their offset */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/clock.h"

#include "src/crm/bitrix24_map.h"

enum { DAY_MIN = 1440 };

void bx_time_format(int64_t wall_ms, int zone_min, char out[BX_TIME])
{
	int64_t seconds = wall_ms / 1000 + (int64_t)zone_min * 60;
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	int rest = (int)(seconds - days * 86400);
	struct sv_date date;

	sv_days_date(days, &date);
	snprintf(out, BX_TIME, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d",
	         date.year, date.month, date.day, rest / 3600, rest / 60 % 60,
	         rest % 60, zone_min < 0 ? '-' : '+', abs(zone_min) / 60,
	         abs(zone_min) % 60);
}

/* "15:00", "9:05:30"; the seconds are optional */
static bool read_hour(const char *text, int *seconds)
{
	int part[3] = { 0 }, n = 0;
	char *end;

	while (n < 3) {
		long value = strtol(text, &end, 10);

		if (end == text || end - text > 2 || value < 0 ||
		    value > (n ? 59 : 24))
			return false;
		part[n++] = (int)value;
		if (*end != ':')
			break;
		text = end + 1;
	}
	*seconds = (part[0] * 60 + part[1]) * 60 + part[2];
	return !*end && n >= 2 && *seconds <= DAY_MIN * 60;
}

bool bx_time_read(const char *text, int zone_min, int64_t *wall_ms)
{
	struct sv_date date;
	char day[11];
	int seconds;

	if (strlen(text) < 16 || (text[10] != ' ' && text[10] != 'T'))
		return false;
	memcpy(day, text, 10);
	day[10] = '\0';
	if (!sv_date_read(day, &date))
		return false;
	if (!read_hour(text + 11, &seconds))
		return text[10] == 'T' && !sv_time_parse(text, wall_ms);
	*wall_ms = (sv_days(&date) * 86400 + seconds - (int64_t)zone_min * 60) *
	           1000;
	return true;
}

/* "mon" is 1; 0: no day */
static int day_of(const char *text)
{
	static const char *const days[] = { "mon", "tue", "wed", "thu",
		                            "fri", "sat", "sun" };
	int i;

	for (i = 0; i < 7; i++)
		if (!strncasecmp(text, days[i], 3))
			return i + 1;
	return 0;
}

/* "mon-fri,sun": whether day is among them; -1: these are no days */
static int has_day(const char *text, size_t len, int day)
{
	int found = 0;

	while (len >= 3) {
		int first = day_of(text), last = first;
		size_t used = 3;

		if (len >= 7 && text[3] == '-') {
			last = day_of(text + 4);
			used = 7;
		}
		if (!first || !last || (len > used && text[used] != ','))
			return -1;
		if (first <= last ? day >= first && day <= last
		                  : day >= first || day <= last)
			found = 1;
		used += len > used;
		text += used;
		len -= used;
	}
	return len ? -1 : found;
}

/* "09:00-18:00": whether that second of the day is in it; -1: no hours */
static int has_hour(const char *text, int second)
{
	char first[9];
	size_t len = strcspn(text, "-");
	int from, to;

	if (!text[len] || len >= sizeof first)
		return -1;
	memcpy(first, text, len);
	first[len] = '\0';
	if (!read_hour(first, &from) || !read_hour(text + len + 1, &to))
		return -1;
	if (from <= to)
		return second >= from && second < to;
	return second >= from || second < to;
}

int bx_time_within(const char *text, int64_t at_ms, int zone_min)
{
	int64_t seconds = at_ms / 1000 + (int64_t)zone_min * 60;
	int second = (int)(seconds % 86400);
	size_t len = strcspn(text, " ");
	bool days = day_of(text) != 0;
	int day = 1, hour = 1;

	if (days)
		day = has_day(text, len, sv_weekday(seconds / 86400));
	if (!days)
		hour = has_hour(text, second);
	else if (text[len])
		hour = has_hour(text + len + strspn(text + len, " "), second);
	if (day < 0 || hour < 0)
		return -1;
	return day && hour;
}
