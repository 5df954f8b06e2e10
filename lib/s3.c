/* s3: an S3-compatible store as an engine that keeps objects */
#include "lib/s3.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"

enum { TRIES = 5, IDLE_MS = 30000 };

static const char *const settings[] = { "url",   "bucket",  "region",  "prefix",
	                                "sse",   "sse-key", "class",   "verify",
	                                "tries", "idle",    "ca",      "cert",
	                                "key",   "proxy",   "connect", NULL };

static const char *setting(const struct sv_list *list, const char *key)
{
	const char *value = sv_setting(list, "s3", key);

	return value && *value ? value : NULL;
}

/* --- keys --- */

static int need(const char *name, char **value)
{
	int rc = sv_secret(name, value);

	if (!rc && !*value)
		rc = sv_fail(EX_CONFIG, "s3: no %s: set it, or %s_FILE", name,
		             name);
	return rc;
}

static int read_keys(struct sv_depot *depot)
{
	int rc = need("SV_S3_KEY_ID", &depot->id);

	if (!rc)
		rc = need("SV_S3_SECRET", &depot->secret);
	if (!rc)
		rc = sv_secret("SV_S3_TOKEN", &depot->token);
	if (!rc && strpbrk(depot->id, " ,/="))
		rc = sv_fail(EX_CONFIG, "s3: SV_S3_KEY_ID is no id of a key");
	return rc;
}

/* --- settings --- */

/* what S3 takes, and nothing that would need care in a path or a signature */
static bool is_name(const char *name, const char *more)
{
	for (const char *p = name; *p; p++) {
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		      (*p >= '0' && *p <= '9') || strchr(more, *p)))
			return false;
	}
	return *name && strlen(name) < S3_CODE;
}

static int read_bucket(struct sv_depot *depot, const struct sv_list *list)
{
	const char *bucket = setting(list, "bucket");
	const char *region = setting(list, "region");
	const char *prefix = setting(list, "prefix");

	if (!bucket)
		return sv_fail(EX_CONFIG, "s3: no bucket: set SV_S3_BUCKET or "
		                          "-p bucket=NAME");
	if (!is_name(bucket, "-._") || *bucket == '.')
		return sv_fail(EX_CONFIG, "s3: '%s' is no name of a bucket",
		               bucket);
	if (region && !is_name(region, "-"))
		return sv_fail(EX_CONFIG, "s3: '%s' is no region", region);
	depot->bucket = sv_strdup(bucket);
	depot->region = sv_strdup(region ? region : "us-east-1");
	if (prefix && sv_depot_key_check(prefix))
		return sv_fail(EX_CONFIG,
		               "s3: '%s' cannot be a prefix: names between "
		               "single slashes, no slash at its ends",
		               prefix);
	depot->prefix = prefix ? sv_format("%s/", prefix) : sv_strdup("");
	depot->place = sv_format("s3://%s%s%s", bucket, prefix ? "/" : "",
	                         prefix ? prefix : "");
	return 0;
}

static int read_encryption(struct sv_depot *depot, const struct sv_list *list)
{
	const char *sse = setting(list, "sse");
	const char *key = setting(list, "sse-key");
	const char *class = setting(list, "class");

	if (sse && strcmp(sse, "AES256") != 0 && strcmp(sse, "aws:kms") != 0)
		return sv_fail(EX_CONFIG,
		               "s3: sse is AES256 or aws:kms, not '%s'", sse);
	if (key && (!sse || strcmp(sse, "aws:kms") != 0))
		return sv_fail(EX_CONFIG, "s3: sse-key goes with sse=aws:kms");
	if (key && !is_name(key, "-_:/."))
		return sv_fail(EX_CONFIG, "s3: '%s' is no key's id", key);
	if (class && !is_name(class, "_-"))
		return sv_fail(EX_CONFIG, "s3: '%s' is no storage class",
		               class);
	depot->sse = sv_strdup(sse);
	depot->sse_key = sv_strdup(key);
	depot->class = sv_strdup(class);
	return 0;
}

static int read_rest(struct sv_depot *depot, const struct sv_list *list)
{
	const char *verify = setting(list, "verify");
	int rc = sv_setting_ms(list, "s3", "idle", &depot->idle_ms);

	if (!rc)
		rc = sv_setting_int(list, "s3", "tries", &depot->tries);
	if (!rc && !depot->tries)
		rc = sv_fail(EX_CONFIG, "s3: tries is 1 or more");
	if (!rc && verify && strcmp(verify, "head") != 0 &&
	    strcmp(verify, "download") != 0)
		rc = sv_fail(EX_CONFIG,
		             "s3: verify is head or download, not '%s'",
		             verify);
	depot->download = verify && !strcmp(verify, "download");
	return rc;
}

/* --- where it is --- */

/* The host as it is to be sent, without a port that goes without saying; what
 * of the path stands before the bucket's name is part of root. */
static int read_url(struct sv_depot *depot)
{
	char *url = depot->service.url, *host, *path;
	const char *usual = sv_service_tls(&depot->service) ? ":443" : ":80";
	size_t len, tail = strlen(usual);

	if (strncmp(url, "http", 4) != 0)
		return sv_fail(EX_CONFIG,
		               "s3: %s: this is no https:// or http://", url);
	host = strstr(url, "://") + 3;
	len = strcspn(host, "/");
	path = host + len;
	if (len > tail && !strncmp(path - tail, usual, tail))
		len -= tail;
	depot->host = sv_format("Host: %.*s", (int)len, host);
	depot->root = sv_format("%s/%s", path, depot->bucket);
	*path = '\0';
	return 0;
}

static void s3_close(struct sv_depot *depot)
{
	if (!depot)
		return;
	sv_http_free(depot->http);
	if (depot->loop)
		sv_loop_free(depot->loop);
	sv_service_release(&depot->service);
	free(depot->host);
	free(depot->root);
	free(depot->bucket);
	free(depot->prefix);
	free(depot->place);
	free(depot->region);
	free(depot->sse);
	free(depot->sse_key);
	free(depot->class);
	sv_secret_free(depot->id);
	sv_secret_free(depot->secret);
	sv_secret_free(depot->token);
	free(depot);
}

static int s3_open(struct sv_depot **made, const struct sv_list *list)
{
	struct sv_depot *depot = sv_alloc(sizeof *depot);
	int rc;

	*made = depot;
	depot->tries = TRIES;
	depot->idle_ms = IDLE_MS;
	rc = sv_service_init(&depot->service, "s3", list, NULL);
	if (!rc)
		rc = read_bucket(depot, list);
	if (!rc)
		rc = read_url(depot);
	if (!rc)
		rc = read_encryption(depot, list);
	if (!rc)
		rc = read_rest(depot, list);
	if (!rc)
		rc = read_keys(depot);
	if (!rc) {
		depot->loop = sv_loop_new();
		rc = sv_http_new(&depot->http, depot->loop);
	}
	if (!rc)
		return 0;
	s3_close(depot);
	*made = NULL;
	return rc;
}

static const char *s3_place(const struct sv_depot *depot)
{
	return depot->place;
}

const struct sv_depot_engine sv_depot_s3 = {
	.name = "s3",
	.about = "an S3-compatible store (SV_S3_KEY_ID, SV_S3_SECRET)",
	.settings = settings,
	.open = s3_open,
	.close = s3_close,
	.place = s3_place,
	.put = s3_put,
	.head = s3_head,
	.get = s3_get,
	.remove = s3_remove,
	.list = s3_list,
	.tidy = s3_tidy,
};
