/* tn_token.c: cutting text into tokens, and asking about them */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/notation.h"
#include "lib/tn.h"
#include "lib/utf8.h"

enum {
	FULLWIDTH_0 = 0xff10,
	ACCENT_FIRST = 0x300,
	ACCENT_LAST = 0x36f,
	NOTE = 0xfffc,   /* the code of a note that is a token */
	PHRASE_MAX = 64, /* bytes in a phrase of a table */
};

static const struct tn_token end_token = { .text = "", .lower = "" };

static bool is_digit(uint32_t code)
{
	return (code >= '0' && code <= '9') ||
	       (code >= FULLWIDTH_0 && code < FULLWIDTH_0 + 10);
}

static bool is_accent(uint32_t code)
{
	return code >= ACCENT_FIRST && code <= ACCENT_LAST;
}

static enum tn_kind kind_of(uint32_t code)
{
	if (is_digit(code))
		return TN_NUMBER;
	if (sv_is_space(code))
		return TN_SPACE;
	if (sv_is_cyrillic(code) && sv_is_letter(code))
		return TN_CYRILLIC;
	return sv_is_letter(code) ? TN_LATIN : TN_SIGN;
}

static bool joins(enum tn_kind kind, uint32_t code)
{
	if (kind == TN_SIGN)
		return false;
	if (is_accent(code))
		return kind == TN_LATIN || kind == TN_CYRILLIC;
	return kind_of(code) == kind;
}

/* behind the plus of a stressed vowel, which is part of its word */
static const char *past_plus(const struct tn *tn, const char *at,
                             const char *end)
{
	struct sv_note note;

	return at < end && *at == '+' &&
	                       sv_note_at(tn->text, (size_t)(end - tn->text),
	                                  (size_t)(at - tn->text), &note)
	               ? at + 1
	               : at;
}

/* a stress is no part of the word that rules look for */
static void put_lower(uint32_t code, enum tn_kind kind, char **lower)
{
	if (code >= FULLWIDTH_0 && is_digit(code))
		code = code - FULLWIDTH_0 + '0';
	if (code != 0x301 || kind != TN_CYRILLIC)
		*lower += sv_utf8_put(*lower, sv_lower(code));
}

/* Reads one token; lower gets its small letters and a NUL. */
static const char *read_token(const struct tn *tn, struct tn_token *token,
                              const char *text, char **lower)
{
	const char *end = tn->text + tn->len;
	const char *next = text, *peek = past_plus(tn, text, end);
	uint32_t code = sv_utf8_next(&peek, end);

	token->text = text;
	token->lower = *lower;
	token->code = code;
	token->kind = kind_of(code);
	do {
		next = peek;
		put_lower(code, token->kind, lower);
		peek = past_plus(tn, next, end);
		if (next < end)
			code = sv_utf8_next(&peek, end);
	} while (next < end && joins(token->kind, code));
	*(*lower)++ = '\0';
	token->len = next - text;
	return next;
}

/* A pause is a token that no rule knows. */
static const char *note_token(struct tn_token *token, const char *text,
                              size_t len, char **lower)
{
	*token = (struct tn_token){ .kind = TN_SIGN,
		                    .code = NOTE,
		                    .text = text,
		                    .len = len,
		                    .lower = *lower };
	*(*lower)++ = '\0';
	return text + len;
}

void tn_tokenize(struct tn *tn, const char *text, size_t len)
{
	const char *end = text + len, *closes = NULL;
	char *lower;

	/* a byte of text is at most 4 bytes of small letters and a NUL */
	tn->text = text;
	tn->len = len;
	tn->lower = lower = sv_alloc(5 * len + 1);
	tn->tokens = sv_calloc(len + 1, sizeof *tn->tokens);
	while (text < end) {
		struct tn_token *token = &tn->tokens[tn->n];
		struct sv_note note;
		size_t n = sv_note_at(tn->text, len, text - tn->text, &note);

		if (text == closes || (n && note.kind == SV_EMPHASIS)) {
			closes = text == closes ? NULL : text + n - 1;
			text++;
			continue;
		}
		if (n && note.kind == SV_PAUSE)
			text = note_token(token, text, n, &lower);
		else
			text = read_token(tn, token, text, &lower);
		token->emphasised = closes != NULL;
		tn->n++;
	}
}

const struct tn_token *tn_at(const struct tn *tn, size_t i)
{
	return i < tn->n ? &tn->tokens[i] : &end_token;
}

