/*
 * itn_prose: running text with its numbers in digits. Words that are numbers
 * only by their form stay: "один раз", "в двух словах", "one of them", "the
 * second one". Everything else stays byte for byte.
 */
#include <stdio.h>
#include <string.h>

#include "lib/itn.h"

enum { SMALL = 10 };

/* what replaces tokens up to next */
struct piece {
	char text[SV_RUN_TEXT];
	size_t next;
};

static bool is_unit(const struct sv_answer *answer, size_t i)
{
	const struct sv_tokens *tokens = &answer->tokens;

	switch (sv_token_word(tokens, i)) {
	case W_UNIT: /* "one day" is a tale's beginning */
		return answer->russian || sv_token_value(tokens, i) != U_DAY;
	case W_CURRENCY:
	case W_CENT:
	case W_PERCENT:
		return true;
	default:
		return false;
	}
}

/* "+79161234567" */
static bool read_phone(const struct sv_answer *answer, const struct sv_run *run,
                       struct piece *piece)
{
	if (run->n < 3 ||
	    sv_phone_text(run, answer->russian, piece->text) != SV_PHONE_FULL)
		return false;
	piece->next = run->next;
	return true;
}

/* "один два три четыре", "ноль ноль двенадцать": digits of one thing */
static bool is_joined(const struct sv_run *run)
{
	bool zeros;

	if (run->n < 3 || run->too_long || run->scaled)
		return false;
	zeros = !run->atoms[0].value && !run->atoms[1].value;
	for (size_t i = 0; i < run->n && !zeros; i++) {
		if (run->atoms[i].len != 1)
			return false;
	}
	return true;
}

static bool read_digits(const struct sv_run *run, struct piece *piece)
{
	if (!is_joined(run))
		return false;
	sv_run_text(run, piece->text);
	piece->next = run->next;
	return true;
}

static bool read_clock(const struct sv_answer *answer, size_t i,
                       struct piece *piece)
{
	struct sv_clock clock;

	if (!sv_clock_read(&answer->tokens, answer->russian, i, &clock))
		return false;
	snprintf(piece->text, sizeof piece->text, "%d:%02d", clock.hour,
	         clock.minute);
	piece->next = clock.next;
	return true;
}

/* "twenty twenty six": a year */
static bool read_year(const struct sv_answer *answer,
                      const struct sv_number *first, struct piece *piece)
{
	struct sv_number second;
	int64_t century = sv_number_whole(first);

	if (answer->russian || (century != 19 && century != 20) ||
	    !sv_number_read(&answer->tokens, first->next, false, &second) ||
	    second.scaled || sv_number_whole(&second) < 10 || second.units > 99)
		return false;
	snprintf(piece->text, sizeof piece->text, "%d",
	         (int)(century * 100 + second.units));
	piece->next = second.next;
	return true;
}

/* the letters a Russian ordinal in digits keeps: 21-й, 21-го, 21-м */
static const char *russian_ending(const struct sv_tokens *tokens, size_t i,
                                  char ending[8])
{
	static const char *const vowels[] = { "а", "е", "и", "о", "у",
		                              "ы", "ю", "я", "ь" };
	const char *key = sv_token_key(tokens, i);
	size_t len = tokens->items[i].len, keep = 4;

	for (size_t k = 0; k < sizeof vowels / sizeof *vowels; k++) {
		if (len >= 4 && !memcmp(key + len - 4, vowels[k], 2))
			keep = 2;
	}
	if (len < 4)
		keep = len;
	memcpy(ending, key + len - keep, keep);
	ending[keep] = '\0';
	return ending;
}

static const char *english_ending(int64_t n)
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };

	if (n % 100 > 10 && n % 100 < 14)
		return "th";
	return endings[n % 10 < 4 ? n % 10 : 0];
}

