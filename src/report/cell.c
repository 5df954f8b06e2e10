/* cell: numbers and times as a person reads them, in two languages */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/report/table.h"

/* Russian groups by a space that does not break, English by a comma. */
#define NO_BREAK_SPACE "\u00a0"

/* what adds up to more than that is not shown to the last digit */
static const double most = 1e15;

void number_print(struct page *page, int64_t n)
{
	const char *group = page->language == RU ? NO_BREAK_SPACE : ",";
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRId64, n);

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0 && digits[i - 1] != '-')
			page_puts(page, group);
		page_add(page, &digits[i], 1);
	}
}

void percent_print(struct page *page, double share)
{
	int64_t tenths = (int64_t)(share * 1000 + 0.5);

	number_print(page, tenths / 10);
	page_printf(page,
	            page->language == RU ? ",%d" NO_BREAK_SPACE "%%" : ".%d%%",
	            (int)(tenths % 10));
}

/* two digits behind the point, and four where less than one is shown: what a
 * minute of a service takes is less than a cent */
static void money_print(struct page *page, double value)
{
	bool small = value < 1;
	double unit = small ? 10000 : 100;
	double units = floor(fmin(value, most) * unit + 0.5);
	double whole = floor(units / unit);

	number_print(page, (int64_t)whole);
	page_printf(page, page->language == RU ? ",%0*d" : ".%0*d",
	            small ? 4 : 2, (int)(units - whole * unit));
}

/* points of percent, with their sign */
static void points_print(struct page *page, double share)
{
	int tenths = (int)floor(fabs(share) * 1000 + 0.5);

	page_puts(page, !tenths ? "" : share < 0 ? "\u2212" : "+");
	page_printf(page, page->language == RU ? "%d,%d" : "%d.%d", tenths / 10,
	            tenths % 10);
}

/* seconds may be broken, characters are not */
static void amount_print(struct page *page, double value)
{
	double tenths = floor(fmin(value, most) * 10 + 0.5);
	int tenth = (int)fmod(tenths, 10);

	number_print(page, (int64_t)floor(tenths / 10));
	if (tenth)
		page_printf(page, page->language == RU ? ",%d" : ".%d", tenth);
}

void heading_print(struct page *page, const struct table *table, size_t column)
{
	page_puts(page, label(page->language, table->columns[column].label));
	if (table->currencies && table->currencies[column])
		page_printf(page, ", %s", table->currencies[column]);
}

static void length_print(struct page *page, int64_t seconds)
{
	int64_t hours = seconds / 3600, minutes = seconds / 60 % 60;

	if (hours)
		page_printf(page, "%" PRId64 ":%02" PRId64, hours, minutes);
	else
		page_printf(page, "%" PRId64, minutes);
	page_printf(page, ":%02" PRId64, seconds % 60);
}

static void day_print(struct page *page, int64_t day)
{
	int year = (int)(day / 10000), month = (int)(day / 100 % 100);

	if (page->language == RU)
		page_printf(page, "%02d.%02d.%04d", (int)(day % 100), month,
		            year);
	else
		page_printf(page, "%04d-%02d-%02d", year, month,
		            (int)(day % 100));
}

static void time_print(struct page *page, int64_t ms)
{
	char time[PERIOD_TIME_LEN];

	period_format(ms, time);
	if (!*time)
		return;
	day_print(page, period_day(ms));
	page_puts(page, time + strlen("2026-11-20"));
}

void cell_print(struct page *page, const struct cell *cell, enum kind kind)
{
	if (!cell->given)
		return;
	switch (kind) {
	case TEXT:
	case ID:
		page_puts(page, cell->text);
		break;
	case WORD:
	case NOTE:
		page_puts(page, label_word(page->language, cell->text));
		break;
	case COUNT:
	case MS:
		number_print(page, cell->n);
		break;
	case LENGTH:
		length_print(page, (cell->n + 500) / 1000);
		break;
	case OFFSET:
		length_print(page, cell->n / 1000);
		break;
	case SHARE:
		percent_print(page, cell->share);
		break;
	case POINTS:
		points_print(page, cell->share);
		break;
	case AMOUNT:
		amount_print(page, cell->share);
		break;
	case MONEY:
		money_print(page, cell->share);
		break;
	case TIME:
		time_print(page, cell->n);
		break;
	case DAY:
		day_print(page, cell->n);
		break;
	case HOUR:
		page_printf(page, "%02d:00", (int)cell->n);
		break;
	}
}
