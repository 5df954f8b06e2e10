/* s3_object: one object, looked at, fetched, removed */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/s3.h"

enum { PROGRESS = 1 << 20, VERSIONS = 1000 };

/* --- head --- */

int s3_look(struct sv_depot *depot, const char *key, struct s3_answer *answer)
{
	const struct s3_ask ask = { .method = "HEAD", .key = key };
	int rc = sv_depot_key_check(key);

	if (!rc)
		rc = s3_ask(depot, &ask, answer);
	if (!rc && answer->bytes < 0)
		rc = sv_fail(EX_UNAVAILABLE,
		             "s3: HEAD %s: the service says no length", key);
	return rc;
}

int s3_head(struct sv_depot *depot, const char *key,
            struct sv_depot_object *object)
{
	struct s3_answer answer;
	int rc = s3_look(depot, key, &answer);

	*object = (struct sv_depot_object){ .bytes = 0 };
	if (rc)
		return rc;
	snprintf(object->key, sizeof object->key, "%s", key);
	snprintf(object->sha256, sizeof object->sha256, "%s", answer.sha256);
	object->bytes = answer.bytes;
	object->modified_ms = answer.modified_ms;
	return 0;
}

/* --- get --- */

/* An object on its way to us. What was cut short goes on where it was cut. */
struct fetch {
	const char *key;
	int (*data)(void *arg, const void *bytes, size_t len);
	void *arg;
	struct s3_answer answer;
	EVP_MD_CTX *hash;
	int64_t had, skip; /* bytes; those that come again */
	int code;          /* what data() said */
	char etag[S3_ETAG], sha256[SV_SHA256_HEX];
};

static int on_bytes(void *arg, const char *data, size_t len)
{
	struct fetch *fetch = arg;
	size_t again = 0;

	if (fetch->skip > 0) {
		again = (int64_t)len < fetch->skip ? len : (size_t)fetch->skip;
		fetch->skip -= (int64_t)again;
	}
	if (again == len)
		return 0;
	EVP_DigestUpdate(fetch->hash, data + again, len - again);
	fetch->had += (int64_t)(len - again);
	fetch->code = fetch->data(fetch->arg, data + again, len - again);
	return fetch->code;
}

/* Who does not know of ranges sends all of it. */
static int on_piece(void *arg, const char *data, size_t len)
{
	struct fetch *fetch = arg;

	if (fetch->answer.status == 200 && fetch->skip < 0)
		fetch->skip = fetch->had;
	else if (fetch->skip < 0)
		fetch->skip = 0;
	return on_bytes(fetch, data, len);
}

static int fetch_once(struct sv_depot *depot, struct fetch *fetch)
{
	const struct s3_answer *answer = &fetch->answer;
	char *range = sv_format("Range: bytes=%lld-", (long long)fetch->had);
	char *match = sv_format("If-Match: \"%s\"", fetch->etag);
	const char *const more[] = { range, match, NULL };
	const struct s3_ask ask = { .method = "GET",
		                    .key = fetch->key,
		                    .headers = fetch->had ? more : NULL,
		                    .data = on_piece,
		                    .arg = fetch };
	int rc;

	fetch->skip = -1;
	rc = s3_ask(depot, &ask, &fetch->answer);
	if (!*fetch->etag && answer->status == 200) {
		snprintf(fetch->etag, sizeof fetch->etag, "%s", answer->etag);
		snprintf(fetch->sha256, sizeof fetch->sha256, "%s",
		         answer->sha256);
	}
	free(range);
	free(match);
	return rc;
}

static int fetch_all(struct sv_depot *depot, struct fetch *fetch)
{
	int64_t before = 0;
	int rc = fetch_once(depot, fetch);

	for (int tries = 1; rc == EX_TEMPFAIL && !fetch->code && fetch->had &&
	                    *fetch->etag && tries < depot->tries;
	     tries++) {
		if (!s3_wait(depot, tries, -1))
			break;
		if (fetch->had - before > PROGRESS)
			tries = 0;
		before = fetch->had;
		rc = fetch_once(depot, fetch);
	}
	return rc == EX_CANTCREAT
	               ? sv_fail(EX_TEMPFAIL, "s3: %s changed while it came",
	                         fetch->key)
	               : rc;
}

