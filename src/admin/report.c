/* report: what was deleted, signed */
#include "src/admin/report.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/audit.h"
#include "lib/clock.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/secret.h"
#include "lib/ulid.h"

/* so that no signature of ours means anything else somewhere else */
#define PURPOSE "sales-voice report 1\n"

enum { SEED_HEX = 2 * crypto_sign_SEEDBYTES };

static bool from_hex(const char *hex, unsigned char *bytes, size_t len)
{
	size_t got;

	return sodium_hex2bin(bytes, len, hex, strlen(hex), NULL, &got, NULL) ==
	               0 &&
	       got == len;
}

static int load_seed(char **seed)
{
	unsigned char bytes[crypto_sign_SEEDBYTES];
	int rc;

	if (sodium_init() < 0)
		return sv_fail(EX_SOFTWARE, "libsodium does not start");
	rc = sv_secret("SV_ADMIN_KEY", seed);
	if (!rc && !*seed)
		return sv_fail(EX_CONFIG,
		               "no key to sign with: make one with sv-admin "
		               "keygen FILE, and set SV_ADMIN_KEY_FILE");
	if (!rc && !from_hex(*seed, bytes, sizeof bytes))
		rc = sv_fail(EX_CONFIG,
		             "SV_ADMIN_KEY: not a key of sv-admin keygen");
	sodium_memzero(bytes, sizeof bytes);
	if (rc) {
		sv_secret_free(*seed);
		*seed = NULL;
	}
	return rc;
}

int report_ready(const char *path)
{
	char *seed = NULL;
	int rc = load_seed(&seed);

	sv_secret_free(seed);
	if (!rc && !access(path, F_OK))
		rc = sv_fail(EX_CANTCREAT, "%s: there is a report already",
		             path);
	return rc;
}

/* The same bytes for the same report, however it is laid out. Yours. */
static char *canonical(const json_t *report)
{
	char *text = json_dumps(report, JSON_COMPACT | JSON_SORT_KEYS |
	                                        JSON_ENSURE_ASCII);
	char *whole = text ? sv_format(PURPOSE "%s", text) : NULL;

	free(text);
	return whole;
}

static void pair_of(const unsigned char *seed, unsigned char *public_key,
                    unsigned char *secret)
{
	crypto_sign_seed_keypair(public_key, secret, seed);
}

bool report_public(const char *seed, char public_key[PERSON_HASH])
{
	unsigned char bytes[crypto_sign_SEEDBYTES];
	unsigned char ours[crypto_sign_PUBLICKEYBYTES];
	unsigned char secret[crypto_sign_SECRETKEYBYTES];

	if (sodium_init() < 0 || !from_hex(seed, bytes, sizeof bytes))
		return false;
	pair_of(bytes, ours, secret);
	sv_hex(ours, sizeof ours, public_key);
	sodium_memzero(bytes, sizeof bytes);
	sodium_memzero(secret, sizeof secret);
	return true;
}

bool report_sign(json_t *report, const char *seed)
{
	unsigned char bytes[crypto_sign_SEEDBYTES];
	unsigned char ours[crypto_sign_PUBLICKEYBYTES];
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	unsigned char sum[crypto_sign_BYTES];
	char key_hex[PERSON_HASH], sum_hex[2 * crypto_sign_BYTES + 1];
	char *text;

	if (sodium_init() < 0 || !from_hex(seed, bytes, sizeof bytes))
		return false;
	text = canonical(report);
	pair_of(bytes, ours, secret);
	if (text)
		crypto_sign_detached(sum, NULL, (const unsigned char *)text,
		                     strlen(text), secret);
	sodium_memzero(bytes, sizeof bytes);
	sodium_memzero(secret, sizeof secret);
	if (!text)
		return false;
	free(text);
	sv_hex(ours, sizeof ours, key_hex);
	sv_hex(sum, sizeof sum, sum_hex);
	json_object_set_new(report, "signature",
	                    json_pack("{s:s, s:s, s:s}", "algorithm", "ed25519",
	                              "key", key_hex, "value", sum_hex));
	return true;
}

int report_check(json_t *report, const char *public_key)
{
	unsigned char key[crypto_sign_PUBLICKEYBYTES];
	unsigned char sum[crypto_sign_BYTES];
	const char *algorithm = NULL, *by = NULL, *value = NULL;
	json_t *signature = json_object_get(report, "signature");
	char *text;
	int bad;

	if (sodium_init() < 0)
		return sv_fail(EX_SOFTWARE, "libsodium does not start");
	if (!from_hex(public_key, key, sizeof key))
		return sv_fail(EX_CONFIG,
		               "not a public key of sv-admin keygen");
	if (json_unpack(signature, "{s:s, s:s, s:s}", "algorithm", &algorithm,
	                "key", &by, "value", &value) ||
	    strcmp(algorithm, "ed25519") != 0 ||
	    !from_hex(value, sum, sizeof sum))
		return sv_fail(EX_DATAERR, "no signed report");
	if (strcasecmp(by, public_key) != 0)
		return sv_fail(EX_DATAERR, "signed by another key, %s", by);
	json_incref(signature);
	json_object_del(report, "signature");
	text = canonical(report);
	json_object_set_new(report, "signature", signature);
	bad = !text ||
	      crypto_sign_verify_detached(sum, (const unsigned char *)text,
	                                  strlen(text), key);
	free(text);
	return bad ? sv_fail(EX_DATAERR,
	                     "the signature does not fit: the report was "
	                     "changed")
	           : 0;
}

int report_person(const char *e164, char hash[PERSON_HASH])
{
	unsigned char key[crypto_generichash_KEYBYTES];
	unsigned char sum[crypto_generichash_BYTES];
	static const char purpose[] = "sales-voice person 1";
	char *seed = NULL;
	int rc = load_seed(&seed);

	if (rc || !seed)
		return rc;
	crypto_generichash(key, sizeof key, (const unsigned char *)seed,
	                   strlen(seed), (const unsigned char *)purpose,
	                   strlen(purpose));
	crypto_generichash(sum, sizeof sum, (const unsigned char *)e164,
	                   strlen(e164), key, sizeof key);
	sv_hex(sum, sizeof sum, hash);
	sodium_memzero(key, sizeof key);
	sv_secret_free(seed);
	return 0;
}

static void add_common(struct admin *admin, json_t *report,
                       const struct sv_audit_head *head)
{
	char id[SV_ULID_LEN], time[SV_TIME_LEN], host[256] = "";
	char *who = sv_audit_person();

	sv_ulid(id);
	sv_time_format(admin->now_ms, time);
	gethostname(host, sizeof host - 1);
	json_object_update_new(
		report,
		json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:{s:I, s:s}}", "v",
	                  1, "id", id, "time", time, "who", who, "host", host,
	                  "program", "sv-admin " SV_VERSION, "audit", "id",
	                  (json_int_t)head->id, "digest", head->digest));
	free(who);
}

int report_put(struct admin *admin, const char *path, json_t *report)
{
	struct sv_audit_head head;
	char *seed = NULL, *text = NULL;
	int rc = load_seed(&seed);

	if (!rc)
		rc = sv_audit_head(admin->store, &head);
	if (!rc) {
		add_common(admin, report, &head);
		if (report_sign(report, seed))
			text = json_dumps(report, JSON_INDENT(2));
		if (!text)
			rc = sv_fail(EX_SOFTWARE, "no report could be made");
	}
	if (!rc)
		rc = sv_file_replace(path, text, strlen(text), 0644);
	json_decref(report);
	sv_secret_free(seed);
	free(text);
	return rc;
}
