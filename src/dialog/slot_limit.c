/* slot_limit.c: the least and the most a slot's value may be */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/dialog/slot.h"

/* A limit of a date may be today, or today+N days. */
static void limit_date(const char *limit, const char *today, char out[11])
{
	struct tm tm = { 0 };

	snprintf(out, 11, "%.10s", strncmp(limit, "today", 5) ? limit : today);
	if (strncmp(limit, "today+", 6) != 0 || strlen(today) != 10)
		return;
	tm.tm_year = (int)strtol(today, NULL, 10) - 1900;
	tm.tm_mon = (int)strtol(today + 5, NULL, 10) - 1;
	tm.tm_mday = (int)(strtol(today + 8, NULL, 10) +
	                   strtol(limit + 6, NULL, 10));
	timegm(&tm); /* brings the 35th of a month in order */
	if (!strftime(out, 11, "%F", &tm))
		snprintf(out, 11, "%.10s", today);
}

static int against(const struct slot *slot, const char *value,
                   const char *limit, const char *today)
{
	double difference;
	char date[11];

	if (slot->kind == SLOT_DATE) {
		limit_date(limit, today, date);
		return strcmp(value, date);
	}
	if (slot->kind == SLOT_TIME)
		return strcmp(value, limit);
	difference = strtod(value, NULL) - strtod(limit, NULL);
	return difference < 0 ? -1 : difference > 0;
}

bool slot_within(const struct slot *slot, const char *value, const char *today)
{
	if (slot->min && against(slot, value, slot->min, today) < 0)
		return false;
	return !slot->max || against(slot, value, slot->max, today) <= 0;
}

bool slot_limit_valid(enum slot_kind kind, const char *text)
{
	char *end;
	long days;

	if (kind == SLOT_TIME)
		return strlen(text) == 5 && text[2] == ':' &&
		       strspn(text, "0123456789:") == 5 &&
		       strcmp(text, "24:00") <= 0;
	if (kind == SLOT_DATE && !strncmp(text, "today", 5)) {
		if (!text[5])
			return true;
		days = strtol(text + 5, &end, 10);
		return text[5] == '+' && !*end && days >= 0 && days <= 3660;
	}
	if (kind == SLOT_DATE)
		return strlen(text) == 10 && text[4] == '-' && text[7] == '-' &&
		       strspn(text, "0123456789-") == 10;
	strtod(text, &end);
	return end != text && !*end;
}