bool tn_is_mute(const struct tn *tn, size_t i)
{
	uint32_t code = tn_at(tn, i)->code;

	if (tn_at(tn, i)->kind != TN_SIGN)
		return false;
	return (code >= 0x1f000 && code <= 0x1faff) ||
	       (code >= 0x2600 && code <= 0x27bf) ||
	       (code >= 0x2190 && code <= 0x21ff) ||
	       (code >= 0x2b00 && code <= 0x2bff) ||
	       (code >= 0x25a0 && code <= 0x25ff) ||
	       (code >= 0xfe00 && code <= 0xfe0f) ||
	       (code >= 0xe0000 && code <= 0xe01ef) || code == 0x200b ||
	       code == 0x200d || code == 0x20e3 || code == 0x2022 ||
	       code == 0x2122 || code == 0xa9 || code == 0xae ||
	       code == 0xfeff ||
	       (code && code < 0x80 && strchr("*^|\\`~<>", (int)code));
}

bool tn_is(const struct tn *tn, size_t i, const char *word)
{
	return !strcmp(tn_at(tn, i)->lower, word);
}

bool tn_among(const char *word, const char *words)
{
	size_t len = strlen(word), n;

	for (; len && *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (n == len && !memcmp(word, words, n))
			return true;
	}
	return false;
}

bool tn_in(const struct tn *tn, size_t i, const char *words)
{
	return tn_among(tn_at(tn, i)->lower, words);
}

bool tn_ends(const char *word, const char *endings)
{
	size_t len = strlen(word), n;

	for (; *endings; endings += n + (endings[n] == ' ')) {
		n = strcspn(endings, " ");
		if (n <= len && !memcmp(word + len - n, endings, n))
			return true;
	}
	return false;
}

bool tn_is_word(const struct tn *tn, size_t i)
{
	enum tn_kind kind = tn_at(tn, i)->kind;

	return kind == TN_LATIN || kind == TN_CYRILLIC;
}

bool tn_is_upper(const struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);

	return tn_is_word(tn, i) && sv_lower(token->code) != token->code;
}

bool tn_is_caps(const struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	const char *text = token->text, *end = text + token->len;

	if (!tn_is_word(tn, i))
		return false;
	while (text < end) {
		uint32_t code = sv_utf8_next(&text, end);

		if (sv_lower(code) == code && !is_accent(code))
			return false;
	}
	return true;
}

bool tn_is_sign(const struct tn *tn, size_t i, uint32_t code)
{
	const struct tn_token *token = tn_at(tn, i);

	return token->kind == TN_SIGN && token->code == code;
}

bool tn_is_dash(const struct tn *tn, size_t i)
{
	uint32_t code = tn_at(tn, i)->code;

	return code == '-' || (code >= 0x2010 && code <= 0x2015) ||
	       code == 0x2212;
}

size_t tn_skip(const struct tn *tn, size_t i)
{
	return i + (tn_at(tn, i)->kind == TN_SPACE);
}

size_t tn_before(const struct tn *tn, size_t i)
{
	return i - 1 - (tn_at(tn, i - 1)->kind == TN_SPACE);
}

bool tn_stops(const struct tn *tn, size_t i)
{
	const struct tn_token *next = tn_at(tn, i + 1);

	if (next->kind == TN_SPACE && memchr(next->text, '\n', next->len))
		return true;
	i = tn_skip(tn, i + 1);
	return tn_at(tn, i)->kind == TN_END ||
	       (next->kind == TN_SPACE && tn_is_upper(tn, i));
}

bool tn_touches(const struct tn *tn, size_t a, size_t b)
{
	bool left = tn_is_word(tn, a) || tn_at(tn, a)->kind == TN_NUMBER;
	bool right = tn_is_word(tn, b) || tn_at(tn, b)->kind == TN_NUMBER;

	return left && right;
}

/* The bytes of phrase that token i takes, as small letters or as it came. */
static size_t takes(const struct tn_token *token, const char *phrase)
{
	size_t len = strlen(token->lower);

	if (!strncmp(phrase, token->lower, len))
		return len;
	return strncmp(phrase, token->text, token->len) ? 0 : token->len;
}

size_t tn_match(const struct tn *tn, size_t i, const char *phrase)
{
	size_t j = i;

	while (*phrase) {
		const struct tn_token *token = tn_at(tn, j);
		size_t len;

		if (*phrase == '_' || *phrase == ' ') {
			if (token->kind != TN_SPACE && *phrase == ' ')
				return 0;
			j += token->kind == TN_SPACE;
			phrase++;
			continue;
		}
		len = token->kind == TN_END ? 0 : takes(token, phrase);
		if (!len)
			return 0;
		phrase += len;
		j++;
	}
	return tn_touches(tn, j - 1, j) ? 0 : j - i;
}

size_t tn_match_any(const struct tn *tn, size_t i, const char *phrases)
{
	char phrase[PHRASE_MAX];
	size_t best = 0;

	while (*phrases) {
		size_t len = strcspn(phrases, "|"), n;

		memcpy(phrase, phrases, len);
		phrase[len] = '\0';
		n = tn_match(tn, i, phrase);
		if (n > best)
			best = n;
		phrases += len + (phrases[len] == '|');
	}
	return best;
}
