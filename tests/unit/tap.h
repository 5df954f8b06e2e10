/* tap.h: ok(expression) prints a TAP line; end with return tap_end(); */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

#define ok(expression) tap_ok(!!(expression), #expression, __FILE__, __LINE__)
#define is(got, want) tap_is(got, want, #got, __FILE__, __LINE__)

static inline int tap_ok(int holds, const char *what, const char *file,
                         int line)
{
	tap_run++;
	if (!holds)
		tap_failed++;
	printf("%sok %d - %s\n", holds ? "" : "not ", tap_run, what);
	if (!holds)
		printf("# %s:%d\n", file, line);
	return holds;
}

static inline int tap_is(const char *got, const char *want, const char *what,
                         const char *file, int line)
{
	if (tap_ok(got && !strcmp(got, want), what, file, line))
		return 1;
	printf("# got  '%s'\n# want '%s'\n", got ? got : "(null)", want);
	return 0;
}

static inline int tap_end(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed > 0;
}

#endif
