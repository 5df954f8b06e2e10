/* portal_error: what a refusal of the portal's means, and what to do */
#include <stdio.h>
#include <strings.h>

#include "lib/fail.h"

#include "src/crm/portal_inside.h"

enum {
	SHUT_MS = 900000,   /* somebody has to speak with the portal's people */
	LOCKED_MS = 60000,  /* somebody has to set something */
	METHOD_MS = 60000,  /* until a minute's time is free again */
	ASKED_MS = 3600000, /* longer we are not to be sent away */
};

/* what is done about it besides */
enum kind {
	PLAIN,
	UNKNOWN, /* it may have been done */
	REFRESH,
	FULL,
	METHOD,
	LOCKED, /* nothing will be let in until somebody sets something */
	SHUT,
};

static const struct refusal {
	const char *error; /* "": any */
	int from, to;      /* of the status; 0, 0: any, a batch's too */
	int code;
	enum kind kind;
	const char *advice; /* "": what the portal says is enough */
} refusals[] = {
	{ "QUERY_LIMIT_EXCEEDED", 0, 0, EX_TEMPFAIL, FULL,
	  "too many requests from this address" },
	{ "OPERATION_TIME_LIMIT", 0, 0, EX_TEMPFAIL, METHOD,
	  "this method has used up its time for now" },
	{ "OVERLOAD_LIMIT", 0, 0, EX_UNAVAILABLE, SHUT,
	  "the portal is blocked by hand: ask its support" },
	{ "PORTAL_DELETED", 0, 0, EX_UNAVAILABLE, SHUT,
	  "the portal is closed" },
	{ "expired_token", 0, 0, EX_NOPERM, REFRESH,
	  "the token or the webhook has expired" },
	{ "NO_AUTH_FOUND", 0, 0, EX_NOPERM, LOCKED,
	  "the portal does not know our key: check SV_BITRIX24_WEBHOOK, or say "
	  "sv-crm authorize" },
	{ "invalid_token", 0, 0, EX_NOPERM, LOCKED,
	  "the portal does not know our key: check SV_BITRIX24_WEBHOOK, or say "
	  "sv-crm authorize" },
	{ "INVALID_CREDENTIALS", 0, 0, EX_NOPERM, PLAIN,
	  "the employee whose webhook it is has no right to this, or its key is "
	  "another" },
	{ "insufficient_scope", 0, 0, EX_NOPERM, PLAIN,
	  "the webhook or application needs this scope, too: crm, telephony and "
	  "task are what we use" },
	{ "WRONG_AUTH_TYPE", 0, 0, EX_NOPERM, PLAIN,
	  "this needs an application, a webhook may not do it" },
	{ "ACCESS_DENIED", 401, 403, EX_NOPERM, PLAIN,
	  "no right to this, or the portal's plan has no REST" },
	{ "PAYMENT_REQUIRED", 0, 0, EX_NOPERM, LOCKED,
	  "the portal's plan or subscription has ended" },
	{ "INVALID_REQUEST", 0, 0, EX_CONFIG, LOCKED,
	  "the address has to begin with https://" },
	{ "INTERNAL_SERVER_ERROR", 0, 0, EX_TEMPFAIL, UNKNOWN,
	  "the portal has failed" },
	{ "ERROR_UNEXPECTED_ANSWER", 0, 0, EX_TEMPFAIL, UNKNOWN,
	  "the portal has failed" },
	{ "", 401, 401, EX_NOPERM, LOCKED, "our key was refused" },
	{ "", 402, 402, EX_NOPERM, LOCKED,
	  "the portal's plan or subscription has ended" },
	{ "", 403, 403, EX_NOPERM, PLAIN, "we have no right to this" },
	{ "", 408, 408, EX_TEMPFAIL, UNKNOWN, "it has waited for us too long" },
	{ "", 429, 429, EX_TEMPFAIL, FULL, "too many requests" },
	{ "", 400, 499, EX_DATAERR, PLAIN, "" },
	{ "", 500, 599, EX_TEMPFAIL, UNKNOWN, "the portal has failed" },
	{ "", 0, 999, EX_DATAERR, PLAIN, "" }, /* 200, within a batch */
};

static const struct refusal *find(const char *error, long status)
{
	const struct refusal *r = refusals;

	for (;; r++) {
		bool fits = (!r->from && !r->to) ||
		            (status >= r->from && status <= r->to);

		if (fits && (!*r->error || !strcasecmp(r->error, error)))
			return r;
	}
}

/* How long, and who, is to wait. */
static void say_wait(struct portal_answer *answer, int usual_ms, bool all)
{
	if (answer->wait_ms <= 0)
		answer->wait_ms = usual_ms;
	if (answer->wait_ms > ASKED_MS)
		answer->wait_ms = ASKED_MS;
	answer->all = all;
}

static enum portal_then act(struct portal_answer *answer, enum kind kind)
{
	switch (kind) {
	case UNKNOWN:
		answer->unknown = true;
		answer->all = answer->wait_ms > 0;
		return PORTAL_NOTHING;
	case REFRESH:
		say_wait(answer, LOCKED_MS, true);
		return PORTAL_REFRESH;
	case FULL:
		say_wait(answer, 1000, true);
		return PORTAL_FULL;
	case METHOD:
		say_wait(answer, METHOD_MS, false);
		return PORTAL_METHOD;
	case LOCKED:
		say_wait(answer, LOCKED_MS, true);
		return PORTAL_NOTHING;
	case SHUT:
		say_wait(answer, SHUT_MS, true);
		return PORTAL_SHUT;
	case PLAIN:
		break;
	}
	return PORTAL_NOTHING;
}

int portal_refused(struct portal_answer *answer, long status,
                   const char *method, const char *said, enum portal_then *then)
{
	const struct refusal *r = find(answer->error, status);
	const char *code = answer->error;
	char number[24] = "";

	*then = act(answer, r->kind);
	if (!*code && status) {
		snprintf(number, sizeof number, "HTTP %ld", status);
		code = number;
	}
	return sv_fail(r->code, "bitrix24: %s: %s%s%s%s%s", method,
	               *code ? code : "refused", *said ? ": " : "", said,
	               *r->advice ? ": " : "", r->advice);
}
