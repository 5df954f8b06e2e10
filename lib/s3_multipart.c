/* s3_multipart: what is large goes in parts, and goes on where it was broken off */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/s3.h"
#include "lib/xml.h"

enum { MD5 = 16, MIB = 1 << 20 };

/* an upload in parts */
struct parts {
	struct sv_depot *depot;
	const char *key;
	const struct sv_depot_source *source;
	char upload[S3_UPLOAD];
	bool resumed;
	int64_t size;           /* of every part but the last */
	size_t n;               /* how many there are */
	struct s3_part *there;  /* those of them that are there */
	char (*etags)[S3_ETAG]; /* as the service has named them */
	char *data;
	EVP_MD_CTX *digests; /* MD5 of the parts' */
};

/* --- beginning --- */

static int each_begun(void *arg, const char *path, const char *text)
{
	struct parts *parts = arg;

	if (!strcmp(path, "InitiateMultipartUploadResult/UploadId") &&
	    strlen(text) < sizeof parts->upload)
		snprintf(parts->upload, sizeof parts->upload, "%s", text);
	return 0;
}

static int begin(struct parts *parts)
{
	const char **headers = s3_headers(parts->depot, parts->source);
	const struct s3_ask ask = {
		.method = "POST",
		.key = parts->key,
		.query = { { "uploads", "" } },
		.headers = headers,
		.each = each_begun,
		.arg = parts,
	};
	struct s3_answer answer;
	int rc;

	parts->upload[0] = '\0';
	rc = s3_ask(parts->depot, &ask, &answer);
	s3_headers_free(headers);
	if (!rc && !*parts->upload)
		rc = sv_fail(EX_UNAVAILABLE, "s3: %s: an upload without an id",
		             parts->key);
	return rc;
}

/* The upload that was broken off, or a new one. */
static int resume(struct parts *parts)
{
	int rc = s3_find_upload(parts->depot, parts->key, parts->upload);

	if (!rc && *parts->upload) {
		rc = s3_list_parts(parts->depot, parts->key, parts->upload,
		                   parts->there, parts->n);
		parts->resumed = !rc;
	}
	if (rc == EX_NOINPUT || (!rc && !parts->resumed))
		rc = begin(parts);
	return rc;
}

/* Begins anew: what is there is not ours to go on with. */
static int restart(struct parts *parts)
{
	int rc = s3_abort(parts->depot, parts->key, parts->upload);

	memset(parts->there, 0, parts->n * sizeof *parts->there);
	parts->resumed = false;
	return rc ? rc : begin(parts);
}

/* --- a part --- */

static char *md5_header(const unsigned char digest[MD5])
{
	unsigned char text[4 * (MD5 + 2) / 3 + 1];

	EVP_EncodeBlock(text, digest, MD5);
	return sv_format("Content-MD5: %s", (char *)text);
}

static int send_part(struct parts *parts, size_t i, size_t len,
                     const unsigned char digest[MD5])
{
	char *number = sv_format("%zu", i + 1), *md5 = md5_header(digest);
	const char *const headers[] = { md5, NULL };
	const struct s3_ask ask = {
		.method = "PUT",
		.key = parts->key,
		.query = { { "partNumber", number },
		           { "uploadId", parts->upload } },
		.headers = headers,
		.body = parts->data,
		.len = len,
	};
	struct s3_answer answer;
	int rc = s3_ask(parts->depot, &ask, &answer);

	if (!rc && !*answer.etag)
		rc = sv_fail(EX_UNAVAILABLE, "s3: %s: a part without an ETag",
		             parts->key);
	if (!rc)
		snprintf(parts->etags[i], S3_ETAG, "%s", answer.etag);
	free(number);
	free(md5);
	return rc;
}

/* What is there already is not sent again; when the first of it is another's,
 * all of it is. */
static int put_part(struct parts *parts, size_t i)
{
	int64_t left = parts->source->bytes - (int64_t)i * parts->size;
	size_t len = (size_t)(left < parts->size ? left : parts->size);
	const struct s3_part *there = &parts->there[i];
	unsigned char digest[MD5];
	char hex[S3_MD5_HEX];
	int rc = s3_read(parts->source, parts->data, len);

	if (rc)
		return rc;
	s3_md5(parts->data, len, digest);
	sv_hex(digest, MD5, hex);
	EVP_DigestUpdate(parts->digests, digest, MD5);
	if (!strcmp(there->etag, hex) && there->bytes == (int64_t)len) {
		snprintf(parts->etags[i], S3_ETAG, "%s", hex);
		return 0;
	}
	if (!i && parts->resumed) {
		rc = restart(parts);
		if (rc)
			return rc;
	}
	return send_part(parts, i, len, digest);
}

static int count_there(const struct parts *parts)
{
	int n = 0;

	for (size_t i = 0; i < parts->n; i++)
		n += *parts->there[i].etag != '\0';
	return n;
}

