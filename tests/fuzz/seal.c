/*
 * A sealed object that nobody sealed: whatever it is, opening it ends, and
 * nothing that bears the magic comes out as ours.
 *
 * uses: src/archive/seal.c src/archive/ring.c src/archive/opener.c
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/archive/opener.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ring ring;
	struct opener opener;
	char hex[SV_SHA256_HEX];
	size_t piece = size ? data[0] % 97 + 1 : 1;
	int rc = 0;

	if (!ring.n) {
		setenv("SV_SEAL_KEY",
		       "k:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 1);
		if (ring_open(&ring))
			abort();
	}
	opener_init(&opener, &ring, "a.flac", -1, "");
	for (size_t at = 0; !rc && at < size; at += piece)
		rc = opener_feed(&opener, data + at,
		                 size - at < piece ? size - at : piece);
	if (!rc)
		rc = opener_end(&opener, hex);
	if (!rc && seal_is(data, size))
		abort();
	opener_release(&opener);
	return 0;
}
