/* Numbers up to 9900, which larger ones are made of. */
#ifndef SV_ITN_NUMBER_H
#define SV_ITN_NUMBER_H

#include "lib/itn.h"

/* where reading stands */
struct sv_number_reader {
	const struct sv_tokens *tokens;
	size_t at;
	bool ordinal_wanted;
	bool ordinal; /* was read: the number ends here */
};

static inline enum sv_word word(const struct sv_number_reader *r, size_t ahead)
{
	return sv_token_word(r->tokens, r->at + ahead);
}

static inline int64_t value(const struct sv_number_reader *r, size_t ahead)
{
	return sv_token_value(r->tokens, r->at + ahead);
}

/* "three hundred", "twenty five hundred", "три сотни", "сотня", and all that
 * is less; -1 when there is none */
int64_t sv_number_small(struct sv_number_reader *r);

#endif
