/*
 * The keys that objects are sealed with: SV_SEAL_KEY, "ID:KEY" with the
 * 32 bytes of the key in base64, and behind it, after blanks or commas, those
 * that older objects were sealed with.
 */
#ifndef ARCHIVE_RING_H
#define ARCHIVE_RING_H

#include <sodium.h>
#include <stddef.h>

enum {
	RING_ID =
		17, /* "2026-11", 16 letters, digits, '-', '_' or '.', and NUL */
	RING_KEY = crypto_generichash_KEYBYTES,
	RING_MAX = 32,
};

struct ring_key {
	char id[RING_ID];
	unsigned char key[RING_KEY];
};

struct ring {
	struct ring_key
		*keys; /* where swap does not get; the first one seals */
	size_t n;      /* 0: nothing is sealed */
};

/* 0, with none where there is no SV_SEAL_KEY; EX_CONFIG, EX_TEMPFAIL */
int ring_open(struct ring *ring);
void ring_close(struct ring *ring);

/* NULL with a sentence when there is no such key */
const struct ring_key *ring_find(const struct ring *ring, const char *id);

/* prints a new key, with an id by chance. 0, EX_IOERR */
int ring_make(void);

#endif
