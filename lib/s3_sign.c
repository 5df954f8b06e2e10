/* s3_sign: AWS Signature Version 4 */
#include "lib/s3_sign.h"

#include <assert.h>
#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/http.h"

enum { DAY = 8 }; /* "20261122" */

void sv_s3_date(int64_t wall_ms, char date[SV_S3_DATE])
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm when;

	gmtime_r(&seconds, &when);
	if (!strftime(date, SV_S3_DATE, "%Y%m%dT%H%M%SZ", &when))
		*date = '\0';
}

char *sv_s3_path(const char *path)
{
	struct sv_buf out = { .max = SIZE_MAX / 8 };

	for (; *path; path++) {
		if (isalnum((unsigned char)*path) || strchr("-._~/", *path))
			sv_buf_putc(&out, *path);
		else
			sv_buf_printf(&out, "%%%02X", (unsigned char)*path);
	}
	return sv_buf_take(&out);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted by name, then by value. As a name's end sorts before whatever may go
 * on in its place, '=' (which does not) has to be looked at as such: what is
 * sorted has a 1 for it. */
char *sv_s3_query(const struct sv_s3_query *query, size_t n)
{
	char **pairs = sv_calloc(n + 1, sizeof *pairs);
	struct sv_buf out = { .max = SIZE_MAX / 8 };

	for (size_t i = 0; i < n; i++) {
		char *name = sv_http_escape(query[i].name);
		char *value = sv_http_escape(query[i].value);

		pairs[i] = sv_format("%s\1%s", name, value);
		free(name);
		free(value);
	}
	qsort(pairs, n, sizeof *pairs, by_text);
	for (size_t i = 0; i < n; i++) {
		*strchr(pairs[i], '\1') = '=';
		sv_buf_printf(&out, "%s%s", i ? "&" : "", pairs[i]);
		free(pairs[i]);
	}
	free(pairs);
	return out.len ? sv_buf_take(&out) : sv_strdup("");
}

/* --- headers --- */

/* "Name:  a   b " as "name\1a b": the name in small letters, blanks folded */
static char *canonical(const char *header)
{
	size_t name = strcspn(header, ":");
	char *out = sv_alloc(strlen(header) + 2), *to = out;
	const char *value = header + name + 1;

	for (size_t i = 0; i < name; i++)
		*to++ = (char)tolower((unsigned char)header[i]);
	*to++ = '\1';
	value += strspn(value, " \t");
	for (; *value; value++) {
		bool blank = *value == ' ' || *value == '\t';

		if (!blank)
			*to++ = *value;
		else if (value[1] && value[1] != ' ' && value[1] != '\t')
			*to++ = ' ';
	}
	*to = '\0';
	return out;
}

/* the headers as they are signed, and the list of their names */
static void add_headers(struct sv_buf *out, struct sv_buf *names,
                        const char *const *headers)
{
	char *sorted[SV_S3_HEADERS] = { NULL };
	size_t n = 0;

	for (; headers[n]; n++) {
		assert(n < SV_S3_HEADERS);
		sorted[n] = canonical(headers[n]);
	}
	qsort(sorted, n, sizeof *sorted, by_text);
	for (size_t i = 0; i < n; i++) {
		char *value = strchr(sorted[i], '\1');

		*value++ = '\0';
		sv_buf_printf(out, "%s:%s\n", sorted[i], value);
		sv_buf_printf(names, "%s%s", i ? ";" : "", sorted[i]);
		free(sorted[i]);
	}
}

/* --- the signature --- */

static void hmac(const void *key, size_t len, const char *text,
                 unsigned char out[SV_SHA256])
{
	unsigned n = SV_SHA256;

	HMAC(EVP_sha256(), key, (int)len, (const unsigned char *)text,
	     strlen(text), out, &n);
}

static void sign(const struct sv_s3_keys *keys, const char *date,
                 const char *text, char hex[SV_SHA256_HEX])
{
	char *first = sv_format("AWS4%s", keys->secret);
	char day[DAY + 1];
	unsigned char key[SV_SHA256];

	snprintf(day, sizeof day, "%.*s", DAY, date);
	hmac(first, strlen(first), day, key);
	explicit_bzero(first, strlen(first));
	free(first);
	hmac(key, sizeof key, keys->region, key);
	hmac(key, sizeof key, "s3", key);
	hmac(key, sizeof key, "aws4_request", key);
	hmac(key, sizeof key, text, key);
	sv_hex(key, sizeof key, hex);
	explicit_bzero(key, sizeof key);
}

/* the hash of the request as it is signed; names gets its headers' */
static void digest(const struct sv_s3_signing *signing, struct sv_buf *names,
                   char hex[SV_SHA256_HEX])
{
	struct sv_buf text = { .max = SIZE_MAX / 8 };
	unsigned char hash[SV_SHA256];

	sv_buf_printf(&text, "%s\n%s\n%s\n", signing->method, signing->path,
	              signing->query);
	add_headers(&text, names, signing->headers);
	sv_buf_printf(&text, "\n%s\n%s", sv_buf_str(names), signing->sha256);
	sv_sha256(sv_buf_str(&text), text.len, hash);
	sv_hex(hash, sizeof hash, hex);
	sv_buf_release(&text);
}

char *sv_s3_sign(const struct sv_s3_signing *signing,
                 const struct sv_s3_keys *keys)
{
	struct sv_buf names = { .max = SIZE_MAX / 8 };
	char hex[SV_SHA256_HEX], *scope, *text, *header;

	digest(signing, &names, hex);
	scope = sv_format("%.*s/%s/s3/aws4_request", DAY, signing->date,
	                  keys->region);
	text = sv_format("AWS4-HMAC-SHA256\n%s\n%s\n%s", signing->date, scope,
	                 hex);
	sign(keys, signing->date, text, hex);
	header = sv_format("Authorization: AWS4-HMAC-SHA256 Credential=%s/%s, "
	                   "SignedHeaders=%s, Signature=%s",
	                   keys->id, scope, sv_buf_str(&names), hex);
	free(text);
	free(scope);
	sv_buf_release(&names);
	return header;
}
