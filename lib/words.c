/* words: text into tokens, and a lexicon's index */
#include "lib/words.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

/* Longer words are in no table. */
enum { KEY_MAX = 48 };

struct sv_slot {
	char *key;
	size_t len;
	const struct sv_lexeme *lexeme;
	bool oblique;
};

static uint32_t hash(const char *key, size_t len)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * 16777619u;
	return h ^ h >> 15;
}

static struct sv_slot *slot(struct sv_lexicon *lexicon, const char *key,
                            size_t len)
{
	size_t i = hash(key, len) & lexicon->mask;

	while (lexicon->slots[i].key) {
		struct sv_slot *s = &lexicon->slots[i];

		if (s->len == len && !memcmp(s->key, key, len))
			return s;
		i = (i + 1) & lexicon->mask;
	}
	return &lexicon->slots[i];
}

/* The first lexeme to claim a word keeps it. */
static void put(struct sv_lexicon *lexicon, const char *key,
                const struct sv_lexeme *lexeme, bool oblique)
{
	size_t len = strlen(key);
	struct sv_slot *s = slot(lexicon, key, len);

	if (s->key)
		return;
	s->key = sv_strndup(key, len);
	s->len = len;
	s->lexeme = lexeme;
	s->oblique = oblique;
}

/* "рубл-ь,я": each ending behind the stem */
static void put_forms(struct sv_lexicon *lexicon, const char *forms,
                      const struct sv_lexeme *lexeme, bool oblique)
{
	while (forms && *forms) {
		size_t len = strcspn(forms, " ");
		size_t stem = strcspn(forms, "- ");
		const char *ending = forms + stem + (stem < len);

		do {
			size_t n = strcspn(ending, ", ");
			char *key = sv_format("%.*s%.*s", (int)stem, forms,
			                      (int)n, ending);

			put(lexicon, key, lexeme, oblique);
			free(key);
			ending += n;
		} while (*ending == ',' && *++ending);
		forms += len + (forms[len] == ' ');
	}
}

static size_t count_forms(const char *forms)
{
	size_t n = 0;

	for (; forms && *forms; forms++)
		n += *forms == ' ' || *forms == ',';
	return n + 1;
}

static void build(struct sv_lexicon *lexicon)
{
	size_t n = 0, size = 64;

	for (size_t i = 0; i < lexicon->n; i++)
		n += count_forms(lexicon->lexemes[i].forms) +
		     count_forms(lexicon->lexemes[i].oblique);
	while (size < 3 * n)
		size *= 2;
	lexicon->slots = sv_calloc(size, sizeof *lexicon->slots);
	lexicon->mask = size - 1;
	for (size_t i = 0; i < lexicon->n; i++) {
		const struct sv_lexeme *l = &lexicon->lexemes[i];

		put_forms(lexicon, l->forms, l, false);
		put_forms(lexicon, l->oblique, l, true);
	}
}

const struct sv_lexeme *sv_lexicon_find(struct sv_lexicon *lexicon,
                                        const char *key, size_t len,
                                        bool *oblique)
{
	struct sv_slot *s;

	if (!lexicon->slots)
		build(lexicon);
	if (len > KEY_MAX)
		return NULL;
	s = slot(lexicon, key, len);
	if (oblique)
		*oblique = s->oblique;
	return s->lexeme;
}
