/*
 * Codings of lib/coding.h and of plain WAV decoded as they come through a
 * pipe. (Files are lib/sound.h's, which needs to seek.) Sound is coded in
 * units of some bytes that hold some samples of one channel.
 */
#ifndef CAPTURE_CODING_H
#define CAPTURE_CODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* what a coder remembers from unit to unit */
struct coder {
	const struct sv_spandsp *spandsp; /* for the two that need it */
	struct gsm0610_state_s *gsm;
	struct g722_decode_state_s *g722;
};

struct coding {
	const char *name;
	size_t unit_bytes, unit_samples;
	void (*decode)(struct coder *coder, const uint8_t *in, size_t units,
	               int32_t *out);
};

extern const struct coding coding_u8, coding_s16, coding_s24, coding_s32,
	coding_f32, coding_f64, coding_ulaw, coding_alaw, coding_gsm,
	coding_g722;

/* Gets ready what the coding needs: 0 or EX_UNAVAILABLE. */
int coder_init(struct coder *coder, const struct coding *coding);
void coder_release(struct coder *coder);

/* the one that lib/coding.h calls so; NULL when it cannot be decoded here */
const struct coding *coding_find(const char *name);

#endif
