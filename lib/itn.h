/*
 * The pieces of sv_itn(), which sv_redact() uses too: readers that begin at a
 * token and say what stands there and where it ends.
 */
#ifndef SV_ITN_H
#define SV_ITN_H

#include "lib/buf.h"
#include "lib/calendar.h"
#include "lib/words.h"

/* A number: units / 10^decimals. */
struct sv_number {
	int64_t units;
	int decimals;
	size_t next;  /* the token behind it */
	bool ordinal; /* its last word is an ordinal */
	bool scaled;  /* thousands or more took part */
	bool bare;    /* no more than such a word: "тысяча" */
};

enum { SV_NUMBER_TEXT = 40 };

/* Reads the number that begins at token i; with ordinal, one may end it. */
bool sv_number_read(const struct sv_tokens *tokens, size_t i, bool ordinal,
                    struct sv_number *number);

/* "1250", "-3.5" with that point */
void sv_number_text(const struct sv_number *number, char point,
                    char out[SV_NUMBER_TEXT]);

/* the value when it is a whole one, or -1 */
int64_t sv_number_whole(const struct sv_number *number);

/* whether two in "two zeros", "две семёрки" counts the digits behind it */
bool sv_counts_digits(const struct sv_tokens *tokens, size_t i);

/* Digits said one by one or in groups: an atom is a word's digits. */
struct sv_atom {
	uint16_t value;
	uint8_t len;  /* digits */
	uint8_t rank; /* 0 never joins; 1 a digit, 2 a teen, 3 a ten, 4 a
			 hundred */
};

enum { SV_RUN_MAX = 48, SV_RUN_TEXT = 4 * SV_RUN_MAX + 1 };

struct sv_run {
	struct sv_atom atoms[SV_RUN_MAX];
	size_t n;
	size_t start, next; /* tokens, first and behind the last */
	bool plus;
	bool spoken;   /* a word took part */
	bool scaled;   /* thousands follow: a number, not digits */
	bool too_long; /* there were more than fit */
};

/* Reads the digits that begin at token i. loose also passes over "and",
 * "code" and commas between them. */
bool sv_run_read(const struct sv_tokens *tokens, size_t i, bool loose,
                 struct sv_run *run);

/* The group that begins at atom i, as it grows: сто, сто двадцать, сто двадцать
 * три. How many atoms it can have. */
size_t sv_run_group(const struct sv_run *run, size_t i,
                    struct sv_atom groups[3]);

/* the digits, words joined as far as they go: сто двадцать три is 123 */
size_t sv_run_text(const struct sv_run *run, char out[SV_RUN_TEXT]);

enum sv_phone { SV_PHONE_NONE, SV_PHONE_SHORT, SV_PHONE_LOCAL, SV_PHONE_FULL };

enum { SV_PHONE_TEXT = 20 };

/* The phone number of a run: "+79161234567", "1234567", "112". */
enum sv_phone sv_phone_text(const struct sv_run *run, bool russian,
                            char out[SV_PHONE_TEXT]);

/* what the readers of whole answers have in common */
struct sv_answer {
	struct sv_tokens tokens;
	struct sv_tokens mail; /* for SV_ITN_EMAIL */
	bool russian;
	struct sv_date today;
};

/* In each, what is said after "нет", "точнее" or "sorry" replaces what was
 * said before. */

/* as sv_number_read(), and "тысяч пять", "one fifty" */
bool sv_quantity_read(const struct sv_tokens *tokens, size_t i, bool ordinal,
                      struct sv_number *number);

/* Each finds its value anywhere in the answer and adds it to out: 0, or
 * EX_DATAERR when there is none. */
int sv_itn_number(const struct sv_answer *answer, struct sv_buf *out);
int sv_itn_money(const struct sv_answer *answer, struct sv_buf *out);
int sv_itn_phone(const struct sv_answer *answer, struct sv_buf *out);
int sv_itn_digits(const struct sv_answer *answer, struct sv_buf *out);
int sv_itn_date(const struct sv_answer *answer, struct sv_buf *out);
int sv_itn_time(const struct sv_answer *answer, struct sv_buf *out);
int sv_itn_email(const struct sv_answer *answer, struct sv_buf *out);

/* the running text, with what can be written as digits written so */
int sv_itn_prose(const struct sv_answer *answer, size_t len,
                 struct sv_buf *out);

/* A time of day that prose may write with digits, "half past three" or, behind
 * a preposition, "пятнадцать тридцать"; the hour as it was said. */
struct sv_clock {
	int hour, minute;
	size_t next;
};

bool sv_clock_read(const struct sv_tokens *tokens, bool russian, size_t i,
                   struct sv_clock *clock);

/* An e-mail address around the "at" or @ in token i. mail and words are the
 * same text, read with the mail lexicon and with the language's; no token was
 * dropped. strict takes no more words before the "at" than surely belong to
 * the address. */
struct sv_address {
	char text[256];
	size_t start, next; /* tokens */
};

bool sv_address_read(const struct sv_tokens *mail,
                     const struct sv_tokens *words, size_t i, bool strict,
                     struct sv_address *address);

#endif
