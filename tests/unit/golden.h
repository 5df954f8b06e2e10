/* golden.h: files of "input TAB output" lines, tests/data/text; # comments */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* Calls check(input, want, arg) for each case; it says whether that held.
 * Reports the lines that fail, and how many cases there were. */
static inline int
golden(const char *path,
       int (*check)(const char *in, const char *want, void *arg), void *arg)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int number = 0, cases = 0, failed = 0;

	while (file && (len = getline(&line, &cap, file)) > 0) {
		char *tab = strchr(line, '\t');

		number++;
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (*line == '#' || !*line)
			continue;
		cases++;
		if (tab)
			*tab++ = '\0';
		if (!tab || !check(line, tab, arg)) {
			printf("# %s:%d\n", path, number);
			failed++;
		}
	}
	if (file)
		fclose(file);
	free(line);
	printf("# %s: %d cases\n", path, cases);
	tap_ok(cases > 0 && !failed, path, __FILE__, __LINE__);
	return cases;
}

#endif
