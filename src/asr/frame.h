/*
 * What the parent and a worker say to each other on their socket: frames of a
 * letter, a length and that many bytes.
 */
#ifndef ASR_FRAME_H
#define ASR_FRAME_H

#include <stddef.h>

#include "lib/buf.h"

enum {
	FRAME_MAX = 1 << 20, /* an event is never longer */

	/* from the parent */
	FRAME_FILE = 'F', /* a path: hash it */
	FRAME_GO = 'G',   /* and now decode it */
	FRAME_SKIP = 'S', /* no need to */

	/* from the worker */
	FRAME_DIGEST = 'D',   /* SHA-256 of the file */
	FRAME_LINE = 'L',     /* an event of its result, newline included */
	FRAME_PROGRESS = 'P', /* per mille done, as text */
	FRAME_DONE = 'E',     /* the result is complete */
	FRAME_BAD = 'B',      /* the same, and the file was damaged */
	FRAME_FAILED = 'X',   /* exit code as text, blank, sentence */
};

struct frame {
	char type;
	const char *data; /* lent until the buffer changes */
	size_t len;
};

/* Waits until it is written. 0, SV_GONE, EX_IOERR. */
int frame_send(int fd, char type, const void *data, size_t len);

/* An empty buffer with room for the longest frame. */
void frame_buf_init(struct sv_buf *buf);

/* The frame at the beginning of buf: 1, or 0 when it is not complete yet, -1
 * when it is none. frame_drop() removes it. */
int frame_look(const struct sv_buf *buf, struct frame *frame);
void frame_drop(struct sv_buf *buf, const struct frame *frame);

/* One read(2) of what there is: 1, 0 at the end or after an error. */
int frame_fill(int fd, struct sv_buf *buf);

#endif
