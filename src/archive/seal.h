/*
 * How an object is sealed: a header of 64 bytes, then libsodium's
 * secretstream (XChaCha20-Poly1305) over pieces of 64 KiB, the last of them
 * marked as such.
 *
 *     0   "SVSEALED"
 *     8   version, 1; then 7 bytes of 0
 *     16  the key's id, padded with 0
 *     32  salt
 *     64  pieces, 17 bytes longer than what they hold
 *
 * The stream's key and its own header are the keyed BLAKE2b of these 64 bytes,
 * and the first piece vouches for the object's name. The salt is the keyed
 * BLAKE2b of the name and the content's SHA-256: the same file sealed again
 * gives the same bytes, so that an upload can go on where it was broken off
 * without a second copy on a disk that may be full; another content or name
 * never meets the same stream.
 */
#ifndef ARCHIVE_SEAL_H
#define ARCHIVE_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/digest.h"

#include "src/archive/ring.h"

enum {
	SEAL_HEADER = 64,
	SEAL_PIECE = 1 << 16,
	SEAL_MORE = crypto_secretstream_xchacha20poly1305_ABYTES,
	SEAL_SALT = 32,
};

struct seal {
	crypto_secretstream_xchacha20poly1305_state state;
	const char *name;
	bool begun;
};

/* bytes that a file of so many becomes */
int64_t seal_size(int64_t bytes);

/* Begins: header is what the object begins with. name is lent until the first
 * piece, and has no part before a slash. */
void seal_begin(struct seal *seal, const struct ring_key *key, const char *name,
                const unsigned char sha256[SV_SHA256],
                unsigned char header[SEAL_HEADER]);

/* the next piece: len of SEAL_PIECE, but for the last; out has SEAL_MORE more */
void seal_piece(struct seal *seal, const unsigned char *data, size_t len,
                bool last, unsigned char *out);

/* Whether bytes begin as a sealed object does. */
bool seal_is(const void *data, size_t len);

/* The other way. open() reads a header: 0, EX_CONFIG when the key is not
 * there, EX_DATAERR. piece() gives what a piece holds, len of it with
 * SEAL_MORE: 0, or EX_DATAERR when it is not as it was sealed. */
int seal_open(struct seal *seal, const struct ring *ring, const char *name,
              const unsigned char header[SEAL_HEADER]);
int seal_open_piece(struct seal *seal, const unsigned char *data, size_t len,
                    unsigned char *out, bool *last);

#endif
