/*
 * The process that has the store: it reads events from a pipe, stores them
 * some at a time, and says so. Whatever the store does, who passes the events
 * on does not wait for it.
 */
#ifndef REPORT_LOADER_H
#define REPORT_LOADER_H

#include <stdint.h>
#include <sys/types.h>

enum { LOADER_WHY = 480 };

/* What it says, in one write(2): so many more are stored, or what keeps it from
 * storing them. In the latter case it goes on trying, unless it ends. */
struct loader_word {
	int64_t stored;
	int code;
	char why[LOADER_WHY];
};

/* Starts it: *in, which does not block, takes events for it, *words gives what
 * it says. It ends when *in is closed and all is stored. 0 or EX_TEMPFAIL. */
int loader_start(pid_t *pid, int *in, int *words, const char *dsn);

#endif
