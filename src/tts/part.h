/*
 * A sentence in the parts that an engine can speak at a time: cut where a
 * pause stands that it cannot make, and where it would be too long for it.
 */
#ifndef TTS_PART_H
#define TTS_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/notation.h"

/* all lent; what is set once, and where we are */
struct tts_parts {
	const char *text;
	size_t len;
	const struct sv_note *notes;
	size_t n_notes;
	unsigned can; /* as struct tts_engine's notes */
	size_t most;  /* characters; 0: any number */
	size_t at;
	size_t pause; /* the first note that may be a pause to come */
	struct sv_note *own;
};

struct tts_part {
	int pause_ms;                /* of silence before it */
	size_t at, len;              /* len 0: nothing but the silence */
	const struct sv_note *notes; /* what the engine can do, counted from
	                              * `at`; lent until the next part */
	size_t n_notes;
};

/* The next part; false when there is none. Parts have a letter or a digit in
 * them: what is between them is not spoken. */
bool tts_parts_next(struct tts_parts *parts, struct tts_part *part);
void tts_parts_release(struct tts_parts *parts);

#endif
