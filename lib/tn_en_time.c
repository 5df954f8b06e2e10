/* tn_en_time.c: times of day in English */
#include <string.h>

#include "lib/tn_en.h"

struct time {
	size_t end;
	int hour;
	int minute;
	int second;
	char half; /* 'a', 'p', or 0 */
};

/* am, p.m. at i; what follows */
static size_t read_half(const struct tn *tn, size_t i, char *half)
{
	size_t at = tn_skip(tn, i), n = 0;

	*half = '\0';
	if (tn_in(tn, at, "am pm"))
		n = 1;
	else if (tn_match(tn, at, "a.m.") || tn_match(tn, at, "p.m."))
		n = 4;
	if (!n)
		return i;
	*half = tn_at(tn, at)->lower[0];
	return at + n;
}

static bool read_time(const struct tn *tn, size_t i, struct time *time)
{
	time->hour = tn_field(tn, i, "12", 24);
	time->minute = 0;
	time->end = i + 1;
	if (time->hour < 0)
		return false;
	if (tn_is_sign(tn, i + 1, ':')) {
		time->minute = tn_field(tn, i + 2, "2", 59);
		time->end = i + 3;
		if (time->minute < 0)
			return false;
	}
	time->second = 0;
	if (time->end == i + 3 && tn_is_sign(tn, i + 3, ':')) {
		time->second = tn_field(tn, i + 4, "2", 59);
		time->end = i + 5;
		if (time->second < 0)
			return false;
	}
	time->end = read_half(tn, time->end, &time->half);
	return time->end > i + 1 && (!time->half || time->hour <= 12) &&
	       (time->half || !tn_is_word(tn, time->end));
}

/* 15:00 is "three p m": nobody on the telephone counts to 24 */
static struct time by_twelve(const struct time *time)
{
	struct time said = *time;

	if (said.half || (said.hour > 0 && said.hour <= 12))
		return said;
	said.half = said.hour % 24 < 12 ? 'a' : 'p';
	said.hour = said.hour % 12 ? said.hour % 12 : 12;
	return said;
}

static void say_time(struct tn *tn, const struct time *when)
{
	const struct time said = by_twelve(when), *time = &said;

	if (!when->minute && !when->second && !when->half &&
	    when->hour % 12 == 0) {
		tn_say(tn, when->hour == 12 ? "noon" : "midnight");
		return;
	}
	en_say_cardinal(tn, time->hour);
	if (time->minute) {
		if (time->minute < 10)
			tn_say(tn, "oh");
		en_say_cardinal(tn, time->minute);
	} else if (!time->half) {
		tn_say(tn, "o'clock");
	}
	if (time->second) {
		tn_say(tn, "and");
		en_say_cardinal(tn, time->second);
		tn_say(tn, time->second == 1 ? "second" : "seconds");
	}
	if (time->half)
		tn_say(tn, time->half == 'a' ? "a m" : "p m");
}

/* 9:00–18:00, 9-5 pm */
static size_t say_range(struct tn *tn, size_t i, const struct time *first)
{
	size_t dash = tn_skip(tn, first->end);
	struct time last, said = *first;

	if (!tn_is_dash(tn, dash) ||
	    !read_time(tn, tn_skip(tn, dash + 1), &last))
		return 0;
	/* nine a m to six p m */
	if (!first->half && !last.half && first->hour && first->hour < 12 &&
	    last.hour > 12)
		said.half = 'a';
	say_time(tn, &said);
	tn_say(tn, "to");
	say_time(tn, &last);
	return last.end - i;
}

size_t en_time(struct tn *tn, size_t i)
{
	const struct tn_token *before = tn_at(tn, i - 1);
	struct time time;
	size_t n;

	if (before->kind == TN_NUMBER ||
	    (tn_is_word(tn, i - 1) && !tn_is_t(tn, i - 1)) ||
	    (before->kind == TN_SIGN && strchr(":./+$", before->lower[0])) ||
	    !read_time(tn, i, &time))
		return 0;
	n = say_range(tn, i, &time);
	if (!n) {
		say_time(tn, &time);
		n = time.end - i;
	}
	if (tn_is_sign(tn, i + n - 1, '.') && tn_stops(tn, i + n - 1))
		tn_put(tn, ".", 1);
	return n;
}
