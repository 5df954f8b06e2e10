/*
 * How a recording is coded. A format puts what it makes into a buffer and
 * knows nothing of files; record.c writes the buffer out.
 */
#ifndef CAPTURE_RECORD_FORMAT_H
#define CAPTURE_RECORD_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

enum { RECORD_CHANNELS = 2, RECORD_PATCH_MAX = 32 };

struct coder_state;

/* bytes that are to replace those at an offset of the file */
struct record_patch {
	size_t at, len;
	uint8_t bytes[RECORD_PATCH_MAX];
};

struct record_format {
	const char *name; /* and the file's suffix */

	/* Starts with the file's header. out is lent and outlives it. 0 and
	 * *made, EX_UNAVAILABLE. */
	int (*open)(struct coder_state **made, int rate_hz, struct sv_buf *out);
	void (*close)(struct coder_state *coder); /* NULL is fine */

	/* 20 ms: samples of both sides in turn. Only the last piece before
	 * finish() may be shorter. 0, EX_SOFTWARE. */
	int (*encode)(struct coder_state *coder, const int16_t *frames,
	              size_t n);

	/* puts out what can be without the sound that follows */
	int (*flush)(struct coder_state *coder);

	/* puts out the rest */
	int (*finish)(struct coder_state *coder);

	/* What the file's beginning should say now that all of out has been
	 * written. NULL: what it says already. */
	void (*patch)(const struct coder_state *coder,
	              struct record_patch *patch);
};

extern const struct record_format record_flac, record_opus;

#endif
