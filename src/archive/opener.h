/*
 * An object as it comes, in whatever pieces, opened where it is sealed.
 */
#ifndef ARCHIVE_OPENER_H
#define ARCHIVE_OPENER_H

#include <openssl/evp.h>

#include "src/archive/seal.h"

struct opener {
	const struct ring *ring;
	const char *name;
	int fd; /* where it goes; -1: nowhere */
	const char *fd_name;

	struct seal seal;
	unsigned char *in, *out;
	size_t had; /* bytes in `in` */
	bool begun, sealed, over;
	EVP_MD_CTX *hash; /* of what went out */
	int64_t bytes;
};

/* ring and name (of the object, without the parts before its last slash) are
 * lent */
void opener_init(struct opener *opener, const struct ring *ring,
                 const char *name, int fd, const char *fd_name);
void opener_release(struct opener *opener);

/* Bytes of the object, arg being the opener: for get() of lib/depot.h. 0, EX_DATAERR, EX_CONFIG,
 * SV_GONE, EX_IOERR. */
int opener_feed(void *arg, const void *bytes, size_t len);

/* There are no more: 0, or EX_DATAERR when it ends too soon. hex is the
 * SHA-256 of what went out. */
int opener_end(struct opener *opener, char hex[SV_SHA256_HEX]);

#endif
