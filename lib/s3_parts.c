/* s3_parts: uploads that were begun, and what of them is there already */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/s3.h"

enum { KEY = 1536, STALE = 1000 };

/* --- uploads --- */

struct upload {
	char key[KEY], id[S3_UPLOAD];
	int64_t begun_ms;
};

/* a page of them */
struct uploads {
	const char *key;   /* the newest of this one is wanted; or NULL: */
	int64_t before_ms; /* those that were begun before */
	struct upload now, newest;
	struct upload *stale;
	int n;
};

static void take_upload(struct uploads *uploads)
{
	const struct upload *now = &uploads->now;

	if (!*now->id || !now->begun_ms)
		return;
	if (!uploads->key) {
		if (now->begun_ms < uploads->before_ms && uploads->n < STALE)
			uploads->stale[uploads->n++] = *now;
	} else if (!strcmp(now->key, uploads->key) &&
	           now->begun_ms >= uploads->newest.begun_ms) {
		uploads->newest = *now;
	}
}

static int each_upload(void *arg, const char *path, const char *text)
{
	struct uploads *uploads = arg;
	struct upload *now = &uploads->now;
	const char *name = path + 27;

	if (strncmp(path, "ListMultipartUploadsResult/", 27) != 0)
		return 0;
	if (!strcmp(name, "Upload/Key")) {
		snprintf(now->key, sizeof now->key, "%s", text);
	} else if (!strcmp(name, "Upload/UploadId")) {
		snprintf(now->id, sizeof now->id, "%s",
		         strlen(text) < sizeof now->id ? text : "");
	} else if (!strcmp(name, "Upload/Initiated")) {
		if (sv_time_parse(text, &now->begun_ms))
			now->begun_ms = 0;
	} else if (!strcmp(name, "Upload")) {
		take_upload(uploads);
		*now = (struct upload){ .begun_ms = 0 };
	}
	return 0;
}

static int list_uploads(struct sv_depot *depot, const char *prefix,
                        struct uploads *uploads)
{
	const struct s3_ask ask = {
		.method = "GET",
		.query = { { "uploads", "" }, { "prefix", prefix } },
		.each = each_upload,
		.arg = uploads,
	};
	struct s3_answer answer;

	return s3_ask(depot, &ask, &answer);
}

int s3_find_upload(struct sv_depot *depot, const char *key,
                   char upload[S3_UPLOAD])
{
	char *whole = sv_format("%s%s", depot->prefix, key);
	struct uploads *uploads = sv_alloc(sizeof *uploads);
	int rc;

	uploads->key = whole;
	*upload = '\0';
	rc = list_uploads(depot, whole, uploads);
	if (!rc)
		snprintf(upload, S3_UPLOAD, "%s", uploads->newest.id);
	/* who may not ask cannot go on, but can begin */
	if (rc == EX_NOPERM || rc == EX_UNAVAILABLE) {
		sv_info("%s; uploads are not resumed", sv_why());
		rc = 0;
	}
	free(uploads);
	free(whole);
	return rc;
}

int s3_abort(struct sv_depot *depot, const char *key, const char *upload)
{
	const struct s3_ask ask = { .method = "DELETE",
		                    .key = key,
		                    .query = { { "uploadId", upload } } };
	struct s3_answer answer;
	int rc = s3_ask(depot, &ask, &answer);

	return rc == EX_NOINPUT ? 0 : rc;
}

/* Those of one page, which are gone then. How many there were. */
static int tidy_page(struct sv_depot *depot, int64_t before_ms, int *n)
{
	struct uploads *uploads = sv_alloc(sizeof *uploads);
	size_t prefix = strlen(depot->prefix);
	int rc;

	uploads->before_ms = before_ms;
	uploads->stale = sv_calloc(STALE, sizeof *uploads->stale);
	rc = list_uploads(depot, depot->prefix, uploads);
	*n = uploads->n;
	for (int i = 0; !rc && i < uploads->n; i++) {
		const struct upload *upload = &uploads->stale[i];

		if (!strncmp(upload->key, depot->prefix, prefix) &&
		    !sv_depot_key_check(upload->key + prefix))
			rc = s3_abort(depot, upload->key + prefix, upload->id);
	}
	free(uploads->stale);
	free(uploads);
	return rc;
}

int s3_tidy(struct sv_depot *depot, int64_t before_ms)
{
	int n, rc = tidy_page(depot, before_ms, &n);

	if (!rc && n)
		sv_info("%s: %d uploads that nobody finished taken away",
		        depot->place, n);
	return rc;
}

/* --- parts --- */

struct listed {
	struct s3_part *parts;
	size_t n;
	long number, next;
	bool more;
	struct s3_part now;
};

/* An ETag that is no MD5 is no help: the part is sent once more. */
static void take_etag(struct s3_part *part, const char *text)
{
	size_t len = strlen(text);

	if (len >= 2 && *text == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	if (len == S3_MD5_HEX - 1)
		snprintf(part->etag, sizeof part->etag, "%.*s", (int)len, text);
}

static int each_part(void *arg, const char *path, const char *text)
{
	struct listed *listed = arg;
	const char *name = path + 16;

	if (strncmp(path, "ListPartsResult/", 16) != 0)
		return 0;
	if (!strcmp(name, "Part/PartNumber")) {
		listed->number = strtol(text, NULL, 10);
	} else if (!strcmp(name, "Part/ETag")) {
		take_etag(&listed->now, text);
	} else if (!strcmp(name, "Part/Size")) {
		listed->now.bytes = strtoll(text, NULL, 10);
	} else if (!strcmp(name, "Part")) {
		if (listed->number >= 1 && (size_t)listed->number <= listed->n)
			listed->parts[listed->number - 1] = listed->now;
		listed->now = (struct s3_part){ .bytes = 0 };
	} else if (!strcmp(name, "IsTruncated")) {
		listed->more = !strcmp(text, "true");
	} else if (!strcmp(name, "NextPartNumberMarker")) {
		listed->next = strtol(text, NULL, 10);
	}
	return 0;
}

int s3_list_parts(struct sv_depot *depot, const char *key, const char *upload,
                  struct s3_part *parts, size_t n)
{
	struct listed listed = { .parts = parts, .n = n, .more = true };
	int rc = 0;

	while (!rc && listed.more) {
		long marker = listed.next;
		char *after = sv_format("%ld", marker);
		const struct s3_ask ask = {
			.method = "GET",
			.key = key,
			.query = { { "uploadId", upload },
			           { "part-number-marker", after } },
			.each = each_part,
			.arg = &listed,
		};
		struct s3_answer answer;

		listed.more = false;
		rc = s3_ask(depot, &ask, &answer);
		if (listed.next <= marker)
			listed.more = false;
		free(after);
	}
	return rc;
}