static int put_all(struct parts *parts)
{
	int rc = parts->source->rewind(parts->source->arg);

	EVP_DigestInit_ex(parts->digests, EVP_md5(), NULL);
	if (parts->resumed)
		sv_info("s3: %s: goes on with %d of %zu parts there",
		        parts->key, count_there(parts), parts->n);
	for (size_t i = 0; !rc && i < parts->n; i++)
		rc = put_part(parts, i);
	return rc;
}

/* --- the end --- */

static int each_done(void *arg, const char *path, const char *text)
{
	bool *done = arg;

	(void)text;
	*done = *done || !strcmp(path, "CompleteMultipartUploadResult");
	return 0;
}

static char *part_list(const struct parts *parts)
{
	struct sv_buf list = { .max = SIZE_MAX / 8 };

	sv_buf_puts(&list, "<CompleteMultipartUpload>");
	for (size_t i = 0; i < parts->n; i++) {
		char *etag = sv_xml_escape(parts->etags[i]);

		sv_buf_printf(&list,
		              "<Part><PartNumber>%zu</PartNumber>"
		              "<ETag>\"%s\"</ETag></Part>",
		              i + 1, etag);
		free(etag);
	}
	sv_buf_puts(&list, "</CompleteMultipartUpload>");
	return sv_buf_take(&list);
}

static int complete(struct parts *parts)
{
	char *list = part_list(parts);
	bool done = false;
	bool conditional =
		!parts->source->replace && !parts->depot->unconditional;
	const char *const headers[] = { "Content-Type: application/xml",
		                        conditional ? "If-None-Match: *" : NULL,
		                        NULL };
	const struct s3_ask ask = {
		.method = "POST",
		.key = parts->key,
		.query = { { "uploadId", parts->upload } },
		.headers = headers,
		.body = list,
		.len = strlen(list),
		.each = each_done,
		.arg = &done,
	};
	struct s3_answer answer;
	int rc = s3_ask(parts->depot, &ask, &answer);

	free(list);
	if (!rc && !done)
		rc = sv_fail(EX_TEMPFAIL,
		             "s3: %s: it is not said to be complete",
		             parts->key);
	/* done before, with the answer lost: that will be seen */
	if (rc == EX_NOINPUT && !strcmp(answer.code, "NoSuchUpload"))
		return 0;
	if (rc == EX_CANTCREAT)
		s3_abort(parts->depot, parts->key, parts->upload);
	return rc;
}

/* as S3 makes it: the MD5 of the parts' MD5s, and how many they are */
static void make_etag(struct parts *parts, char etag[S3_ETAG])
{
	unsigned char digest[MD5];
	char hex[S3_MD5_HEX];

	EVP_DigestFinal_ex(parts->digests, digest, NULL);
	sv_hex(digest, MD5, hex);
	snprintf(etag, S3_ETAG, "%s-%zu", hex, parts->n);
}

static int put_and_complete(struct parts *parts, char etag[S3_ETAG])
{
	int rc = put_all(parts);

	if (rc)
		return rc;
	make_etag(parts, etag);
	return complete(parts);
}

/* Once more from the first part on, where the service has lost or never had
 * what this one went on with. */
static int put_twice(struct parts *parts, char etag[S3_ETAG])
{
	int rc = resume(parts);
	bool resumed = parts->resumed;

	if (!rc)
		rc = put_and_complete(parts, etag);
	if (rc != EX_DATAERR && (rc != EX_NOINPUT || !resumed))
		return rc;
	sv_info("%s; from its beginning", sv_why());
	rc = restart(parts);
	return rc ? rc : put_and_complete(parts, etag);
}

/* At most 10,000 parts; whole MiB, so that the same size is always cut alike. */
static int64_t part_size(int64_t bytes)
{
	int64_t least = (bytes + S3_PARTS - 1) / S3_PARTS;

	least = (least + MIB - 1) / MIB * MIB;
	return least < S3_PART ? S3_PART : least;
}

int s3_put_parts(struct sv_depot *depot, const char *key,
                 const struct sv_depot_source *source, char etag[S3_ETAG])
{
	struct parts parts = { .depot = depot, .key = key, .source = source };
	int rc;

	parts.size = part_size(source->bytes);
	parts.n = (size_t)((source->bytes + parts.size - 1) / parts.size);
	parts.there = sv_calloc(parts.n, sizeof *parts.there);
	parts.etags = sv_calloc(parts.n, sizeof *parts.etags);
	parts.data = sv_alloc((size_t)parts.size);
	parts.digests = EVP_MD_CTX_new();
	rc = put_twice(&parts, etag);
	EVP_MD_CTX_free(parts.digests);
	free(parts.data);
	free(parts.etags);
	free(parts.there);
	return rc;
}
