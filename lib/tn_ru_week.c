/* tn_ru_week.c: the short names of the days of the week */
#include "lib/tn_ru.h"

static const struct {
	const char *written;
	const char *forms;
} days[] = {
	{ "пн", "понедельник понедельника понедельнику понедельник" },
	{ "вт", "вторник вторника вторнику вторник" },
	{ "ср", "среда среды среде среду" },
	{ "чт", "четверг четверга четвергу четверг" },
	{ "пт", "пятница пятницы пятнице пятницу" },
	{ "сб", "суббота субботы субботе субботу" },
	{ "вс", "воскресенье воскресенья воскресенью воскресенье" },
};

static bool is_day(const struct tn *tn, size_t i)
{
	size_t k;

	for (k = 0; k < sizeof days / sizeof *days; k++)
		if (tn_is(tn, i, days[k].written))
			return true;
	return false;
}

/* "в пн, ср и пт": where the list begins */
static size_t first_day(const struct tn *tn, size_t i)
{
	enum { WEEK = 7 };

	int hops;

	for (hops = 0; hops < WEEK; hops++) {
		size_t before = tn_before(tn, i), day;

		if (!tn_is_sign(tn, before, ',') && !tn_is(tn, before, "и"))
			break;
		day = tn_before(tn, before);
		if (tn_is_sign(tn, day, '.'))
			day--;
		if (!is_day(tn, day))
			break;
		i = day;
	}
	return i;
}

/* "в пт" is "в пятницу"; "ср." is a day only where days are named */
size_t ru_weekday(struct tn *tn, size_t i)
{
	size_t k, len, before = tn_before(tn, i);
	int governor = ru_governor(tn, first_day(tn, i));
	const char *word;
	bool dot = tn_is_sign(tn, i + 1, '.');

	if (tn_is(tn, i, "ср") && dot && governor < 0 &&
	    !tn_is_dash(tn, before) && !tn_is_sign(tn, before, ','))
		return 0;
	for (k = 0; k < sizeof days / sizeof *days; k++) {
		if (!tn_is(tn, i, days[k].written))
			continue;
		if (governor < 0 || governor > RU_ACC)
			governor = RU_NOM;
		word = ru_pick(days[k].forms, governor, &len);
		tn_say_n(tn, word, len);
		if (dot && tn_stops(tn, i + 1))
			tn_put(tn, ".", 1);
		return 1 + dot;
	}
	if (tn_is(tn, i, "ср") && dot) {
		tn_say(tn, "сравни");
		return 2;
	}
	return 0;
}
