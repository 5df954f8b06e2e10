/* words.c: a text split into words */
#include "src/capture/words.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

static const char blanks[] = " \t\r\n";

/* Copies one word to out, and moves *text behind it. False when a quote or a
 * backslash has nothing after it. */
static int copy_word(const char **text, char *out)
{
	const char *p = *text;
	char quote = '\0';

	for (; *p && (quote || !strchr(blanks, *p)); p++) {
		if (quote && *p == quote) {
			quote = '\0';
		} else if (!quote && (*p == '\'' || *p == '"')) {
			quote = *p;
		} else {
			if (*p == '\\' && quote != '\'' && !*++p)
				return 0;
			*out++ = *p;
		}
	}
	*out = '\0';
	*text = p;
	return !quote;
}

int words_split(const char *text, struct words *words)
{
	char *word = sv_alloc(strlen(text) + 1);
	const char *p = text + strspn(text, blanks);
	int whole = 1;

	*words = (struct words){ 0 };
	while (*p && whole) {
		whole = copy_word(&p, word);
		if (whole) {
			words->items = sv_realloc(
				words->items, (words->n + 1) * sizeof(char *));
			words->items[words->n++] = sv_strdup(word);
		}
		p += strspn(p, blanks);
	}
	free(word);
	if (!whole)
		return sv_fail(EX_USAGE, "a quote that does not end in '%s'",
		               text);
	return 0;
}

void words_release(struct words *words)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct words){ 0 };
}
