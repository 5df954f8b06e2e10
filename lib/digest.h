/*
 * SHA-256 by OpenSSL's libcrypto, for keys of content: caches, resumption,
 * idempotency.
 */
#ifndef SV_DIGEST_H
#define SV_DIGEST_H

#include <stddef.h>

enum { SV_SHA256 = 32, SV_SHA256_HEX = 65 };

void sv_sha256(const void *data, size_t len, unsigned char out[SV_SHA256]);

/* 0, EX_NOINPUT, EX_IOERR */
int sv_sha256_file(const char *path, unsigned char out[SV_SHA256]);

/* lower case, NUL-terminated: out holds 2 * len + 1 bytes */
void sv_hex(const unsigned char *data, size_t len, char *out);

#endif
