/* tn_ru_time.c: times of day */
#include <string.h>

#include "lib/tn_ru.h"

struct time {
	size_t end;
	int hour;
	int minute;
	int second; /* -1 when there is none */
};

static bool read_time(const struct tn *tn, size_t i, uint32_t sign,
                      struct time *time)
{
	time->hour = tn_field(tn, i, "12", 24);
	time->minute = tn_field(tn, i + 2, "2", 59);
	time->second = -1;
	time->end = i + 3;
	if (!tn_is_sign(tn, i + 1, sign) || time->hour < 0 || time->minute < 0)
		return false;
	if (sign == ':' && tn_is_sign(tn, i + 3, ':')) {
		time->second = tn_field(tn, i + 4, "2", 59);
		time->end = i + 5;
		if (time->second < 0)
			return false;
	}
	return !tn_is_word(tn, time->end) &&
	       !(strchr(".:", tn_at(tn, time->end)->lower[0]) &&
	         tn_at(tn, time->end + 1)->kind == TN_NUMBER);
}

static void say_counted(struct tn *tn, int n, enum ru_case which,
                        enum ru_gender gender, const char *stem)
{
	struct sv_buf words;
	const char *endings = gender == RU_F ? "а ы е у ой е ы - ам ы ами ах"
	                                     : "- а у - ом е ы ов ам ы ами ах";

	sv_buf_init(&words, RU_NUMBER_MAX);
	ru_cardinal(&words, n, ru_form_of(which, gender));
	ru_noun(&words, stem, endings, ru_counted(n, which));
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}

/* hours is false where "часов" follows in the text or further on */
static void say_time(struct tn *tn, const struct time *time, enum ru_case which,
                     bool hours)
{
	if (time->second >= 0) {
		say_counted(tn, time->hour, which, RU_M, "час");
		say_counted(tn, time->minute, which, RU_F, "минут");
		say_counted(tn, time->second, which, RU_F, "секунд");
		return;
	}
	if (time->minute == 0 && hours) {
		say_counted(tn, time->hour, which, RU_M, "час");
		return;
	}
	ru_say_cardinal(tn, time->hour, ru_form_of(which, RU_M));
	if (time->minute == 0)
		return;
	if (time->minute < 10)
		tn_say(tn, "ноль");
	ru_say_cardinal(tn, time->minute, ru_form_of(which, RU_M));
}

/* 9:00–18:00: "с девяти до восемнадцати часов" */
static size_t time_range(struct tn *tn, size_t i, uint32_t sign,
                         const struct time *first)
{
	size_t dash = tn_skip(tn, first->end), next = tn_skip(tn, dash + 1);
	struct time last;
	bool round;

	if (!tn_is_dash(tn, dash) || !read_time(tn, next, sign, &last))
		return 0;
	round = !first->minute && !last.minute;
	if (ru_governor(tn, i) != RU_GEN)
		tn_say(tn, "с");
	say_time(tn, first, RU_GEN, !round);
	tn_say(tn, "до");
	say_time(tn, &last, RU_GEN, true);
	return last.end - i;
}

/* 10.00–22.00: round on both sides */
static bool is_open_hours(const struct tn *tn, size_t i)
{
	size_t dash = tn_skip(tn, i + 3), next = tn_skip(tn, dash + 1);
	struct time first, last;

	return read_time(tn, i, '.', &first) && tn_is_dash(tn, dash) &&
	       read_time(tn, next, '.', &last) && first.minute % 30 == 0 &&
	       last.minute % 30 == 0;
}

/* "в 15.30": with a preposition, and with no unit behind it */
static bool dotted(const struct tn *tn, size_t i, struct time *time)
{
	size_t end;

	return (tn_in(tn, tn_before(tn, i), "в к до с после около") ||
	        is_open_hours(tn, i)) &&
	       read_time(tn, i, '.', time) &&
	       !ru_unit_at(tn, time->end, &end) &&
	       !ru_multiplier_at(tn, time->end, &end);
}

size_t ru_time(struct tn *tn, size_t i)
{
	const struct tn_token *before = tn_at(tn, i - 1);
	struct time time;
	int governor;
	size_t n, word;

	if (before->kind == TN_NUMBER ||
	    (tn_is_word(tn, i - 1) && !tn_is_t(tn, i - 1)) ||
	    (before->kind == TN_SIGN && strchr(":./+$", before->lower[0])))
		return 0;
	if (!read_time(tn, i, ':', &time) && !dotted(tn, i, &time))
		return 0;
	n = time_range(tn, i, tn_is_sign(tn, i + 1, '.') ? '.' : ':', &time);
	if (n)
		return n;
	governor = ru_governor(tn, i);
	word = tn_skip(tn, time.end);
	say_time(tn, &time,
	         governor < 0 || governor == RU_ACC ? RU_NOM
	                                            : (enum ru_case)governor,
	         !tn_in(tn, word, "часов часа час часам ч"));
	return time.end - i;
}
