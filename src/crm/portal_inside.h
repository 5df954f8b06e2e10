/*
 * What the files of portal share.
 *
 *     portal.c           the interface: what is asked, and whether again
 *     portal_ask.c       one request, with all that is counted before and after
 *     portal_http.c      a request to its end, in a loop of our own
 *     portal_reply.c     the envelope of an answer
 *     portal_error.c     what a refusal means
 *     portal_method.c    how long a method is to be left alone
 *     portal_access.c    webhook or application: where to ask
 *     portal_token.c     the tokens of an application, and their file
 *     portal_oauth.c     new tokens, one process at a time
 *     portal_authorize.c sv-crm authorize
 *     portal_batch.c     many commands as one request; portal_batch_take.c
 *     portal_query.c     parameters as PHP's query
 *     portal_list.c      lists page by page
 *     portal_value.c     what PHP makes of values
 *     portal_rest.c      sv-crm rest; portal_rows.c sv-crm list
 *     portal_bucket.c    the allowance; portal_level.c its arithmetic
 */
#ifndef CRM_PORTAL_INSIDE_H
#define CRM_PORTAL_INSIDE_H

#include "lib/breaker.h"
#include "lib/buf.h"
#include "lib/http.h"
#include "lib/loop.h"

#include "src/crm/portal.h"
#include "src/crm/portal_bucket.h"

/* what a refusal asks for, besides its code */
enum portal_then {
	PORTAL_NOTHING,
	PORTAL_REFRESH, /* the token has expired */
	PORTAL_FULL,    /* the bucket is */
	PORTAL_METHOD,  /* the method has used up its time */
	PORTAL_SHUT,    /* a person has to do something about the portal */
	PORTAL_DOWN,    /* no answer, or none of the portal's own */
};

/* what an answer says of the time that the method has used */
struct portal_time {
	double operating;
	int64_t reset_ms; /* from the answer on; 0: not said */
};

/* a method that was asked before */
struct portal_method {
	char *name;
	int64_t reset_ms; /* sv_now_ms() when some of its time is free again */
	int64_t until_ms; /* it is to be left alone; 0: it is not */
	struct portal_method *next;
};

/* the end of a request, for portal_reply_release() */
struct portal_reply {
	int code; /* lib/http.h's */
	char *why;
	long status;
	bool sent; /* some of the request may have arrived */
	char *body;
	size_t len;
	int retry_after_ms;
	bool done;
};

struct portal_token {
	json_t *all;                             /* as it is in the file */
	const char *access, *refresh, *endpoint; /* within it */
};

struct portal {
	const struct sv_list *settings;
	struct portal_rule rule;
	int answer_ms;
	bool show, background;
	int64_t deadline_ms; /* 0: none */

	/* access */
	bool known; /* looked at; with code and why, if it cannot be had */
	int code;
	char *why;
	bool application;
	struct sv_service service;
	char *prefix; /* before a method's name, with the secret of a webhook */
	char *place;
	char *client_id, *client_secret, *token_file;
	struct sv_service oauth;
	struct portal_token token;

	struct sv_loop *loop;
	struct sv_http *http;
	struct sv_breaker *breaker;
	struct portal_bucket *bucket;
	struct portal_method *methods;
};

/* --- portal_access.c --- */

/* The settings that have to do with where; what has to be freed. */
int portal_access(struct portal *portal);
int portal_where(struct portal *portal); /* but for the tokens */
void portal_access_release(struct portal *portal);

/* Where the tokens say that the portal is. */
int portal_access_move(struct portal *portal);

/* Whether url is one we may send secrets to: https, or this machine. */
bool portal_url_safe(const char *url);

/* --- portal_http.c --- */

/* Runs a request to its end; request's arg, done and timeout are ours. When we
 * are told to stop it has a few seconds left. */
int portal_http(struct portal *portal, struct sv_http_request *request,
                struct portal_reply *reply);
void portal_reply_release(struct portal_reply *reply);

/* when everything has to be over: sv_now_ms(), INT64_MAX */
int64_t portal_until(const struct portal *portal);

