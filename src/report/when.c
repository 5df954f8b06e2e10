/* when: 2026-11-20T10:00:00.000Z in a few steps, the rest by sv_time_parse */
#include "src/report/when.h"

#include <string.h>

#include "lib/calendar.h"
#include "lib/clock.h"

/* the digits of text from `at` on; sets *bad when there is something else */
static int digits(const char *text, int at, int n, bool *bad)
{
	int value = 0;

	for (int i = at; i < at + n; i++) {
		*bad |= text[i] < '0' || text[i] > '9';
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static bool usual(const char *text, int64_t *wall_ms)
{
	static const char form[] = "0000-00-00T00:00:00.000Z";
	bool bad = false;
	struct sv_date date = { digits(text, 0, 4, &bad),
		                digits(text, 5, 2, &bad),
		                digits(text, 8, 2, &bad) };
	int hour = digits(text, 11, 2, &bad);
	int minute = digits(text, 14, 2, &bad);
	int second = digits(text, 17, 2, &bad);
	int ms = digits(text, 20, 3, &bad);

	for (size_t i = 0; i < sizeof form - 1; i++)
		bad |= form[i] != '0' && form[i] != text[i];
	if (bad || !sv_date_valid(&date) || hour > 23 || minute > 59 ||
	    second > 59)
		return false;
	*wall_ms =
		(((sv_days(&date) * 24 + hour) * 60 + minute) * 60 + second) *
			1000 +
		ms;
	return true;
}

bool when_parse(struct span text, int64_t *wall_ms)
{
	char copy[64];

	if (text.len == SV_TIME_LEN - 1 && usual(text.text, wall_ms))
		return true;
	if (text.len >= sizeof copy)
		return false;
	memcpy(copy, text.text, text.len);
	copy[text.len] = '\0';
	return sv_time_parse(copy, wall_ms) == 0;
}
