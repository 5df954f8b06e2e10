/* Readers of dates, by what they stand on: a day of a month, or today. */
#ifndef SV_ITN_DATE_H
#define SV_ITN_DATE_H

#include "lib/itn.h"

/* How sure a reading is, where an answer holds several. */
enum sv_date_rank { NONE, WEEKDAY, DAY_ALONE, RELATIVE, DAY_OF_MONTH, FULL };

struct sv_date_found {
	struct sv_date date;
	size_t next;
	enum sv_date_rank rank;
};

/* where reading stands */
struct sv_date_reader {
	const struct sv_tokens *tokens;
	const struct sv_answer *answer;
	struct sv_date today;
	size_t at;
};

static inline enum sv_word word(const struct sv_date_reader *r, size_t ahead)
{
	return sv_token_word(r->tokens, r->at + ahead);
}

static inline bool has(const struct sv_date_reader *r, size_t ahead,
                       enum sv_word what, int64_t value)
{
	return sv_token_has(r->tokens, r->at + ahead, what, value);
}

static inline bool take(struct sv_date_reader *r, enum sv_word what,
                        int64_t value)
{
	bool there = has(r, 0, what, value);

	r->at += there;
	return there;
}

/* a whole number up to max, "ноль три" too; -1 for none */
int64_t sv_date_number(struct sv_date_reader *r, int64_t max, bool *ordinal);

/* "завтра", "через две недели", "в следующий вторник" */
bool sv_date_relative(const struct sv_answer *answer, size_t i,
                      struct sv_date_found *found);

#endif
