/*
 * Inside of sv_tn(), written to speakable text: what the two languages share.
 *
 * The text is cut into tokens. At each the language's rules are tried in
 * order; a rule gives the number of tokens it has said, 0 when it does not
 * apply. A token that no rule wants is copied as it came.
 */
#ifndef SV_TN_H
#define SV_TN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

enum tn_kind { TN_END, TN_SPACE, TN_NUMBER, TN_LATIN, TN_CYRILLIC, TN_SIGN };

struct tn_token {
	enum tn_kind kind;
	uint32_t code;    /* its first code point */
	const char *text; /* as it came, len bytes */
	size_t len;
	const char *lower; /* in lower case, NUL-terminated; ASCII digits */
	bool emphasised;   /* it stood within the stars of notation.h */
};

struct tn {
	const char *text;
	size_t len;
	struct tn_token *tokens;
	size_t n;
	char *lower; /* what the tokens' lower points into */
	struct sv_buf *out;
	size_t start; /* out->len when we began */
	bool said;    /* the last thing in out was said, not copied */
	int rc;       /* EX_DATAERR once out was full */
};

typedef size_t (*tn_rule)(struct tn *tn, size_t i);

/* Fills tokens and lower, which are the caller's to free(). */
void tn_tokenize(struct tn *tn, const char *text, size_t len);

/* The token at i; past either end (i may be -1 as a size_t) one of TN_END. */
const struct tn_token *tn_at(const struct tn *tn, size_t i);

/* Whether token i is this word, or one of these with spaces between. */
bool tn_is(const struct tn *tn, size_t i, const char *word);
bool tn_in(const struct tn *tn, size_t i, const char *words);

/* whether word is one of words, which have spaces between */
bool tn_among(const char *word, const char *words);

/* the same for the end of a word */
bool tn_ends(const char *word, const char *endings);

bool tn_is_word(const struct tn *tn, size_t i);  /* Latin or Cyrillic */
bool tn_is_upper(const struct tn *tn, size_t i); /* begins with a capital */
bool tn_is_caps(const struct tn *tn, size_t i);  /* has no small letter */
bool tn_is_sign(const struct tn *tn, size_t i, uint32_t code);
bool tn_is_dash(const struct tn *tn, size_t i); /* - – — − ‑ */

/* i, or i + 1 when there is a space at i */
size_t tn_skip(const struct tn *tn, size_t i);

/* the nearest token that is not a space before i; SIZE_MAX when none */
size_t tn_before(const struct tn *tn, size_t i);

/* The tokens that a phrase takes at i, 0 when it is not there. It is
 * compared with the small letters, or with the text as it came; '_' in it is
 * a space or none, ' ' one space. It begins and ends with a whole word. */
size_t tn_match(const struct tn *tn, size_t i, const char *phrase);

/* the same for the longest of some phrases with '|' between */
size_t tn_match_any(const struct tn *tn, size_t i, const char *phrases);

/* whether a and b, side by side, are one piece of text: "24" and "kg" */
bool tn_touches(const struct tn *tn, size_t a, size_t b);

/* pictures, arrows, marks of a trade: signs that nobody says */
bool tn_is_mute(const struct tn *tn, size_t i);

/* A phrase and what to say for it; a table ends with { 0 }. A phrase that
 * ends in '.' gets its full stop back where a sentence ends, when `ends`. */
struct tn_phrase {
	const char *written;
	const char *spoken;
	bool ends;
};

/* Says the longest phrase of the table that is at i. */
size_t tn_phrase(struct tn *tn, size_t i, const struct tn_phrase *table);

/* Says the sign at i if the table has it, whatever is around it. */
void tn_say_sign(struct tn *tn, size_t i, const struct tn_phrase *table);

/* Whether a dot at i also ends the sentence: nothing, a new line or a
 * capital follows. */
bool tn_stops(const struct tn *tn, size_t i);

/* adds words, with a space before them where one is needed */
void tn_say(struct tn *tn, const char *words);
void tn_say_n(struct tn *tn, const char *words, size_t len);

/* adds text as it is */
void tn_put(struct tn *tn, const char *text, size_t len);

/* adds token i as it came */
void tn_copy(struct tn *tn, size_t i);

/* Drops what is at i: neither it nor a second space is left. Gives the number
 * of tokens dropped. */
size_t tn_drop(struct tn *tn, size_t i, size_t n);

/* A number as it stands in the text. */
struct tn_number {
	size_t end; /* the token behind it */
	bool minus;
	bool plus;
	uint64_t n;         /* the whole part; UINT64_MAX when it is too long */
	const char *digits; /* the whole part as it came, when ungrouped */
	const char *fraction; /* its digits, NULL when there is none */
	bool grouped;         /* 1 250 000 */
};

/* Reads a number at i, with a sign or without; false when there is none.
 * point is the decimal sign: ',' where spaces group, '.' where commas do
 * (both read 3.5). */
bool tn_number(const struct tn *tn, size_t i, char point,
               struct tn_number *number);

/* the value of a run of at most 18 digits */
uint64_t tn_value(const char *digits);

/* Whether i is the letter between the date and the time of 2026-11-21T15:30:
 * it is not said. */
bool tn_is_t(const struct tn *tn, size_t i);

/* The number at i as a field of a date or time: -1 unless it has one of these
 * lengths ("12": one or two digits, up to 4) and is at most max. */
int tn_field(const struct tn *tn, size_t i, const char *lengths, int max);

/* A telephone number: its digits in the groups that are said. */
enum { TN_GROUPS_MAX = 8, TN_GROUP_MAX = 16 };

struct tn_phone {
	size_t end;
	bool plus;
	int n;
	char groups[TN_GROUPS_MAX][TN_GROUP_MAX];
};

bool tn_phone(const struct tn *tn, size_t i, bool russian,
              struct tn_phone *phone);

/* The token behind the e-mail address or URL that begins at i; 0 when there
 * is none. */
size_t tn_web(const struct tn *tn, size_t i);

/* What of it is said: neither https:// nor a last bar. */
size_t tn_web_start(const struct tn *tn, size_t i);
size_t tn_web_stop(const struct tn *tn, size_t end);

/* the two languages */
extern const tn_rule tn_ru_rules[];
extern const tn_rule tn_en_rules[];

#endif