/* a day of a month or a year needs no ending in Russian */
static bool is_dated(const struct sv_tokens *tokens, size_t start, size_t next)
{
	if (sv_token_word(tokens, next) == W_MONTH ||
	    sv_token_has(tokens, next, W_UNIT, U_YEAR) ||
	    sv_token_has(tokens, next, W_UNIT, U_DATE))
		return true;
	if (sv_token_has(tokens, next, W_PREP, P_OF) &&
	    sv_token_word(tokens, next + 1) == W_MONTH)
		return true;
	return start && sv_token_word(tokens, start - 1) == W_MONTH;
}

/* девяностые, девяностых: no year but ten */
static bool is_plural(const struct sv_tokens *tokens, size_t i)
{
	const char *key = sv_token_key(tokens, i);
	size_t len = tokens->items[i].len;

	return len > 4 && (!memcmp(key + len - 4, "ые", 4) ||
	                   !memcmp(key + len - 4, "ых", 4) ||
	                   !memcmp(key + len - 4, "ми", 4));
}

static bool write_ordinal(const struct sv_answer *answer, size_t i,
                          const struct sv_number *n, struct piece *piece)
{
	const struct sv_tokens *tokens = &answer->tokens;
	bool dated =
		is_dated(tokens, i, n->next) && !is_plural(tokens, n->next - 1);
	char text[SV_NUMBER_TEXT], ending[8];

	if (n->units <= SMALL && !dated)
		return false;
	sv_number_text(n, '.', text);
	if (!answer->russian)
		snprintf(piece->text, sizeof piece->text, "%s%s", text,
		         english_ending(n->units));
	else if (dated)
		snprintf(piece->text, sizeof piece->text, "%s", text);
	else
		snprintf(piece->text, sizeof piece->text, "%s-%s", text,
		         russian_ending(tokens, n->next - 1, ending));
	piece->next = n->next;
	return true;
}

/* one word that may be no number at all, so far as no unit follows */
static bool is_doubtful(const struct sv_answer *answer, size_t i,
                        const struct sv_number *n)
{
	const struct sv_tokens *tokens = &answer->tokens;
	const struct sv_token *t = &tokens->items[i];
	size_t words = n->next - i;

	if (t->lexeme->word == W_ARTICLE)
		return words == 2;
	if (words != 1)
		return false;
	if (n->bare || (t->lexeme->flags & F_HOMOGRAPH) ||
	    t->lexeme->word == W_SCALE || sv_token_is(tokens, i, "семью"))
		return true;
	if (t->lexeme->word == W_AMOUNT)
		return n->units <= 12;
	return t->oblique && n->units < 100;
}

/* whether a number without a scale of its own leads up to the one at i: "от
 * ста до двухсот тысяч", "тридцать сорок тысяч" */
static bool is_range_end(const struct sv_tokens *tokens, size_t i)
{
	size_t at = i;

	if (at && (sv_token_is(tokens, at - 1, "до") ||
	           sv_token_is(tokens, at - 1, "или") ||
	           sv_token_is(tokens, at - 1, "to") ||
	           sv_token_is(tokens, at - 1, "or") ||
	           tokens->items[at - 1].sign == '-'))
		at--;
	switch (at ? sv_token_word(tokens, at - 1) : W_NONE) {
	case W_DIGIT:
	case W_TEEN:
	case W_TEN:
	case W_HUNDRED:
		return true;
	default:
		return false;
	}
}

/* "от 100 до 200 тысяч": the thousands are both numbers' */
static bool write_range_end(const struct sv_answer *answer, size_t i,
                            const struct sv_number *n, struct piece *piece)
{
	const struct sv_tokens *tokens = &answer->tokens;
	size_t last = n->next - 1;
	struct sv_number small;
	char text[SV_NUMBER_TEXT];

	if (!n->scaled || sv_token_word(tokens, last) != W_SCALE ||
	    sv_token_value(tokens, last) < 1000 || !is_range_end(tokens, i) ||
	    !sv_number_read(tokens, i, false, &small))
		return false;
	for (int64_t by = sv_token_value(tokens, last); by > 1; by /= 10) {
		if (small.units % 10)
			small.decimals++;
		else
			small.units /= 10;
	}
	sv_number_text(&small, answer->russian ? ',' : '.', text);
	snprintf(piece->text, sizeof piece->text, "%s %.*s", text,
	         (int)tokens->items[last].len, sv_token_key(tokens, last));
	piece->next = n->next;
	return true;
}

