/*
 * How a transcript can be written: the --format table.
 */
#ifndef ASR_FORMAT_H
#define ASR_FORMAT_H

#include <stdbool.h>

#include "lib/buf.h"

#include "src/asr/transcript.h"

struct format {
	const char *name; /* and suffix of files */
	bool single;      /* a file of it holds one recording */
	const char *head; /* what a file begins with */
	/* Adds the transcript. 0 or EX_DATAERR (full). NULL: the events as
	 * they are. */
	int (*write)(const struct transcript *transcript, struct sv_buf *out);
};

/* NULL, with the sentence, when there is none of that name */
const struct format *format_find(const char *name);

/* subtitle.c: cues of two lines of 42 characters at most */
int format_srt(const struct transcript *transcript, struct sv_buf *out);
int format_vtt(const struct transcript *transcript, struct sv_buf *out);

#endif
