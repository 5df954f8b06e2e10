/* tokens: running text into words, numbers and signs */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"
#include "lib/words.h"

/* where reading stands */
struct reader {
	struct sv_tokens *tokens;
	const char *at, *end;
	size_t cap;
	size_t keys; /* bytes of keys in use */
	bool spaced;
};

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* o'clock, i'm, and the typographer's apostrophe */
static bool is_apostrophe(uint32_t c)
{
	return c == '\'' || c == 0x2019;
}

static struct sv_token *add(struct reader *r, enum sv_token_kind kind)
{
	struct sv_tokens *tokens = r->tokens;
	struct sv_token *token;

	if (tokens->n + SV_TOKENS_END + 1 > r->cap) {
		r->cap = r->cap * 2 + 4UL * SV_TOKENS_END;
		tokens->items = sv_realloc(tokens->items,
		                           r->cap * sizeof *tokens->items);
	}
	token = &tokens->items[tokens->n++];
	memset(token, 0, sizeof *token);
	token->kind = kind;
	token->spaced = r->spaced;
	token->start = token->end = r->at - tokens->text;
	token->key = r->keys;
	r->spaced = false;
	return token;
}

static void put_key(struct reader *r, struct sv_token *token, uint32_t code)
{
	size_t n;

	code = sv_lower(code);
	if (code == 0x451) /* ё */
		code = 0x435;
	if (is_apostrophe(code))
		code = '\'';
	n = sv_utf8_put(r->tokens->keys + r->keys, code);
	r->keys += n;
	token->len += n;
}

/* an apostrophe belongs to the word when a letter follows it */
static bool goes_on(const char *at, const char *end, uint32_t code)
{
	if (sv_is_letter(code))
		return true;
	if (!is_apostrophe(code) || at == end)
		return false;
	return sv_is_letter(sv_utf8_next(&at, end));
}

static void read_word(struct reader *r)
{
	struct sv_token *token = add(r, T_WORD);
	const char *at = r->at;
	uint32_t code = sv_utf8_next(&at, r->end);

	token->capital = code != sv_lower(code);
	while (goes_on(at, r->end, code)) {
		put_key(r, token, code);
		r->at = at;
		if (at == r->end)
			break;
		code = sv_utf8_next(&at, r->end);
	}
	token->end = r->at - r->tokens->text;
}

static void read_digits(struct reader *r)
{
	struct sv_token *token = add(r, T_DIGITS);

	while (r->at < r->end && is_digit((unsigned char)*r->at)) {
		r->tokens->keys[r->keys++] = *r->at++;
		token->len++;
	}
	token->end = r->at - r->tokens->text;
}

static void read_one(struct reader *r)
{
	const char *at = r->at;
	uint32_t code = sv_utf8_next(&at, r->end);
	struct sv_token *token;

	if (sv_is_letter(code)) {
		read_word(r);
		return;
	}
	if (is_digit(code)) {
		read_digits(r);
		return;
	}
	if (sv_is_space(code)) {
		r->spaced = true;
		r->at = at;
		return;
	}
	token = add(r, T_SIGN);
	token->sign = code;
	r->at = at;
	token->end = at - r->tokens->text;
}

static void end(struct reader *r)
{
	struct sv_tokens *tokens = r->tokens;
	size_t n = tokens->n;

	for (int i = 0; i < SV_TOKENS_END; i++) {
		r->spaced = true;
		add(r, T_END);
	}
	tokens->n = n;
}

void sv_tokens_read(struct sv_tokens *tokens, struct sv_lexicon *lexicon,
                    const char *text, size_t len)
{
	struct reader r = {
		.tokens = tokens, .at = text, .end = text + len, .spaced = true
	};

	memset(tokens, 0, sizeof *tokens);
	tokens->text = text;
	tokens->lexicon = lexicon;
	/* a letter's lower case is never more than twice as long */
	tokens->keys = sv_alloc(2 * len + 8);
	while (r.at < r.end)
		read_one(&r);
	end(&r);
	for (size_t i = 0; i < tokens->n; i++) {
		struct sv_token *t = &tokens->items[i];

		if (t->kind == T_WORD)
			t->lexeme =
				sv_lexicon_find(lexicon, tokens->keys + t->key,
			                        t->len, &t->oblique);
	}
}

void sv_tokens_release(struct sv_tokens *tokens)
{
	free(tokens->items);
	free(tokens->keys);
	memset(tokens, 0, sizeof *tokens);
}

/* A comma or a full stop between words is how a recogniser writes a pause;
 * between digits it belongs to the number. */
static bool is_pause(const struct sv_tokens *tokens, size_t i)
{
	const struct sv_token *t = &tokens->items[i];

	if (t->kind != T_SIGN || !strchr(",.;!?", (int)t->sign) ||
	    t->sign > 127)
		return false;
	return t[1].spaced || t[1].kind == T_SIGN;
}

void sv_tokens_drop(struct sv_tokens *tokens, int filler)
{
	size_t n = 0;

	for (size_t i = 0; i < tokens->n; i++) {
		const struct sv_token *t = &tokens->items[i];

		if (t->lexeme && t->lexeme->word == W_FILLER &&
		    t->lexeme->value <= filler)
			continue;
		if (filler == 2 && is_pause(tokens, i))
			continue;
		tokens->items[n++] = *t;
	}
	memmove(&tokens->items[n], &tokens->items[tokens->n],
	        SV_TOKENS_END * sizeof *tokens->items);
	tokens->n = n;
}

const char *sv_token_key(const struct sv_tokens *tokens, size_t i)
{
	return tokens->keys + tokens->items[i].key;
}

bool sv_token_is(const struct sv_tokens *tokens, size_t i, const char *key)
{
	size_t len = strlen(key);

	return tokens->items[i].kind != T_SIGN && tokens->items[i].len == len &&
	       !memcmp(sv_token_key(tokens, i), key, len);
}

enum sv_word sv_token_word(const struct sv_tokens *tokens, size_t i)
{
	const struct sv_lexeme *lexeme = tokens->items[i].lexeme;

	return lexeme ? lexeme->word : W_NONE;
}

int64_t sv_token_value(const struct sv_tokens *tokens, size_t i)
{
	const struct sv_lexeme *lexeme = tokens->items[i].lexeme;

	return lexeme ? lexeme->value : 0;
}

bool sv_token_has(const struct sv_tokens *tokens, size_t i, enum sv_word word,
                  int64_t value)
{
	return sv_token_word(tokens, i) == word &&
	       sv_token_value(tokens, i) == value;
}

bool sv_token_denied(const struct sv_tokens *tokens, size_t i)
{
	if (i && sv_token_word(tokens, i - 1) == W_PREP)
		i--;
	return i && (sv_token_is(tokens, i - 1, "не") ||
	             sv_token_is(tokens, i - 1, "not"));
}
