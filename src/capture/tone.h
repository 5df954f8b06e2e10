/*
 * Keys as the tones a telephone makes (ITU-T Q.23, Q.24), for a far end that
 * takes keys in no other way.
 */
#ifndef CAPTURE_TONE_H
#define CAPTURE_TONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TONE_ON_MS = 100,
	TONE_OFF_MS = 100,
	TONE_KEYS_MAX = 64, /* that wait */
};

struct tone {
	int rate_hz;
	char keys[TONE_KEYS_MAX + 1];
	int64_t at; /* samples into the first key */
};

/* 0-9 * # A-D */
bool tone_is_key(char key);

void tone_init(struct tone *tone, int rate_hz);

/* Adds keys; others than tone_is_key() are left out. How many were taken. */
size_t tone_add(struct tone *tone, const char *keys);

/* Writes n samples of tones, with silence when there are none left; false
 * when there were none to begin with, and nothing was written. */
bool tone_fill(struct tone *tone, int16_t *samples, size_t n);

#endif
