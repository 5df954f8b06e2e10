/*
 * The pieces of sv_redact(): finders that begin at a token and say whether
 * personal data stands there.
 */
#ifndef SV_REDACT_H
#define SV_REDACT_H

#include "lib/text.h"
#include "lib/words.h"

/* what announces personal data, or says that digits are none */
enum sv_intro {
	SV_INTRO_NONE,
	SV_INTRO_CALLED,  /* меня зовут */
	SV_INTRO_NAME,    /* my name is */
	SV_INTRO_SURNAME, /* фамилия */
	SV_INTRO_TITLE,   /* mister */
	SV_INTRO_WEAK,    /* это, I am: a first name must follow */
	SV_INTRO_PHONE,
	SV_INTRO_NUMBER, /* номер: of a telephone where nothing else is said */
	SV_INTRO_CARD,
	SV_INTRO_PASSPORT,
	SV_INTRO_INN,
	SV_INTRO_ORDER, /* digits behind it are nobody's */
};

enum { SV_KEY_MAX = 256 };

/* One piece of personal data: tokens, and the same key for every spelling. */
struct sv_found {
	size_t start, next;
	enum sv_personal kind;
	char key[SV_KEY_MAX];
};

/* a text being searched: the same tokens, read with two lexicons */
struct sv_search {
	struct sv_tokens words;
	struct sv_tokens names;
	bool russian;
	struct sv_redactor *redactor;
	enum sv_intro intro; /* the last one before the token at hand */
	size_t intro_at;
};

/* digits that begin at token i; *next is where the search goes on when there
 * is nothing personal in them */
bool sv_find_digits(const struct sv_search *search, size_t i,
                    struct sv_found *found, size_t *next);

/* a name that begins at token i, or behind the words there that announce it */
bool sv_find_name(const struct sv_search *search, size_t i,
                  struct sv_found *found);

/* A name in one case for all: "ивану" and "иван" give the same bytes. How
 * many of key's bytes count. */
size_t sv_name_stem(const char *key, size_t len);

/* the number of what was found: the one it had before, or a new one */
int sv_redactor_number(struct sv_redactor *redactor,
                       const struct sv_found *found);

/* whether that word was part of a name found before */
bool sv_redactor_knows(const struct sv_redactor *redactor, const char *stem,
                       size_t len);

#endif
