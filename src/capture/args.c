/* args.c: a text split into words */
#include "src/capture/args.h"

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

int args_split(const char *text, struct args *args)
{
	char *word = sv_alloc(strlen(text) + 1);
	const char *p = text + strspn(text, blanks);
	int whole = 1;

	*args = (struct args){ 0 };
	while (*p && whole) {
		whole = copy_word(&p, word);
		if (whole) {
			args->items = sv_realloc(
				args->items, (args->n + 2) * sizeof(char *));
			args->items[args->n++] = sv_strdup(word);
			args->items[args->n] = NULL; /* as in any argv */
		}
		p += strspn(p, blanks);
	}
	free(word);
	if (!whole)
		return sv_fail(EX_USAGE, "a quote that does not end in '%s'",
		               text);
	return 0;
}

void args_release(struct args *args)
{
	size_t i;

	for (i = 0; i < args->n; i++)
		free(args->items[i]);
	free(args->items);
	*args = (struct args){ 0 };
}
