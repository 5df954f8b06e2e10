/*
 * One Bitrix24 portal, asked over REST: by an inbound webhook
 * (SV_BITRIX24_WEBHOOK, whose address is a secret) or as an application
 * (SV_BITRIX24_CLIENT_ID, SV_BITRIX24_CLIENT_SECRET and the tokens that
 * `sv-crm authorize` has stored).
 *
 * Everything here blocks: only the process that sends and the tools use it. A
 * request waits for its place in the allowance that all programs of the machine
 * share (portal_bucket.h), and ends early when we are told to stop. Whoever
 * asks is told what went wrong by a code and sv_why(), and by the answer what
 * to do about it.
 *
 * Codes: EX_TEMPFAIL this went wrong, later; EX_UNAVAILABLE there is no
 * connection, or no portal at that address; EX_NOPERM our key or its rights;
 * EX_CONFIG;
 * EX_DATAERR refused by the portal for good; EX_SOFTWARE.
 */
#ifndef CRM_PORTAL_H
#define CRM_PORTAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/http.h"
#include "lib/option.h"

struct portal;

/* Whether asking twice does harm when it is not known whether the first was
 * heard. */
enum portal_kind {
	PORTAL_READ,
	PORTAL_WRITE,
	PORTAL_REPEATABLE, /* a write that may be done twice */
};

enum { PORTAL_BATCH = 50, PORTAL_PAGE = 50, PORTAL_ERROR = 96 };

/* owned by who declares it, for portal_release(); filled from the start, so
 * that it may be used again after that alone */
struct portal_answer {
	json_t *result;           /* NULL after a failure */
	int64_t total, next;      /* of lists; -1: not told */
	char error[PORTAL_ERROR]; /* the portal's own code, ""; it may be "" or
	                           * a number after a refusal, too */
	bool unknown; /* it may have been done: look before trying again */
	int wait_ms;  /* so long the portal (all) or this method (not all) is
	               * to be left alone; 0: nobody said so */
	bool all;
};

void portal_release(struct portal_answer *answer);

/* what portal_open() knows of an engine's settings, for its array of keys */
#define PORTAL_SETTINGS                                                        \
	"ca", "cert", "key", "proxy", "connect", "answer", "rate", "burst",    \
		"reserve", "oauth", "client_id", "token_file"

/* 0 and *made for portal_close(); EX_USAGE or EX_CONFIG for a setting that is
 * wrong. Who may ask is not looked at yet: portal_ready(). settings: lent for
 * as long as it is open. */
int portal_open(struct portal **made, const struct sv_list *settings);
void portal_close(struct portal *portal); /* NULL is fine */

/* Whether a portal is set and its keys are there, without asking it: 0,
 * EX_CONFIG, EX_NOPERM (no tokens yet). The first request does this, too. */
int portal_ready(struct portal *portal);

/* Else it is a webhook, which has no telephony register and finish. */
bool portal_is_application(struct portal *portal);

/* "HOST:PORT", lent; "" when none is set */
const char *portal_place(struct portal *portal);

/* What is done in the background leaves some of the allowance to those whom a
 * person waits for. */
void portal_background(struct portal *portal, bool background);

/* From now on all requests together have so long; 0: as long as it takes. */
void portal_limit(struct portal *portal, int limit_ms);

/* -n: requests are printed on stdout as NDJSON, {"method":…,"params":…},
 * and answered by an empty list. Needs no access. */
void portal_show(struct portal *portal, bool show);

/* letters, digits, dots */
bool portal_is_method(const char *name);

/* One method; params may be NULL. An expired token is refreshed, and the
 * request repeated, once. What is refused because there were too many requests
 * is repeated; after a lost connection or a failure of the server reads and
 * repeatable writes are, a PORTAL_WRITE never. The answer is filled whatever
 * comes. */
int portal_call(struct portal *portal, const char *method, const json_t *params,
                enum portal_kind kind, struct portal_answer *answer);

/* One of a batch. Strings in params may hold "$result[key][path]", which the
 * portal (or we) replace by what an earlier one has answered: so must no text
 * from outside. */
struct portal_command {
	const char *key; /* a word of its own in the batch */
	const char *method;
	const json_t *params;
	enum portal_kind kind;
	int code; /* 0, or why not: its own sv_why() is in reason */
	char *reason;
	struct portal_answer answer; /* error "" and a code: was not run */
};

/* Up to PORTAL_BATCH commands as one request, in their order; halt: none is
 * run after one that failed. 0 when the batch as such was answered, else every
 * command has that code. What may be repeated is, by itself. For
 * portal_release_batch(). */
int portal_batch(struct portal *portal, struct portal_command *commands,
                 size_t n, bool halt);
void portal_release_batch(struct portal_command *commands, size_t n);

/* A list of any length, by rising id. */
struct portal_list {
	const char *method;
	const json_t *params; /* select, filter …; not order and start */
	const char *id;       /* "ID", "id": in filter and order */
	const char *rows; /* "items", "tasks"; NULL: the result is the rows */
	int64_t after;    /* only rows of higher ids */
};

/* Calls each() for every row, until it returns what is not 0. */
int portal_each(struct portal *portal, const struct portal_list *list,
                int (*each)(void *arg, const json_t *row), void *arg);

/* A file to an address that the portal gave for it (uploadUrl). */
int portal_upload(struct portal *portal, const char *url,
                  const struct sv_http_part *file,
                  struct portal_answer *answer);

/* --- what PHP makes of values (portal_value.c) --- */

/* A number, also as a string; 0 when it is none. */
int64_t portal_int(const json_t *value);
double portal_real(const json_t *value);

/* A string or a number as text, yours to free(); NULL: neither. */
char *portal_text(const json_t *value);

/* "Y", "1", 1, true */
bool portal_yes(const json_t *value);

/* The value of a map's key, lent: {"5":…} may come as a list, {} as []. */
json_t *portal_at(const json_t *map, const char *key);

/* The id of what was made or read: 5, "5", {"id":5}, {"ID":"5"},
 * {"item":{"id":5}}, {"task":{"id":"5"}}; 0: none. */
int64_t portal_id(const json_t *result);

/* The rows of a list as an array of your own, for json_decref(): those of its
 * key rows, as a list with gaps comes as a map, or with NULL it itself. */
json_t *portal_rows(const json_t *result, const char *rows);

#endif
