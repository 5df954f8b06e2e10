/* seal: objects that only we can read */
#include "src/archive/seal.h"

#include <string.h>

#include "lib/fail.h"

enum {
	VERSION = 1,
	AT_VERSION = 8,
	AT_ID = 16,
	AT_SALT = 32,
	STREAM_KEY = crypto_secretstream_xchacha20poly1305_KEYBYTES,
	STREAM_HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
};

static const unsigned char magic[AT_VERSION] = "SVSEALED";

_Static_assert(sizeof magic == AT_VERSION, "no NUL");

int64_t seal_size(int64_t bytes)
{
	int64_t pieces = (bytes + SEAL_PIECE - 1) / SEAL_PIECE;

	return SEAL_HEADER + bytes + SEAL_MORE * (pieces ? pieces : 1);
}

static void make_salt(const struct ring_key *key, const char *name,
                      const unsigned char sha256[SV_SHA256],
                      unsigned char salt[SEAL_SALT])
{
	static const unsigned char purpose[] = "sales-voice salt 1";
	crypto_generichash_state state;

	crypto_generichash_init(&state, key->key, sizeof key->key, SEAL_SALT);
	crypto_generichash_update(&state, purpose, sizeof purpose);
	crypto_generichash_update(&state, sha256, SV_SHA256);
	crypto_generichash_update(&state, (const unsigned char *)name,
	                          strlen(name));
	crypto_generichash_final(&state, salt, SEAL_SALT);
}

/* The state that both ends begin with. init_pull() is what makes it of a
 * header that is given: init_push() would make one by chance, and is otherwise
 * the same (libsodium, crypto_secretstream/xchacha20poly1305). */
static int begin(struct seal *seal, const struct ring_key *key,
                 const unsigned char header[SEAL_HEADER], const char *name)
{
	unsigned char made[STREAM_KEY + STREAM_HEADER];
	int rc;

	*seal = (struct seal){ .name = name };
	crypto_generichash(made, sizeof made, header, SEAL_HEADER, key->key,
	                   sizeof key->key);
	rc = crypto_secretstream_xchacha20poly1305_init_pull(
		&seal->state, made + STREAM_KEY, made);
	sodium_memzero(made, sizeof made);
	return rc ? sv_fail(EX_SOFTWARE, "libsodium takes no key") : 0;
}

void seal_begin(struct seal *seal, const struct ring_key *key, const char *name,
                const unsigned char sha256[SV_SHA256],
                unsigned char header[SEAL_HEADER])
{
	memset(header, 0, SEAL_HEADER);
	memcpy(header, magic, sizeof magic);
	header[AT_VERSION] = VERSION;
	memcpy(header + AT_ID, key->id, strlen(key->id));
	make_salt(key, name, sha256, header + AT_SALT);
	begin(seal, key, header, name);
}

/* what the first piece vouches for */
static const unsigned char *more(const struct seal *seal, size_t *len)
{
	*len = seal->begun ? 0 : strlen(seal->name);
	return seal->begun ? NULL : (const unsigned char *)seal->name;
}

void seal_piece(struct seal *seal, const unsigned char *data, size_t len,
                bool last, unsigned char *out)
{
	size_t extra;
	const unsigned char *name = more(seal, &extra);

	crypto_secretstream_xchacha20poly1305_push(
		&seal->state, out, NULL, data, len, name, extra,
		last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
		     : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
	seal->begun = true;
}

bool seal_is(const void *data, size_t len)
{
	return len >= sizeof magic && !memcmp(data, magic, sizeof magic);
}

int seal_open(struct seal *seal, const struct ring *ring, const char *name,
              const unsigned char header[SEAL_HEADER])
{
	static const unsigned char zeros[AT_ID - AT_VERSION - 1];
	const struct ring_key *key;
	char id[RING_ID] = "";

	if (!seal_is(header, SEAL_HEADER))
		return sv_fail(EX_DATAERR, "it is not sealed by sv-archive");
	if (header[AT_VERSION] != VERSION ||
	    memcmp(header + AT_VERSION + 1, zeros, sizeof zeros) != 0)
		return sv_fail(EX_DATAERR,
		               "it is sealed in a way of version %d, which "
		               "this program does not know",
		               header[AT_VERSION]);
	memcpy(id, header + AT_ID, RING_ID - 1);
	key = ring_find(ring, id);
	return key ? begin(seal, key, header, name) : EX_CONFIG;
}

int seal_open_piece(struct seal *seal, const unsigned char *data, size_t len,
                    unsigned char *out, bool *last)
{
	size_t extra;
	const unsigned char *name = more(seal, &extra);
	unsigned char tag = 0;

	if (len < SEAL_MORE ||
	    crypto_secretstream_xchacha20poly1305_pull(
		    &seal->state, out, NULL, &tag, data, len, name, extra))
		return sv_fail(EX_DATAERR,
		               "it was altered, or sealed under another name");
	seal->begun = true;
	*last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return 0;
}
