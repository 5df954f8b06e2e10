/*
 * Whether a WAV file's header tells the truth about its length. A recorder
 * that was killed leaves 0 there, one that wrote to a pipe leaves the largest
 * number it knew, and a copy that broke off is shorter than announced.
 */
#ifndef SV_RIFF_H
#define SV_RIFF_H

#include <stdbool.h>
#include <stdint.h>

struct sv_riff {
	bool wrong;      /* size_at and size hold what should stand there */
	bool cut;        /* the file is damaged, not just written to a pipe */
	int64_t size_at; /* where the length of the data chunk stands */
	uint32_t size;   /* the bytes there really are */
};

/* Looks at the open file of len bytes; what is no WAV is not wrong. The
 * descriptor's position stays. */
void sv_riff_look(struct sv_riff *riff, int fd, int64_t len);

#endif
