/* calendar: days and dates of the Gregorian calendar */
#include "lib/calendar.h"

#include <string.h>

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int sv_month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
		                    31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

bool sv_date_valid(const struct sv_date *date)
{
	return date->year >= 1900 && date->year <= 2199 && date->month >= 1 &&
	       date->month <= 12 && date->day >= 1 &&
	       date->day <= sv_month_days(date->year, date->month);
}

/* The year begins in March here, so that the leap day is its last. */
int64_t sv_days(const struct sv_date *date)
{
	int64_t year = date->year - (date->month <= 2);
	int64_t era = year / 400;
	int64_t of_era = year % 400;
	int64_t month = (date->month + 9) % 12;
	int64_t of_year = (153 * month + 2) / 5 + date->day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

void sv_days_date(int64_t days, struct sv_date *date)
{
	int64_t z = days + 719468;
	int64_t era = z / 146097;
	int64_t of_era = z % 146097;
	int64_t year =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	date->day = (int)(of_year - (153 * month + 2) / 5 + 1);
	date->month = (int)(month < 10 ? month + 3 : month - 9);
	date->year = (int)(year + era * 400 + (date->month <= 2));
}

int sv_weekday(int64_t days)
{
	return (int)((days % 7 + 10) % 7) + 1; /* 1970-01-01: a Thursday */
}

void sv_date_add_months(struct sv_date *date, int months)
{
	int month = date->year * 12 + date->month - 1 + months;
	int last;

	date->year = month / 12;
	date->month = month % 12 + 1;
	last = sv_month_days(date->year, date->month);
	if (date->day > last)
		date->day = last;
}

static int number(const char *text, int digits)
{
	int n = 0;

	for (int i = 0; i < digits; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

bool sv_date_read(const char *text, struct sv_date *date)
{
	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	date->year = number(text, 4);
	date->month = number(text + 5, 2);
	date->day = number(text + 8, 2);
	return sv_date_valid(date);
}
