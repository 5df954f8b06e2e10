/* Days and dates of the Gregorian calendar, 1900 to 2199. */
#ifndef SV_CALENDAR_H
#define SV_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct sv_date {
	int year, month, day; /* month and day from 1 */
};

/* days since 1970-01-01, and back */
int64_t sv_days(const struct sv_date *date);
void sv_days_date(int64_t days, struct sv_date *date);

/* 1, Monday, to 7 */
int sv_weekday(int64_t days);

bool sv_date_valid(const struct sv_date *date);
int sv_month_days(int year, int month);

/* the same day of a later month, or that month's last */
void sv_date_add_months(struct sv_date *date, int months);

/* reads "2026-11-21" */
bool sv_date_read(const char *text, struct sv_date *date);

#endif
