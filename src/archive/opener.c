/* opener: an object as it comes, opened where it is sealed */
#include "src/archive/opener.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

enum { WHOLE = SEAL_PIECE + SEAL_MORE };

void opener_init(struct opener *opener, const struct ring *ring,
                 const char *name, int fd, const char *fd_name)
{
	*opener = (struct opener){
		.ring = ring, .name = name, .fd = fd, .fd_name = fd_name
	};
	opener->in = sv_alloc(WHOLE);
	opener->out = sv_alloc(SEAL_PIECE);
	opener->hash = EVP_MD_CTX_new();
	EVP_DigestInit_ex(opener->hash, EVP_sha256(), NULL);
}

void opener_release(struct opener *opener)
{
	free(opener->in);
	free(opener->out);
	EVP_MD_CTX_free(opener->hash);
	sodium_memzero(&opener->seal, sizeof opener->seal);
}

static int give(struct opener *opener, const unsigned char *data, size_t len)
{
	EVP_DigestUpdate(opener->hash, data, len);
	opener->bytes += (int64_t)len;
	return opener->fd < 0 || !len
	               ? 0
	               : sv_write(opener->fd, data, len, opener->fd_name);
}

/* a whole piece, or the rest */
static int open_piece(struct opener *opener)
{
	size_t len = opener->had;
	int rc;

	if (opener->over)
		return sv_fail(EX_DATAERR, "it goes on behind its end");
	rc = seal_open_piece(&opener->seal, opener->in, len, opener->out,
	                     &opener->over);
	opener->had = 0;
	return rc ? rc : give(opener, opener->out, len - SEAL_MORE);
}

/* What is there is taken when a header's or a piece's worth of it is. */
static int take(struct opener *opener)
{
	int rc = 0;

	if (!opener->begun && opener->had == SEAL_HEADER) {
		opener->begun = true;
		opener->sealed = seal_is(opener->in, opener->had);
		if (opener->sealed)
			rc = seal_open(&opener->seal, opener->ring,
			               opener->name, opener->in);
		else
			rc = give(opener, opener->in, opener->had);
		opener->had = 0;
	} else if (opener->begun && opener->sealed && opener->had == WHOLE) {
		rc = open_piece(opener);
	} else if (opener->begun && !opener->sealed && opener->had) {
		rc = give(opener, opener->in, opener->had);
		opener->had = 0;
	}
	return rc;
}

int opener_feed(void *arg, const void *bytes, size_t len)
{
	struct opener *opener = arg;
	const unsigned char *from = bytes;
	int rc = 0;

	while (!rc && len) {
		size_t room =
			(opener->begun ? WHOLE : SEAL_HEADER) - opener->had;
		size_t n = len < room ? len : room;

		memcpy(opener->in + opener->had, from, n);
		opener->had += n;
		from += n;
		len -= n;
		rc = take(opener);
	}
	return rc;
}

int opener_end(struct opener *opener, char hex[SV_SHA256_HEX])
{
	unsigned char digest[SV_SHA256];
	int rc = 0;

	if (!opener->begun && !seal_is(opener->in, opener->had))
		rc = give(opener, opener->in, opener->had);
	else if (!opener->begun)
		rc = sv_fail(EX_DATAERR, "it ends within its header");
	else if (opener->sealed && opener->had)
		rc = open_piece(opener);
	if (!rc && opener->sealed && !opener->over)
		rc = sv_fail(EX_DATAERR, "it was cut short");
	EVP_DigestFinal_ex(opener->hash, digest, NULL);
	sv_hex(digest, sizeof digest, hex);
	return rc;
}