int s3_get(struct sv_depot *depot, const char *key,
           int (*data)(void *arg, const void *bytes, size_t len), void *arg)
{
	struct fetch fetch = { .key = key, .data = data, .arg = arg };
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX];
	int rc = sv_depot_key_check(key);

	if (rc)
		return rc;
	fetch.hash = EVP_MD_CTX_new();
	EVP_DigestInit_ex(fetch.hash, EVP_sha256(), NULL);
	rc = fetch_all(depot, &fetch);
	EVP_DigestFinal_ex(fetch.hash, digest, NULL);
	EVP_MD_CTX_free(fetch.hash);
	sv_hex(digest, sizeof digest, hex);
	if (!rc && *fetch.sha256 && strcmp(hex, fetch.sha256) != 0)
		rc = sv_fail(EX_DATAERR,
		             "s3: %s: what came is not what was put there: "
		             "it was altered, there or on the way",
		             key);
	return rc;
}

/* --- remove --- */

/* the versions of a key, as they are listed */
struct versions {
	const char *key; /* with the prefix */
	char *now, *id;
	char *ids[VERSIONS];
	int n;
};

static void keep(char **to, const char *text)
{
	free(*to);
	*to = sv_strdup(text);
}

static int each_version(void *arg, const char *path, const char *text)
{
	struct versions *versions = arg;
	const char *last = strrchr(path, '/');

	if (strncmp(path, "ListVersionsResult/", 19) != 0)
		return 0;
	if (!strcmp(last, "/Key"))
		keep(&versions->now, text);
	else if (!strcmp(last, "/VersionId"))
		keep(&versions->id, text);
	else if ((!strcmp(last, "/Version") ||
	          !strcmp(last, "/DeleteMarker")) &&
	         versions->now && versions->id && versions->n < VERSIONS &&
	         !strcmp(versions->now, versions->key))
		versions->ids[versions->n++] = sv_strdup(versions->id);
	return 0;
}

static int remove_version(struct sv_depot *depot, const char *key,
                          const char *id)
{
	const struct s3_ask ask = { .method = "DELETE",
		                    .key = key,
		                    .query = { { "versionId", id } } };
	struct s3_answer answer;
	int rc = s3_ask(depot, &ask, &answer);

	return rc == EX_NOINPUT ? 0 : rc;
}

/* A bucket with versions only hides what is removed. */
static int remove_versions(struct sv_depot *depot, const char *key)
{
	char *whole = sv_format("%s%s", depot->prefix, key);
	int rc = 0, n = 1;

	while (!rc && n) {
		struct versions *versions = sv_alloc(sizeof *versions);
		const struct s3_ask ask = {
			.method = "GET",
			.query = { { "prefix", whole }, { "versions", "" } },
			.each = each_version,
			.arg = versions,
		};
		struct s3_answer answer;

		versions->key = whole;
		rc = s3_ask(depot, &ask, &answer);
		n = versions->n;
		for (int i = 0; i < n; i++) {
			if (!rc)
				rc = remove_version(depot, key,
				                    versions->ids[i]);
			free(versions->ids[i]);
		}
		free(versions->now);
		free(versions->id);
		free(versions);
	}
	free(whole);
	return rc;
}

int s3_remove(struct sv_depot *depot, const char *key)
{
	const struct s3_ask ask = { .method = "DELETE", .key = key };
	struct s3_answer answer;
	int rc = sv_depot_key_check(key);

	if (!rc)
		rc = s3_ask(depot, &ask, &answer);
	if (rc == EX_NOINPUT)
		return 0;
	return !rc && answer.marker ? remove_versions(depot, key) : rc;
}
