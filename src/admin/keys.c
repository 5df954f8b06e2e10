/* keys: sv-admin keygen and sv-admin verify */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/audit.h"
#include "lib/buf.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/secret.h"

#include "src/admin/report.h"

enum { REPORT_MAX = 16 << 20, SEED_HEX = 2 * crypto_sign_SEEDBYTES + 1 };

static int put_keys(const char *path, const char *beside, char *seed)
{
	char public_key[PERSON_HASH + 1];
	int rc = 0;

	if (!report_public(seed, public_key))
		rc = sv_fail(EX_SOFTWARE, "no key could be made");
	seed[SEED_HEX - 1] = '\n';
	if (!rc)
		rc = sv_file_replace(path, seed, SEED_HEX, 0600);
	if (!rc) {
		public_key[PERSON_HASH - 1] = '\n';
		rc = sv_file_replace(beside, public_key, PERSON_HASH, 0644);
	}
	if (!rc)
		printf("%.*s\n", PERSON_HASH - 1, public_key);
	return rc;
}

int keygen(struct admin *admin, char **operands, int n)
{
	unsigned char bytes[crypto_sign_SEEDBYTES];
	char seed[SEED_HEX];
	char *beside;
	int rc;

	(void)admin;
	if (n != 1)
		return sv_fail(EX_USAGE, "keygen FILE: the key to be made");
	if (sodium_init() < 0)
		return sv_fail(EX_SOFTWARE, "libsodium does not start");
	if (!access(operands[0], F_OK))
		return sv_fail(EX_CANTCREAT,
		               "%s: there is a file already: a key that is "
		               "lost cannot be made again",
		               operands[0]);
	beside = sv_format("%s.pub", operands[0]);
	randombytes_buf(bytes, sizeof bytes);
	sv_hex(bytes, sizeof bytes, seed);
	rc = put_keys(operands[0], beside, seed);
	sodium_memzero(bytes, sizeof bytes);
	sodium_memzero(seed, sizeof seed);
	free(beside);
	return rc;
}

/* of --key, or that of our own key */
static int find_public(const struct admin *admin, char key[PERSON_HASH])
{
	struct sv_buf text = { .max = 256 };
	char *seed = NULL;
	int rc;

	if (admin->public_key) {
		rc = sv_file_read(admin->public_key, &text);
		if (!rc)
			snprintf(key, PERSON_HASH, "%.*s",
			         (int)strcspn(sv_buf_str(&text), "\r\n"),
			         sv_buf_str(&text));
		sv_buf_release(&text);
		return rc;
	}
	rc = sv_secret("SV_ADMIN_KEY", &seed);
	if (!rc && !seed)
		rc = sv_fail(EX_USAGE, "whose report? Say --key FILE.pub, or "
		                       "set SV_ADMIN_KEY_FILE");
	if (!rc && !report_public(seed, key))
		rc = sv_fail(EX_CONFIG,
		             "SV_ADMIN_KEY: not a key of sv-admin keygen");
	sv_secret_free(seed);
	return rc;
}

static int load(const char *path, json_t **report)
{
	struct sv_buf text = { .max = REPORT_MAX };
	int rc = sv_file_read(path, &text);

	if (!rc) {
		*report = json_loadb(sv_buf_str(&text), text.len,
		                     JSON_REJECT_DUPLICATES, NULL);
		if (!json_is_object(*report))
			rc = sv_fail(EX_DATAERR, "no signed report");
	}
	sv_buf_release(&text);
	return rc;
}

/* The log must still have the line that was its last one then. */
static int check_log(struct admin *admin, json_t *report)
{
	struct sv_audit_head known = { 0 }, head;
	const char *digest = NULL;
	json_int_t id = 0;
	int rc = admin_open(admin, false);

	if (!rc && json_unpack(report, "{s:{s:I, s:s}}", "audit", "id", &id,
	                       "digest", &digest))
		rc = sv_fail(EX_DATAERR, "the report tells no audit log");
	if (rc)
		return rc;
	known.id = id;
	strncat(known.digest, digest, sizeof known.digest - 1);
	return sv_audit_check(admin->store, &known, &head);
}

static int say(const char *path, json_t *report)
{
	const char *kind = "", *time = "", *who = "", *host = "";

	json_unpack(report, "{s?s, s?s, s?s, s?s}", "report", &kind, "time",
	            &time, "who", &who, "host", &host);
	printf("%s: good: %s, %s, by %s at %s\n", path, kind, time, who, host);
	return 0;
}

int verify(struct admin *admin, char **operands, int n)
{
	char key[PERSON_HASH] = "";
	json_t *report = NULL;
	int rc;

	if (n != 1)
		return sv_fail(EX_USAGE, "verify REPORT: one file");
	rc = find_public(admin, key);
	if (!rc)
		rc = load(operands[0], &report);
	if (!rc)
		rc = report_check(report, key);
	if (!rc && admin->dsn)
		rc = check_log(admin, report);
	if (rc)
		rc = sv_fail(rc, "%s: %s", operands[0], sv_why());
	else
		rc = say(operands[0], report);
	json_decref(report);
	return rc;
}