/* Waits; false when we are told to stop, or it would be too late then. */
bool portal_rest(const struct portal *portal, int wait_ms);

/* --- portal_reply.c --- */

/* Reads the body of an answer: 0 with the answer filled, or a code. */
int portal_read(const struct portal_reply *reply, const char *method,
                struct portal_answer *answer, struct portal_time *time,
                enum portal_then *then);

/* What "time" says. */
void portal_read_time(const json_t *time, struct portal_time *read);

/* The code in an error, of whatever type it is; what is said of it, without
 * HTML and secrets, yours. */
void portal_read_error(const json_t *error, char code[PORTAL_ERROR]);
char *portal_plain(const char *text, size_t most);

/* --- portal_error.c --- */

/* What a refusal of the portal's own (answer->error) means: its code, with the
 * rest of the answer and *then. status 0: within a batch. */
int portal_refused(struct portal_answer *answer, long status,
                   const char *method, const char *said,
                   enum portal_then *then);

/* --- portal_method.c --- */

/* for how many ms it is to be left alone */
int portal_method_wait(const struct portal *portal, const char *name);
/* what an answer said of it; spent: that its time is used up */
int portal_method_note(struct portal *portal, const char *name,
                       const struct portal_time *time, bool spent);
void portal_methods_free(struct portal *portal);

/* --- portal_ask.c --- */

struct portal_ask {
	const char *method;
	const json_t *params;
	enum portal_kind kind;
	/* instead: a file to an address, the method is for sentences */
	const char *url;
	const struct sv_http_part *file;
};

/* Asks, and repeats what may be. */
int portal_ask(struct portal *portal, const struct portal_ask *ask,
               struct portal_answer *answer);

/* the answer as before the first request */
void portal_answer_reset(struct portal_answer *answer);

/* prints it, for -n */
int portal_print(const char *method, const json_t *params);

/* --- portal_token.c --- */

int portal_token_load(struct portal_token *token, const char *path);
/* Stores what came, over what is there: it is on the disk when this returns. */
int portal_token_store(struct portal_token *token, const char *path,
                       const json_t *came);
void portal_token_release(struct portal_token *token);
/* the file's name, yours */
char *portal_token_path(const struct sv_list *settings);

/* The right to change the tokens, one process at a time: a descriptor to
 * close(); -1 with sv_why(). */
int portal_token_lock(const char *path);

/* --- portal_oauth.c --- */

/* Instead of the tokens in use, which have expired, others: new ones, or those
 * that another process has got meanwhile. */
int portal_refresh(struct portal *portal);

/* Asks for tokens: grant "refresh_token", "authorization_code", with its value
 * as parameter of that name or "code". *came is yours. */
int portal_oauth(struct portal *portal, const char *grant, const char *value,
                 json_t **came);

/* --- portal_batch.c --- */

enum portal_state { PORTAL_OPEN, PORTAL_SETTLED };

struct portal_batch {
	struct portal *portal; /* NULL: no method's time is counted */
	struct portal_command *commands;
	size_t n;
	bool halt;
	enum portal_state state[PORTAL_BATCH];
	enum portal_then then[PORTAL_BATCH];
};

bool portal_batch_open(const struct portal_batch *batch, size_t i);

/* It has ended, with sv_why() for the code. */
void portal_batch_settle(struct portal_batch *batch, size_t i, int code);

/* --- portal_batch_take.c --- */

/* Gives each command that is open what the batch's result says of it; behind
 * one that failed they stay open if the batch halts there. 0, or
 * EX_UNAVAILABLE when it is no such result. */
int portal_batch_take(struct portal_batch *batch, const json_t *result);

/* --- portal_query.c --- */

/* What a reference has become, if that is known: lent, or NULL. */
struct portal_known {
	const json_t *(*find)(void *arg, const char *key);
	void *arg;
};

/* "METHOD?query": params in PHP's brackets, percent-encoded. 0, EX_DATAERR. */
int portal_query(const char *method, const json_t *params,
                 const struct portal_known *known, struct sv_buf *out);

#endif
