/*
 * Words of running text, looked up in a lexicon: what sv_itn() and sv_redact()
 * stand on. A lexicon is a table of meanings with all forms of each; a token
 * knows its bytes in the text, its key (lower case, ё as е) and its meaning.
 */
#ifndef SV_WORDS_H
#define SV_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a word is. The parsers know these, the tables (words_*.c) fill them. */
enum sv_word {
	W_NONE,     /* a word without a meaning to us */
	W_DIGIT,    /* 0 to 9 */
	W_TEEN,     /* 10 to 19 */
	W_TEN,      /* 20, 30 … 90 */
	W_HUNDRED,  /* 100, 200 … 900 in one word */
	W_SCALE,    /* 100, 1000, 10^6, 10^9: what a number before multiplies */
	W_ORDINAL,  /* first … ninetieth, hundredth */
	W_NOUN,     /* a digit as a thing: семёрка, нули */
	W_REPEAT,   /* double, triple */
	W_AMOUNT,   /* a pair, a dozen, полмиллиона */
	W_SESQUI,   /* полтора: one and a half */
	W_HALF,     /* пол, половина, half */
	W_QUARTER,  /* четверть, quarter */
	W_CURRENCY, /* value: its number in itn_money.c */
	W_CENT,     /* its hundredth part */
	W_PERCENT,
	W_UNIT,     /* what is counted; value: enum sv_unit */
	W_MONTH,    /* 1 to 12 */
	W_WEEKDAY,  /* 1, Monday, to 7 */
	W_RELATIVE, /* today, tomorrow …: days from today */
	W_DAYPART,  /* value: enum sv_daypart */
	W_CLOCK,    /* noon, полвторого: minutes since midnight */
	W_NEXT,     /* value: 1 next, 0 this, -1 last */
	W_FILLER,   /* value 1: a hesitation; 2: empty in an answer */
	W_PREP,     /* value: enum sv_prep */
	W_ARTICLE,  /* a, an, the */
	W_AND,
	W_PLUS,
	W_MINUS,
	W_POINT, /* точка, запятая, point: before decimals */
	W_WHOLE, /* целых */
	W_OCLOCK,
	W_CODE,       /* words that stand inside a spoken phone number */
	W_CORRECTION, /* нет, точнее, sorry: what follows replaces */
	W_LETTER,     /* a letter by its name, or several; see `text` */
	W_AT,
	W_DOT,
	W_DASH,
	W_UNDERSCORE,
	W_HOST, /* a mail provider; text is its domain */
	W_TLD,
	W_STOP,  /* never part of an address */
	W_SKIP,  /* empty within an address */
	W_AS,    /* "b as in boy" */
	W_NAME,  /* a first name; value 1: an ordinary word too */
	W_INTRO, /* value: enum sv_intro, what announces personal data */
};

enum sv_unit {
	U_OTHER,
	U_MINUTE,
	U_HOUR,
	U_DAY,
	U_WEEK,
	U_MONTH,
	U_YEAR,
	U_FORTNIGHT,
	U_DATE, /* числа, a word after a day of the month */
};

enum sv_daypart { D_MORNING, D_DAY, D_EVENING, D_NIGHT, D_AM, D_PM };

enum sv_prep {
	P_OTHER,
	P_AT, /* в, к, до, после, с; at, by, until: may come before a time */
	P_THROUGH, /* через; in: a span from now */
	P_WITHOUT, /* без, to: minutes before the hour */
	P_WITH,    /* с: two s половиной */
	P_PAST,
	P_OF,
	P_FROM, /* from, in "two days from now" */
};

enum sv_word_flag {
	F_MANY = 1,      /* a plural: нулей, тысяч */
	F_HOMOGRAPH = 2, /* as often another word: один, may */
	F_FEW = 4, /* the form behind two, three, four: нуля, семёрки */
};

/*
 * One meaning. forms and oblique list its words, separated by spaces; a word
 * "рубл-ь,я,ю" is a stem with endings. oblique holds the forms of the cases
 * that in running prose are better left alone ("в двух словах").
 */
struct sv_lexeme {
	const char *forms;
	const char *oblique;
	enum sv_word word;
	int64_t value;
	int flags;
	const char *text;
};

/* The index is built when it is first used. */
struct sv_lexicon {
	const struct sv_lexeme *lexemes;
	size_t n;
	struct sv_slot *slots;
	size_t mask;
};

struct sv_lexicon *sv_lexicon_ru(void);
struct sv_lexicon *sv_lexicon_en(void);
struct sv_lexicon *sv_lexicon_mail(void);  /* both languages */
struct sv_lexicon *sv_lexicon_names(void); /* both languages */

/* the meaning of a key, or NULL; *oblique, where not NULL, says which list */
const struct sv_lexeme *sv_lexicon_find(struct sv_lexicon *lexicon,
                                        const char *key, size_t len,
                                        bool *oblique);

enum sv_token_kind { T_WORD, T_DIGITS, T_SIGN, T_END };

struct sv_token {
	uint32_t start, end;            /* bytes in the text */
	uint32_t key;                   /* offset in keys */
	uint32_t len;                   /* bytes of the key */
	const struct sv_lexeme *lexeme; /* NULL: not in the lexicon */
	uint32_t sign;                  /* the code point of a T_SIGN */
	enum sv_token_kind kind;
	bool spaced; /* a blank, or nothing, stands before it */
	bool oblique;
	bool capital; /* its first letter is upper case */
};

struct sv_tokens {
	const char *text; /* lent */
	const struct sv_lexicon *lexicon;
	struct sv_token *items;
	size_t n; /* then SV_TOKENS_END tokens T_END follow */
	char *keys;
};

enum { SV_TOKENS_END = 8 };

/* Reads text of len bytes; release it after. */
void sv_tokens_read(struct sv_tokens *tokens, struct sv_lexicon *lexicon,
                    const char *text, size_t len);
void sv_tokens_release(struct sv_tokens *tokens);

/* Drops fillers up to that value (and with 2 commas and full stops between
 * words too): tokens keep their places in the text. */
void sv_tokens_drop(struct sv_tokens *tokens, int filler);

/* the token's key, not terminated: its len bytes */
const char *sv_token_key(const struct sv_tokens *tokens, size_t i);
bool sv_token_is(const struct sv_tokens *tokens, size_t i, const char *key);

/* its meaning: W_NONE when there is none */
enum sv_word sv_token_word(const struct sv_tokens *tokens, size_t i);
int64_t sv_token_value(const struct sv_tokens *tokens, size_t i);

/* whether it is that word with that value */
bool sv_token_has(const struct sv_tokens *tokens, size_t i, enum sv_word word,
                  int64_t value);

/* whether "не" or "not" stands right before token i, or before the
 * preposition there: "не в два, а в три" */
bool sv_token_denied(const struct sv_tokens *tokens, size_t i);

#endif
