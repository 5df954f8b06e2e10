/* s3_put: an object put there, and looked at */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/s3.h"

enum { HEADERS = 8, MD5 = 16, PIECE = 1 << 16 };

void s3_md5(const void *data, size_t len, unsigned char digest[MD5])
{
	EVP_Digest(data, len, digest, NULL, EVP_md5(), NULL);
}

int s3_read(const struct sv_depot_source *source, char *data, size_t len)
{
	size_t had = 0, got = 1;
	int rc = 0;

	while (!rc && had < len && got) {
		rc = source->read(source->arg, data + had, len - had, &got);
		had += got;
	}
	if (!rc && had < len)
		rc = sv_fail(EX_TEMPFAIL, "less came than was said");
	return rc;
}

/* --- headers --- */

void s3_headers_add(const char **headers, const char *header)
{
	size_t n = 0;

	while (headers[n])
		n++;
	headers[n] = header;
}

void s3_headers_free(const char **headers)
{
	for (size_t i = 0; headers[i]; i++) {
		char *header;

		memcpy(&header, &headers[i], sizeof header);
		free(header);
	}
	free(headers);
}

const char **s3_headers(const struct sv_depot *depot,
                        const struct sv_depot_source *source)
{
	const char **headers = sv_calloc(HEADERS, sizeof *headers);

	s3_headers_add(headers, sv_format("Content-Type: %s", source->type));
	s3_headers_add(headers,
	               sv_format("x-amz-meta-sha256: %s", source->sha256));
	if (depot->sse)
		s3_headers_add(headers,
		               sv_format("x-amz-server-side-encryption: %s",
		                         depot->sse));
	if (depot->sse_key)
		s3_headers_add(headers,
		               sv_format("x-amz-server-side-encryption-"
		                         "aws-kms-key-id: %s",
		                         depot->sse_key));
	if (depot->class)
		s3_headers_add(headers, sv_format("x-amz-storage-class: %s",
		                                  depot->class));
	return headers;
}

/* --- looking at it --- */

struct count {
	EVP_MD_CTX *hash;
	int64_t bytes;
};

static int add(void *arg, const void *bytes, size_t len)
{
	struct count *count = arg;

	count->bytes += (int64_t)len;
	EVP_DigestUpdate(count->hash, bytes, len);
	return 0;
}

static int differs(const char *key, const char *what)
{
	return sv_fail(EX_DATAERR,
	               "s3: %s: what is there is not what was put: "
	               "its %s is another",
	               key, what);
}

/* All of it, read back. */
static int download(struct sv_depot *depot, const char *key,
                    const struct sv_depot_source *source)
{
	struct count count = { .hash = EVP_MD_CTX_new() };
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX];
	int rc;

	EVP_DigestInit_ex(count.hash, EVP_sha256(), NULL);
	rc = s3_get(depot, key, add, &count);
	EVP_DigestFinal_ex(count.hash, digest, NULL);
	EVP_MD_CTX_free(count.hash);
	sv_hex(digest, sizeof digest, hex);
	if (!rc &&
	    (count.bytes != source->bytes || strcmp(hex, source->sha256) != 0))
		rc = differs(key, "content");
	return rc;
}

/* An ETag is the MD5 of what the service has, but where it encrypts with a key
 * of its key management; services that have ETags of another kind are asked for
 * all of it. */
static int verify(struct sv_depot *depot, const char *key,
                  const struct sv_depot_source *source, const char *etag)
{
	struct s3_answer answer;
	int rc = s3_look(depot, key, &answer);
	bool managed = !strncmp(answer.encryption, "aws:kms", 7);

	if (rc)
		return rc;
	if (answer.bytes != source->bytes)
		return differs(key, "length");
	if (strcmp(answer.sha256, source->sha256) != 0)
		return differs(key, "x-amz-meta-sha256");
	if (depot->sse && strcmp(depot->sse, answer.encryption) != 0)
		return sv_fail(EX_UNAVAILABLE,
		               "s3: %s is not encrypted as was asked (%s): the "
		               "service may not know how",
		               key, depot->sse);
	if (depot->download || (!managed && strcmp(answer.etag, etag) != 0))
		return download(depot, key, source);
	return 0;
}