static bool write_number(const struct sv_answer *answer, size_t i,
                         const struct sv_number *n, struct piece *piece)
{
	const struct sv_tokens *tokens = &answer->tokens;
	const struct sv_lexeme *lexeme = tokens->items[i].lexeme;
	char text[SV_NUMBER_TEXT];
	bool percent = sv_token_word(tokens, n->next) == W_PERCENT;

	if (is_doubtful(answer, i, n) &&
	    (!is_unit(answer, n->next) || (lexeme->flags & F_MANY) ||
	     (lexeme->word == W_AMOUNT && !n->scaled)))
		return false;
	if (write_range_end(answer, i, n, piece))
		return true;
	sv_number_text(n, answer->russian ? ',' : '.', text);
	snprintf(piece->text, sizeof piece->text, "%s%s", text,
	         percent ? "%" : "");
	piece->next = n->next + percent;
	return true;
}

/* numbers that count nothing: "сто лет не виделись", "в два счёта" */
static bool is_idiom(const struct sv_tokens *tokens, size_t i)
{
	static const char *const idioms[][2] = {
		{ "два", "счета" },    { "раз", "два" },
		{ "два", "три" },      { "дважды", "два" },
		{ "все", "сто" },      { "семь", "пятниц" },
		{ "семь", "раз" },     { "раз", "сто" },
		{ "сто", "лет" },      { "один", "два" },
		{ "cloud", "nine" },   { "high", "five" },
		{ "catch", "twenty" }, { "ноль", "внимания" },
	};
	size_t k;

	for (k = 0; k < sizeof idioms / sizeof *idioms; k++) {
		if (sv_token_is(tokens, i, idioms[k][0]) &&
		    sv_token_is(tokens, i + 1, idioms[k][1]))
			return true;
		if (i && sv_token_is(tokens, i - 1, idioms[k][0]) &&
		    sv_token_is(tokens, i, idioms[k][1]))
			return true;
	}
	return false;
}

static bool read_piece(const struct sv_answer *answer, size_t i,
                       struct piece *piece)
{
	const struct sv_tokens *tokens = &answer->tokens;
	struct sv_number n;
	struct sv_run run;

	if (!tokens->items[i].lexeme)
		return false;
	if (read_clock(answer, i, piece))
		return true;
	if (sv_run_read(tokens, i, false, &run) && run.spoken &&
	    (read_phone(answer, &run, piece) || read_digits(&run, piece)))
		return true;
	if (sv_token_word(tokens, i) == W_MINUS || is_idiom(tokens, i) ||
	    !(answer->russian ? sv_quantity_read(tokens, i, true, &n)
	                      : sv_number_read(tokens, i, true, &n)))
		return false;
	if (n.ordinal)
		return write_ordinal(answer, i, &n, piece);
	return read_year(answer, &n, piece) ||
	       write_number(answer, i, &n, piece);
}

int sv_itn_prose(const struct sv_answer *answer, size_t len, struct sv_buf *out)
{
	const struct sv_tokens *tokens = &answer->tokens;
	struct piece piece;
	size_t at = 0;
	int rc = 0;

	for (size_t i = 0; i < tokens->n && !rc;) {
		if (!read_piece(answer, i, &piece)) {
			i++;
			continue;
		}
		rc = sv_buf_add(out, tokens->text + at,
		                tokens->items[i].start - at);
		if (!rc)
			rc = sv_buf_puts(out, piece.text);
		at = tokens->items[piece.next - 1].end;
		i = piece.next;
	}
	return rc ? rc : sv_buf_add(out, tokens->text + at, len - at);
}
