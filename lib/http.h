/*
 * HTTP requests in the program's loop: one curl multi handle, connections
 * kept and used again. Answers come whole, or in pieces as they arrive.
 *
 * A request is sent again only where its caller says that this is safe
 * (retries), after the time the service asks for or 0.5 s, 1 s, 2 s … less up
 * to a quarter by chance, and never once a piece was handed out. retries 0 is
 * meant: what libcurl does on its own account, to send a request once more when
 * a connection used again dies under it, is not let happen either.
 */
#ifndef SV_HTTP_H
#define SV_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/loop.h"
#include "lib/service.h"

struct sv_http;
struct sv_http_call;

/* one name of a multipart/form-data body */
struct sv_http_part {
	const char *name;
	const char *data;
	size_t len;
	const char *file; /* its file name, or NULL: a plain field */
	const char *type; /* content type, or NULL */
};

/* How it ended; lent for done(). */
struct sv_http_answer {
	/* 0 for 2xx, else sysexits with sv_why() set: EX_NOPERM 401, 403 and
	 * 407, EX_TEMPFAIL 408, 429, 5xx but 501, and time run out,
	 * EX_UNAVAILABLE for no connection, a connection lost, a body cut
	 * short or larger than most, 404, 501, what sends us elsewhere (3xx:
	 * it is not followed) and what is no HTTP; EX_CONFIG for a certificate
	 * that cannot be trusted or used; EX_DATAERR any other 4xx; what
	 * data() returned */
	int code;
	long status;      /* 0 when there was none */
	bool sent;        /* the request, or some of it, may have arrived */
	const char *body; /* what data() was not given, NUL behind it */
	size_t len;
	const char *request_id; /* x-request-id or its kin; "" */
	int retry_after_ms;     /* as the service asks; -1 when it does not */
	int should_retry; /* x-should-retry: 1, 0, or -1 when it is not said */
};

struct sv_http_request {
	const struct sv_service *service; /* lent until done() */
	const char *path;   /* put behind service->url, or a whole URL */
	const char *method; /* NULL: POST with a body, else GET */
	/* "name: value", ended by NULL; or NULL. A body whose Content-Type is
	 * not among them is JSON. */
	const char *const *headers;
	const char *secret_header; /* one more, wiped from memory after */
	const char *body;          /* copied */
	size_t len;
	bool lent; /* body is not copied: it stays as it is until done() */
	const struct sv_http_part *parts; /* instead of body; copied */
	size_t n_parts;
	int timeout_ms; /* for all of it; 0: none */
	int idle_ms;    /* without a byte either way, once connected; 0: none */
	size_t most;    /* bytes of answer kept for body; 0: 1 MiB */
	int retries;    /* how often it may be sent again */
	/* Whether to, for an answer that by its status is worth it: a service
	 * may say in the body that it never will be. NULL: always. */
	bool (*again)(void *arg, const struct sv_http_answer *answer);
	/* each header of the answer, "name: value" without the line's end,
	 * lent; status is the answer's. NULL: nobody asks. */
	void (*header)(void *arg, long status, const char *line);
	/* pieces of a 2xx answer as they come; NULL: gathered. Non-zero ends
	 * the request, with done() told that code. */
	int (*data)(void *arg, const char *data, size_t len);
	void (*done)(void *arg, const struct sv_http_answer *answer);
	void *arg;
};

/* 0 and *made for sv_http_free(), EX_UNAVAILABLE without libcurl */
int sv_http_new(struct sv_http **made, struct sv_loop *loop);
/* what still goes on is broken off; no done() is called */
void sv_http_free(struct sv_http *http);

/* Starts a request. done() is called once, from the loop and never from
 * within this call; the call is gone then. Everything is copied but the service
 * and a body that is lent. The functions here may be called from within data()
 * and done(). */
struct sv_http_call *sv_http_start(struct sv_http *http,
                                   const struct sv_http_request *request);

/* Breaks it off; done() is not called. Also from within its data(). */
void sv_http_cancel(struct sv_http_call *call);

/* The service's name of the request, as in sv_http_answer, while it goes on;
 * lent, "" until the answer begins. */
const char *sv_http_id(const struct sv_http_call *call);

/* Has a connection to the service made, so that the next request finds one:
 * by a HEAD request to its url, which bears no key. Does nothing where one is
 * idle or being made. The service is lent for this call alone. */
void sv_http_warm(struct sv_http *http, const struct sv_service *service);

/* text as it may stand in a URL's path or query, yours to free() */
char *sv_http_escape(const char *text);

#endif
