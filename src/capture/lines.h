/*
 * Whole lines for a reader that may be slow, without ever waiting for it:
 * what it does not take now is queued and written when it can be.
 */
#ifndef CAPTURE_LINES_H
#define CAPTURE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/loop.h"

enum {
	LINES_ENOUGH = 1 << 20, /* more waiting than that: something is wrong */
	LINES_MAX = 8 << 20,
};

struct lines {
	int fd; /* -1: nobody reads, and nobody is missing anything */
	struct sv_loop *loop;
	struct sv_buf queue;
	bool gone;              /* the reader was there, and has left */
	int (*left)(void *arg); /* called then; may be NULL */
	/* shown each line; may be NULL */
	void (*tap)(void *arg, const void *line, size_t len);
	void *arg;
};

/* Takes fd, a pipe's end, which is made non-blocking. */
void lines_init(struct lines *lines, struct sv_loop *loop, int fd);

/* closes it; what waits is lost, see lines_flush() */
void lines_close(struct lines *lines);

/* Line and all, newline included. EX_IOERR when LINES_MAX would be passed;
 * for a reader that has left all is taken, and forgotten. */
int lines_put(struct lines *lines, const char *line, size_t len);

/* whether more waits than a reader in good health leaves */
bool lines_stuck(const struct lines *lines);

/* writes what waits, however long that takes */
void lines_flush(struct lines *lines);

#endif
