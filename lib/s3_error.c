/* s3_error: what an error means, and what to do about it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/s3.h"

enum { SKEW_MS = 15 * 60 * 1000 }; /* that S3 bears with */

struct meaning {
	const char *code; /* of S3; NULL: any, with a status in between */
	int from, to;
	int exit;
	bool again;
	const char *advice;
};

/* The first that fits. By S3's "Error Responses"; others have fewer codes, but
 * no others for these. */
static const struct meaning meanings[] = {
	{ "NoSuchBucket", 0, 0, EX_CONFIG, false, "check SV_S3_BUCKET" },
	{ "InvalidBucketName", 0, 0, EX_CONFIG, false, "check SV_S3_BUCKET" },
	{ "NoSuchKey", 0, 0, EX_NOINPUT, false, NULL },
	{ "NoSuchUpload", 0, 0, EX_NOINPUT, false, NULL },
	{ "InvalidAccessKeyId", 0, 0, EX_NOPERM, false, "check SV_S3_KEY_ID" },
	{ "SignatureDoesNotMatch", 0, 0, EX_NOPERM, false,
	  "check SV_S3_SECRET" },
	{ "ExpiredToken", 0, 0, EX_NOPERM, false, "renew SV_S3_TOKEN" },
	{ "InvalidToken", 0, 0, EX_NOPERM, false, "check SV_S3_TOKEN" },
	{ "AuthorizationHeaderMalformed", 0, 0, EX_CONFIG, false,
	  "check SV_S3_REGION" },
	{ "PermanentRedirect", 0, 0, EX_CONFIG, false,
	  "check SV_S3_URL and SV_S3_REGION" },
	{ "PreconditionFailed", 0, 0, EX_CANTCREAT, false, NULL },
	{ "NotImplemented", 0, 0, EX_UNAVAILABLE, false, NULL },
	{ "RequestTimeout", 0, 0, EX_TEMPFAIL, true, NULL },
	{ "IncompleteBody", 0, 0, EX_TEMPFAIL, true, NULL },
	{ "BadDigest", 0, 0, EX_TEMPFAIL, true, NULL },
	{ "XAmzContentSHA256Mismatch", 0, 0, EX_TEMPFAIL, true, NULL },
	{ "OperationAborted", 0, 0, EX_TEMPFAIL, true, NULL },
	{ "ConditionalRequestConflict", 0, 0, EX_TEMPFAIL, true, NULL },
	{ "InternalError", 0, 0, EX_TEMPFAIL, true, NULL },
	{ "SlowDown", 0, 0, EX_TEMPFAIL, true, NULL },
	{ "ServiceUnavailable", 0, 0, EX_TEMPFAIL, true, NULL },
	{ NULL, 200, 299, EX_TEMPFAIL, true, NULL },
	{ NULL, 300, 399, EX_CONFIG, false,
	  "check SV_S3_URL and SV_S3_REGION" },
	{ NULL, 401, 403, EX_NOPERM, false,
	  "check SV_S3_KEY_ID, SV_S3_SECRET and what this key may do" },
	{ NULL, 404, 404, EX_NOINPUT, false, NULL },
	{ NULL, 408, 408, EX_TEMPFAIL, true, NULL },
	{ NULL, 412, 412, EX_CANTCREAT, false, NULL },
	{ NULL, 429, 429, EX_TEMPFAIL, true, NULL },
	{ NULL, 400, 499, EX_DATAERR, false, NULL },
	{ NULL, 501, 501, EX_UNAVAILABLE, false, NULL },
	{ NULL, 500, 599, EX_TEMPFAIL, true, NULL },
	{ NULL, 0, 999, EX_UNAVAILABLE, false, NULL },
};

static const struct meaning *find(const struct s3_answer *answer)
{
	const struct meaning *meaning = meanings;

	for (;; meaning++) {
		if (meaning->code ? !strcmp(meaning->code, answer->code)
		                  : answer->status >= meaning->from &&
		                            answer->status <= meaning->to)
			return meaning;
	}
}

/* Signatures are good for 15 minutes. The answer to a HEAD has no body to say
 * so, but a date. */
static bool is_skewed(const struct s3_answer *answer)
{
	int64_t off = answer->date_ms - sv_wall_ms();

	if (!strcmp(answer->code, "RequestTimeTooSkewed"))
		return true;
	return answer->status == 403 && answer->date_ms &&
	       (!*answer->code ||
	        !strcmp(answer->code, "SignatureDoesNotMatch")) &&
	       llabs(off) > SKEW_MS;
}

static int skewed(const struct s3_answer *answer)
{
	int64_t off_s = (answer->date_ms - sv_wall_ms()) / 1000;

	if (!answer->date_ms)
		return sv_fail(EX_CONFIG, "s3: this machine's clock is wrong: "
		                          "the service refuses its time");
	return sv_fail(EX_CONFIG,
	               "s3: this machine's clock is %lld s %s the service's: "
	               "set it right",
	               llabs(off_s), off_s > 0 ? "behind" : "ahead of");
}

static const char *what(const struct s3_ask *ask)
{
	return ask->key ? ask->key : "the bucket";
}

int s3_error(const struct sv_depot *depot, const struct s3_ask *ask,
             const struct s3_answer *answer, int code, bool *again)
{
	const struct meaning *meaning;
	char hint[S3_SAID] = "";

	/* none, or a good one that was cut short: http.h has said why */
	if (code &&
	    (!answer->status || (answer->status < 300 && !*answer->code))) {
		*again = code == EX_UNAVAILABLE || code == EX_TEMPFAIL;
		return *again ? EX_TEMPFAIL : code;
	}
	if (is_skewed(answer))
		return skewed(answer);
	meaning = find(answer);
	*again = meaning->again;
	if (*answer->region && meaning->exit == EX_CONFIG)
		snprintf(hint, sizeof hint,
		         ": the bucket is in region '%s', not '%s'",
		         answer->region, depot->region);
	else if (meaning->advice)
		snprintf(hint, sizeof hint, ": %s", meaning->advice);
	return sv_fail(meaning->exit, "s3: %s %s in %s: HTTP %ld%s%s%s%s%s%s",
	               ask->method, what(ask), depot->bucket, answer->status,
	               *answer->code ? " " : "", answer->code,
	               *answer->message ? " (" : "", answer->message,
	               *answer->message ? ")" : "", hint);
}
