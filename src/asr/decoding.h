/* A recording while it is decoded: recording.c puts in order what decoding.c
 * has heard. */
#ifndef ASR_DECODING_H
#define ASR_DECODING_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "lib/sound.h"

#include "src/asr/recording.h"
#include "src/asr/store.h"

struct decoding {
	const struct recording *recording;
	struct asr_loaded chain; /* who is to hear it */
	struct sv_loop *loop;    /* of services */
	struct store store;
	int channels, channel;
	int64_t frames; /* as the header says, -1 when not known */
	int64_t duration_ms;
	bool bad;
	char *why; /* when bad */
};

/* Hears all of it, by whom of the chain can be had. Closes the sound. 0 or a
 * code. */
int decoding_hear(struct decoding *decoding, struct sv_sound *sound);

#endif