/* --- putting it there --- */

static char *md5_header(const unsigned char digest[MD5])
{
	unsigned char text[4 * (MD5 + 2) / 3 + 1];

	EVP_EncodeBlock(text, digest, MD5);
	return sv_format("Content-MD5: %s", (char *)text);
}

static int put_whole(struct sv_depot *depot, const char *key,
                     const struct sv_depot_source *source, char etag[S3_ETAG])
{
	char *data = sv_alloc((size_t)source->bytes + 1);
	const char **headers = s3_headers(depot, source);
	struct s3_ask ask = { .method = "PUT",
		              .key = key,
		              .headers = headers,
		              .body = data,
		              .len = (size_t)source->bytes };
	unsigned char digest[MD5];
	struct s3_answer answer;
	int rc = source->rewind(source->arg);

	if (!rc)
		rc = s3_read(source, data, ask.len);
	s3_md5(data, ask.len, digest);
	sv_hex(digest, MD5, etag);
	s3_headers_add(headers, md5_header(digest));
	if (!source->replace && !depot->unconditional)
		s3_headers_add(headers, sv_strdup("If-None-Match: *"));
	if (!rc)
		rc = s3_ask(depot, &ask, &answer);
	s3_headers_free(headers);
	free(data);
	return rc;
}

static int put_it(struct sv_depot *depot, const char *key,
                  const struct sv_depot_source *source, char etag[S3_ETAG])
{
	int rc;

	*etag = '\0';
	if (source->bytes > S3_SMALL)
		rc = s3_put_parts(depot, key, source, etag);
	else
		rc = put_whole(depot, key, source, etag);
	if (rc != EX_UNAVAILABLE || source->replace || depot->unconditional)
		return rc;
	/* not every service knows of If-None-Match; whether something is there
	 * was looked at before */
	sv_info("%s; once more without If-None-Match", sv_why());
	depot->unconditional = true;
	return put_it(depot, key, source, etag);
}

/* It may be there already, when nobody lived to hear that it is. */
static int is_there(struct sv_depot *depot, const char *key,
                    const struct sv_depot_source *source, bool *same)
{
	struct s3_answer answer;
	int rc = s3_look(depot, key, &answer);

	*same = !rc && answer.bytes == source->bytes &&
	        !strcmp(answer.sha256, source->sha256);
	/* who may not list is told 403 of what is not there */
	return rc == EX_NOPERM && answer.status == 403 ? EX_NOINPUT : rc;
}

static int another(const struct sv_depot *depot, const char *key)
{
	return sv_fail(EX_CANTCREAT, "%s: %s is there, and is another one",
	               depot->place, key);
}

static int put_and_verify(struct sv_depot *depot, const char *key,
                          const struct sv_depot_source *source)
{
	char etag[S3_ETAG];
	bool same = false;
	int rc = put_it(depot, key, source, etag);

	if (rc == EX_CANTCREAT) {
		rc = is_there(depot, key, source, &same);
		if (!rc)
			rc = same ? download(depot, key, source)
			          : another(depot, key);
	} else if (!rc) {
		rc = verify(depot, key, source, etag);
	}
	return rc == EX_NOINPUT
	               ? sv_fail(EX_TEMPFAIL,
	                         "s3: %s was put, and is not there", key)
	               : rc;
}

int s3_put(struct sv_depot *depot, const char *key,
           const struct sv_depot_source *source)
{
	struct sv_depot_source over = *source;
	bool same = false;
	int rc = sv_depot_key_check(key);

	if (rc)
		return rc;
	rc = is_there(depot, key, source, &same);
	if (!rc && same)
		rc = download(depot, key, source);
	else if (!rc)
		rc = source->replace ? EX_NOINPUT : another(depot, key);
	over.replace = source->replace || same;
	if (rc == EX_NOINPUT || (rc == EX_DATAERR && same))
		rc = put_and_verify(depot, key, &over);
	over.replace = true; /* it is our own that is wrong */
	if (rc == EX_DATAERR)
		rc = put_and_verify(depot, key, &over);
	return rc == EX_DATAERR ? EX_TEMPFAIL : rc;
}
