/*
 * AWS Signature Version 4, as S3 has it: the path is encoded once, and each
 * request says the SHA-256 of its body in x-amz-content-sha256. Our own, for
 * libcurl 7.88's signs too little, or other than it sends.
 */
#ifndef SV_S3_SIGN_H
#define SV_S3_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"

enum {
	SV_S3_DATE = 17,    /* "20261122T013000Z" */
	SV_S3_HEADERS = 24, /* that can be signed */
};

struct sv_s3_keys {
	const char *id, *secret, *region;
};

struct sv_s3_query {
	const char *name, *value; /* not encoded */
};

/* What is signed, lent. Headers are "name: value" as they are sent, host,
 * x-amz-date and x-amz-content-sha256 among them; all of them are signed. */
struct sv_s3_signing {
	const char *method;
	const char *path;  /* as it is sent: sv_s3_path() */
	const char *query; /* as it is sent, without the ?: sv_s3_query() */
	const char *const *headers; /* ended by NULL */
	const char *sha256;         /* hex, of the body */
	const char *date;           /* as in x-amz-date */
};

/* the header "Authorization: …", yours to free() */
char *sv_s3_sign(const struct sv_s3_signing *signing,
                 const struct sv_s3_keys *keys);

/* a path with all but A-Z a-z 0-9 - . _ ~ and / encoded, yours to free() */
char *sv_s3_path(const char *path);

/* "a=1&b=2": encoded, and in the order that is signed; yours to free() */
char *sv_s3_query(const struct sv_s3_query *query, size_t n);

/* wall clock ms as x-amz-date has it */
void sv_s3_date(int64_t wall_ms, char date[SV_S3_DATE]);

#endif
