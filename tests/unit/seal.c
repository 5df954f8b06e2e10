/*
 * seal: what is sealed comes back, and nothing else does
 *
 * uses: src/archive/seal.c src/archive/ring.c src/archive/opener.c
 */
#include "src/archive/seal.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/archive/opener.h"
#include "tests/unit/tap.h"

#define OLD "old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define NEW "new:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="

enum { MOST = 3 * SEAL_PIECE };

static struct ring ring;

/* the object that `bytes` of a pattern make, yours */
static unsigned char *sealed(size_t bytes, const char *name, size_t *len)
{
	unsigned char *data = sv_alloc(bytes + 1), sum[SV_SHA256], *out;
	struct seal seal;
	size_t at = 0;

	for (size_t i = 0; i < bytes; i++)
		data[i] = (unsigned char)(i * 7 + i / 256);
	sv_sha256(data, bytes, sum);
	out = sv_alloc((size_t)seal_size((int64_t)bytes));
	seal_begin(&seal, &ring.keys[0], name, sum, out);
	*len = SEAL_HEADER;
	do {
		size_t n = bytes - at < SEAL_PIECE ? bytes - at : SEAL_PIECE;

		seal_piece(&seal, data + at, n, at + n == bytes, out + *len);
		at += n;
		*len += n + SEAL_MORE;
	} while (at < bytes);
	free(data);
	return out;
}

/* the code that opening it ends with; hex of what came */
static int opened(const unsigned char *data, size_t len, const char *name,
                  size_t piece, char hex[SV_SHA256_HEX])
{
	struct opener opener;
	int rc = 0, code;

	opener_init(&opener, &ring, name, -1, "");
	for (size_t at = 0; !rc && at < len; at += piece)
		rc = opener_feed(&opener, data + at,
		                 len - at < piece ? len - at : piece);
	code = rc ? rc : opener_end(&opener, hex);
	opener_release(&opener);
	return code;
}

static void there_and_back(void)
{
	static const size_t sizes[] = { 0,          1,
		                        SEAL_PIECE, SEAL_PIECE + 1,
		                        MOST - 1,   MOST };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		char whole[SV_SHA256_HEX], bits[SV_SHA256_HEX];
		size_t len;
		unsigned char *data = sealed(sizes[i], "a.flac", &len);

		ok((int64_t)len == seal_size((int64_t)sizes[i]));
		ok(!opened(data, len, "a.flac", len, whole));
		ok(!opened(data, len, "a.flac", 7, bits));
		is(bits, whole);
		free(data);
	}
}

static void same_again(void)
{
	size_t len, other_len;
	unsigned char *one = sealed(100000, "a.flac", &len);
	unsigned char *again = sealed(100000, "a.flac", &other_len);
	unsigned char *name = sealed(100000, "b.flac", &other_len);

	ok(len == other_len && !memcmp(one, again, len));
	ok(memcmp(one + SEAL_HEADER, name + SEAL_HEADER, 1000) != 0);
	free(one);
	free(again);
	free(name);
}

/* every bit of the header, and some of the rest */
static void altered(void)
{
	char hex[SV_SHA256_HEX];
	size_t len, good = 0, tried = 0;
	unsigned char *data = sealed(SEAL_PIECE + 10, "a.flac", &len);

	for (size_t bit = 0; bit < 8 * len;
	     bit += bit < 8 * (SEAL_HEADER + 20) ? 1 : 4001) {
		data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		/* one of the magic makes it a file that is not sealed */
		good += bit >= 64 && !opened(data, len, "a.flac", len, hex);
		tried++;
		data[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	ok(tried > 700 && !good);
	ok(!opened(data, len, "a.flac", len, hex));
	ok(opened(data, len, "b.flac", len, hex) == EX_DATAERR);
	free(data);
}

static void cut(void)
{
	char hex[SV_SHA256_HEX];
	size_t len, good = 0;
	unsigned char *data = sealed(2 * SEAL_PIECE, "a.flac", &len);

	for (size_t n = 8; n < len; n += n < 100 ? 1 : 501)
		good += !opened(data, n, "a.flac", len, hex);
	ok(!good);
	ok(opened(data, SEAL_HEADER + SEAL_PIECE + SEAL_MORE, "a.flac", len,
	          hex) == EX_DATAERR);
	is(sv_why(), "it was cut short");
	data = sv_realloc(data, len + 1);
	data[len] = 0;
	ok(opened(data, len + 1, "a.flac", len, hex) == EX_DATAERR);
	is(sv_why(), "it goes on behind its end");
	free(data);
}

/* what is not sealed passes as it is */
static void plain(void)
{
	char hex[SV_SHA256_HEX];

	ok(!opened((const unsigned char *)"fLaC", 4, "a.flac", 1, hex));
	ok(!opened((const unsigned char *)"", 0, "a.flac", 1, hex));
	is(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852"
	        "b855");
}

static void keys(void)
{
	struct ring other;
	char hex[SV_SHA256_HEX];
	size_t len;
	unsigned char *data = sealed(10, "a.flac", &len);

	ring_close(&ring);
	setenv("SV_SEAL_KEY", NEW " " OLD, 1);
	ok(!ring_open(&ring) && ring.n == 2);
	is(ring.keys[0].id, "new");
	ok(!opened(data, len, "a.flac", len, hex));
	free(data);
	setenv("SV_SEAL_KEY", NEW, 1);
	ok(!ring_open(&other) && other.n == 1);
	ok(!ring_find(&other, "old"));
	ring_close(&other);
	setenv("SV_SEAL_KEY", NEW "," NEW, 1);
	ok(ring_open(&other) == EX_CONFIG);
	ring_close(&other);
	unsetenv("SV_SEAL_KEY");
	ok(!ring_open(&other) && !other.n);
	ring_close(&other);
}

int main(void)
{
	setenv("SV_SEAL_KEY", OLD, 1);
	ok(!ring_open(&ring));
	there_and_back();
	same_again();
	altered();
	cut();
	plain();
	keys();
	ring_close(&ring);
	return tap_end();
}
