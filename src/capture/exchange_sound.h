/* The codings that chan_websocket can send and that we take. */
#ifndef CAPTURE_EXCHANGE_SOUND_H
#define CAPTURE_EXCHANGE_SOUND_H

#include <stddef.h>
#include <stdint.h>

struct exchange_sound {
	const char *name; /* Asterisk's */
	int rate_hz;
	size_t bytes; /* of a sample */
	void (*decode)(const uint8_t *data, size_t n, int16_t *samples);
	void (*encode)(const int16_t *samples, size_t n, uint8_t *data);
};

/* NULL when it is none of ours */
const struct exchange_sound *exchange_sound_find(const char *name);

#endif
