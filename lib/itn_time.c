/*
 * itn_time: the time of day an answer names. An hour from 1 to 7 without a
 * word for the part of the day is taken as the afternoon's: who calls a sales
 * department and means the night says so.
 */
#include "lib/itn_time.h"

#include "lib/fail.h"

/* hours of the day by its part: those from first to last have 12 added */
static int to_24(const struct sv_time *found)
{
	static const struct {
		int first, last;
		bool twelve_is_midnight;
	} parts[] = {
		[D_MORNING] = { 24, 24, false }, [D_DAY] = { 1, 7, false },
		[D_EVENING] = { 3, 11, true },   [D_NIGHT] = { 6, 11, true },
		[D_AM] = { 24, 24, true },       [D_PM] = { 1, 11, false },
	};

	int part = found->part, hour = found->hour;

	if (part == SV_NO_PART)
		part = found->exact ? D_MORNING : D_DAY;
	if (hour == 12 && parts[part].twelve_is_midnight)
		return 0;
	if (hour >= parts[part].first && hour <= parts[part].last)
		return hour + 12;
	return hour;
}

/* "через два часа" and "twenty first" are no times of day: how many tokens
 * to pass over */
static size_t skip_other(const struct sv_answer *answer, size_t i)
{
	const struct sv_tokens *tokens = &answer->tokens;
	bool through = sv_token_has(tokens, i, W_PREP, P_THROUGH);
	struct sv_number n;

	if (through && !answer->russian &&
	    sv_token_word(tokens, i + 1) == W_ARTICLE &&
	    sv_token_word(tokens, i + 2) != W_UNIT)
		return 0; /* in the morning */
	if (sv_token_word(tokens, i) == W_MONTH && !answer->russian)
		through = true;
	if (!sv_number_read(tokens, i + through, true, &n))
		return through && sv_token_word(tokens, i + 1) == W_UNIT ? 2
		                                                         : 0;
	return through || n.ordinal ? n.next - i : 0;
}

/* what else stands there: how many tokens, and the part of the day */
static size_t pass(const struct sv_answer *answer, size_t i, int *part)
{
	size_t next = i;
	struct sv_number n;

	if (sv_number_read(&answer->tokens, i, true, &n))
		return n.next - i; /* not the five of twenty five */
	if (*part == SV_NO_PART)
		*part = sv_time_part(&answer->tokens, answer->russian, &next);
	return next > i ? next - i : 1;
}

int sv_itn_time(const struct sv_answer *answer, struct sv_buf *out)
{
	const struct sv_tokens *tokens = &answer->tokens;
	struct sv_time best = { .rank = TIME_NONE };
	bool corrected = false;
	int part = SV_NO_PART;

	for (size_t i = 0; i < tokens->n;) {
		struct sv_time found = { .rank = TIME_NONE };
		size_t other = skip_other(answer, i);

		corrected |= sv_token_word(tokens, i) == W_CORRECTION;
		if (!other && !sv_time_read(answer, i, &found))
			other = pass(answer, i, &part);
		if (other) {
			i += other;
			continue;
		}
		if (!sv_token_denied(tokens, i)) {
			if (found.rank > best.rank || corrected)
				best = found;
			corrected = false;
		}
		i = found.next;
	}
	if (best.rank == TIME_NONE)
		return sv_fail(EX_DATAERR, "no time of day in the answer");
	if (best.part == SV_NO_PART)
		best.part = part;
	return sv_buf_printf(out, "%02d:%02d", to_24(&best) % 24, best.minute);
}
