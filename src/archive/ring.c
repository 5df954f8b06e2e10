/* ring: the keys that objects are sealed with */
#include "src/archive/ring.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"

enum { TEXT = 4 * (RING_KEY + 2) / 3 + 2 };

static int start(void)
{
	return sodium_init() < 0
	               ? sv_fail(EX_SOFTWARE, "libsodium does not start")
	               : 0;
}

static bool is_id(const char *id, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!((id[i] >= '0' && id[i] <= '9') ||
		      (id[i] >= 'a' && id[i] <= 'z') ||
		      (id[i] >= 'A' && id[i] <= 'Z') ||
		      (id[i] && strchr("-_.", id[i]))))
			return false;
	}
	return len && len < RING_ID;
}

/* one "ID:KEY"; the sentence repeats nothing that may be part of a key */
static int add(struct ring *ring, const char *text)
{
	struct ring_key *key;
	size_t id = strcspn(text, ":"), len;

	if (ring->n == RING_MAX)
		return sv_fail(EX_CONFIG, "SV_SEAL_KEY: more than %d keys",
		               RING_MAX);
	key = &ring->keys[ring->n];
	if (!text[id] || !is_id(text, id))
		return sv_fail(EX_CONFIG,
		               "SV_SEAL_KEY: key %zu is not ID:KEY as "
		               "sv-archive keygen makes it",
		               ring->n + 1);
	snprintf(key->id, sizeof key->id, "%.*s", (int)id, text);
	if (sodium_base642bin(key->key, sizeof key->key, text + id + 1,
	                      strlen(text + id + 1), NULL, &len, NULL,
	                      sodium_base64_VARIANT_ORIGINAL) ||
	    len != sizeof key->key)
		return sv_fail(EX_CONFIG,
		               "SV_SEAL_KEY: key '%s' is not %d bytes in "
		               "base64",
		               key->id, RING_KEY);
	for (size_t i = 0; i < ring->n; i++) {
		if (!strcmp(ring->keys[i].id, key->id))
			return sv_fail(EX_CONFIG,
			               "SV_SEAL_KEY: two keys are called "
			               "'%s'",
			               key->id);
	}
	sv_secret_known(text + id + 1);
	ring->n++;
	return 0;
}

static int add_all(struct ring *ring, char *text)
{
	char *rest = text, *one;
	int rc = 0;

	ring->keys = sodium_allocarray(RING_MAX, sizeof *ring->keys);
	if (!ring->keys)
		return sv_fail(EX_TEMPFAIL, "no memory for keys");
	while (!rc && (one = strsep(&rest, " ,"))) {
		if (*one)
			rc = add(ring, one);
	}
	if (!rc && !ring->n)
		rc = sv_fail(EX_CONFIG, "SV_SEAL_KEY: no key in it");
	return rc;
}

int ring_open(struct ring *ring)
{
	char *text = NULL;
	int rc = start();

	*ring = (struct ring){ .n = 0 };
	if (!rc)
		rc = sv_secret("SV_SEAL_KEY", &text);
	if (!rc && text)
		rc = add_all(ring, text);
	sv_secret_free(text);
	return rc;
}

void ring_close(struct ring *ring)
{
	sodium_free(ring->keys); /* wipes them */
	*ring = (struct ring){ .n = 0 };
}

const struct ring_key *ring_find(const struct ring *ring, const char *id)
{
	for (size_t i = 0; i < ring->n; i++) {
		if (!strcmp(ring->keys[i].id, id))
			return &ring->keys[i];
	}
	sv_fail(EX_CONFIG,
	        "it is sealed with key '%s', which SV_SEAL_KEY has not", id);
	return NULL;
}

int ring_make(void)
{
	unsigned char key[RING_KEY], id[4];
	char text[TEXT], hex[2 * sizeof id + 1];
	int rc = start();

	if (rc)
		return rc;
	randombytes_buf(key, sizeof key);
	randombytes_buf(id, sizeof id);
	sodium_bin2hex(hex, sizeof hex, id, sizeof id);
	sodium_bin2base64(text, sizeof text, key, sizeof key,
	                  sodium_base64_VARIANT_ORIGINAL);
	rc = printf("%s:%s\n", hex, text) < 0 || fflush(stdout)
	             ? sv_fail(EX_IOERR, "write stdout:")
	             : 0;
	sodium_memzero(key, sizeof key);
	sodium_memzero(text, sizeof text);
	return rc;
}
