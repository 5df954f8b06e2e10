/* redactor: which values and names a call has had, and their numbers */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/redact.h"

/* A redactor remembers this many values and words of names; later ones get
 * numbers of their own each time. */
enum { MEMORY_MIN = 64, MEMORY_MAX = 1 << 16 };

struct value {
	char *key; /* the kind's letter, then the key */
	int number;
};

struct sv_redactor {
	struct value *values; /* an open hash */
	size_t n, size;
	int numbers[SV_PERSONAL_N]; /* given so far */
	bool names;                 /* there is a name in it */
};

static const char kinds[] = "PCEDIN"; /* letters of keys, by kind */

enum { WORD = 'w' }; /* the letter of a word of a name */

struct sv_redactor *sv_redactor_new(void)
{
	struct sv_redactor *redactor = sv_alloc(sizeof *redactor);

	redactor->size = MEMORY_MIN;
	redactor->values = sv_calloc(redactor->size, sizeof *redactor->values);
	return redactor;
}

void sv_redactor_free(struct sv_redactor *redactor)
{
	if (!redactor)
		return;
	for (size_t i = 0; i < redactor->size; i++)
		free(redactor->values[i].key);
	free(redactor->values);
	free(redactor);
}

static size_t hash(char kind, const char *key, size_t len)
{
	uint32_t h = 2166136261u ^ (unsigned char)kind; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * 16777619u;
	return h ^ h >> 15;
}

static struct value *find(const struct sv_redactor *redactor, char kind,
                          const char *key, size_t len)
{
	size_t mask = redactor->size - 1;
	size_t i = hash(kind, key, len) & mask;

	for (;; i = (i + 1) & mask) {
		struct value *value = &redactor->values[i];

		if (!value->key || (value->key[0] == kind &&
		                    !strncmp(value->key + 1, key, len) &&
		                    !value->key[len + 1]))
			return value;
	}
}

static void grow(struct sv_redactor *redactor)
{
	struct value *old = redactor->values;
	size_t n = redactor->size;

	redactor->size *= 2;
	redactor->values = sv_calloc(redactor->size, sizeof *redactor->values);
	for (size_t i = 0; i < n; i++) {
		if (old[i].key)
			*find(redactor, old[i].key[0], old[i].key + 1,
			      strlen(old[i].key + 1)) = old[i];
	}
	free(old);
}

static void remember(struct sv_redactor *redactor, char kind, const char *key,
                     size_t len, int number)
{
	struct value *value;

	if (redactor->n >= MEMORY_MAX)
		return;
	if (2 * redactor->n >= redactor->size)
		grow(redactor);
	value = find(redactor, kind, key, len);
	if (value->key)
		return;
	value->key = sv_format("%c%.*s", kind, (int)len, key);
	value->number = number;
	redactor->n++;
}

bool sv_redactor_knows(const struct sv_redactor *redactor, const char *stem,
                       size_t len)
{
	return redactor->names && find(redactor, WORD, stem, len)->key;
}

/* Иван, then Иван Петров: the same person, as far as one can hear */
static int name_number(const struct sv_redactor *redactor, const char *key)
{
	size_t first = strcspn(key, " ");
	const struct value *value;

	if (!key[first]) {
		value = find(redactor, WORD, key, first);
		return value->key ? value->number : 0;
	}
	value = find(redactor, kinds[SV_NAME], key, first);
	return value->key ? value->number : 0;
}

static void remember_words(struct sv_redactor *redactor, const char *key,
                           int number)
{
	redactor->names = true;
	while (*key) {
		size_t len = strcspn(key, " ");

		remember(redactor, WORD, key, len, number);
		key += len + (key[len] == ' ');
	}
}

int sv_redactor_number(struct sv_redactor *redactor,
                       const struct sv_found *found)
{
	char kind = kinds[found->kind];
	const struct value *value =
		find(redactor, kind, found->key, strlen(found->key));
	int known = value->key ? value->number : 0;

	if (!known && found->kind == SV_NAME)
		known = name_number(redactor, found->key);
	if (!known)
		known = ++redactor->numbers[found->kind];
	remember(redactor, kind, found->key, strlen(found->key), known);
	if (found->kind == SV_NAME)
		remember_words(redactor, found->key, known);
	return known;
}
