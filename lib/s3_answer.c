/* s3_answer: what an answer says */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "lib/s3.h"

static void take(char *to, size_t size, const char *value)
{
	snprintf(to, size, "%s", value);
}

/* a quoted ETag; a weak one is none of S3's */
static void take_etag(struct s3_answer *answer, const char *value)
{
	size_t len = strlen(value);

	if (len >= 2 && *value == '"' && value[len - 1] == '"') {
		value++;
		len -= 2;
	}
	snprintf(answer->etag, sizeof answer->etag, "%.*s", (int)len, value);
}

static void take_sha256(struct s3_answer *answer, const char *value)
{
	if (strlen(value) == SV_SHA256_HEX - 1 &&
	    strspn(value, "0123456789abcdef") == SV_SHA256_HEX - 1)
		take(answer->sha256, sizeof answer->sha256, value);
}

static void take_length(struct s3_answer *answer, const char *value)
{
	char *end;
	long long bytes = strtoll(value, &end, 10);

	if (end > value && !*end && bytes >= 0)
		answer->bytes = bytes;
}

/* "Sun, 22 Nov 2026 01:30:00 GMT" */
static int64_t http_date(const char *value)
{
	struct tm when = { 0 };
	const char *end = strptime(value, "%a, %d %b %Y %H:%M:%S GMT", &when);

	return end ? (int64_t)timegm(&when) * 1000 : 0;
}

static void take_modified(struct s3_answer *answer, const char *value)
{
	answer->modified_ms = http_date(value);
}

static void take_date(struct s3_answer *answer, const char *value)
{
	answer->date_ms = http_date(value);
}

static void take_encryption(struct s3_answer *answer, const char *value)
{
	take(answer->encryption, sizeof answer->encryption, value);
}

static void take_region(struct s3_answer *answer, const char *value)
{
	take(answer->region, sizeof answer->region, value);
}

static void take_marker(struct s3_answer *answer, const char *value)
{
	answer->marker = !strcmp(value, "true");
}

static const struct {
	const char *name;
	void (*take)(struct s3_answer *answer, const char *value);
} wanted[] = {
	{ "ETag:", take_etag },
	{ "Content-Length:", take_length },
	{ "Last-Modified:", take_modified },
	{ "Date:", take_date },
	{ "x-amz-meta-sha256:", take_sha256 },
	{ "x-amz-server-side-encryption:", take_encryption },
	{ "x-amz-bucket-region:", take_region },
	{ "x-amz-delete-marker:", take_marker },
};

void s3_answer_header(struct s3_answer *answer, const char *line)
{
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		size_t len = strlen(wanted[i].name);
		const char *value = line + len;

		if (strncasecmp(line, wanted[i].name, len) != 0)
			continue;
		wanted[i].take(answer, value + strspn(value, " \t"));
	}
}

int s3_answer_error(void *arg, const char *path, const char *text)
{
	struct s3_answer *answer = arg;

	if (!strcmp(path, "Error/Code"))
		take(answer->code, sizeof answer->code, text);
	else if (!strcmp(path, "Error/Message"))
		take(answer->message, sizeof answer->message, text);
	else if (!strcmp(path, "Error/Region"))
		take(answer->region, sizeof answer->region, text);
	else if (!strcmp(path, "Error") && !*answer->code)
		take(answer->code, sizeof answer->code, "Error");
	return 0;
}
