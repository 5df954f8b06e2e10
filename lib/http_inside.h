/*
 * What the files of http share: a request on its way.
 *
 *     http.c         the interface; what callbacks of ours may not do at once
 *     http_loop.c    curl in the loop
 *     http_call.c    what a call is made of
 *     http_life.c    its time, from its start to its end
 *     http_attempt.c one attempt: an easy handle, and what arrives at it
 *     http_head.c    its answer's head
 *     http_answer.c  what an end means, and whether to try again
 *     http_body.c    multipart bodies, text for URLs
 */
#ifndef SV_HTTP_INSIDE_H
#define SV_HTTP_INSIDE_H

#include <stdint.h>
#include <sys/types.h>

#include "lib/buf.h"
#include "lib/curl.h"
#include "lib/http.h"

enum { HTTP_MOST = 1 << 20, HTTP_ID = 128, HTTP_FOREVER = 1000000000 };

enum http_state {
	HTTP_QUEUED,    /* to be handed to curl, which is not to be disturbed */
	HTTP_RUNNING,   /* curl has it */
	HTTP_WAITING,   /* to be sent again */
	HTTP_STILLBORN, /* an error, to be told of from the loop */
	HTTP_DROPPED,   /* cancelled; to be freed when curl is out of it */
};

struct sv_http_call {
	struct sv_http *http;
	struct sv_http_call *next;
	struct sv_http_request request; /* its pointers are not to be used */
	enum http_state state;
	char *url, *method, *place;
	struct curl_slist *headers;
	char *body;            /* our copy */
	const char *sent_body; /* it, or the one that is lent; or NULL */
	size_t len;
	bool quiet; /* nobody is told, and the service may be gone */
	int tries, retries_left;
	int64_t begun_ms, deadline_ms; /* 0: none */
	struct sv_timer timer;

	/* of the attempt */
	CURL *easy;
	int fd; /* that curl uses for it, -1: none yet */
	char error[CURL_ERROR_SIZE];
	long status;
	long sent;       /* bytes before the request itself; -1: not begun */
	bool in_body;    /* headers that come now are trailers */
	bool handed;     /* pieces went out */
	bool heard;      /* a byte of the answer */
	int64_t last_ms; /* when something came or went */
	int64_t gone;    /* bytes that had gone then */
	struct sv_buf got;
	bool too_much;
	int code;  /* what data() returned, or HTTP_STILLBORN's */
	char *why; /* its sentence */
	char request_id[HTTP_ID];
	int retry_after_ms; /* -1: not said */
	bool retry_date;    /* said as a date */
	int should_retry;   /* as the service says; -1: not said */
};

/* a socket that curl has open, or had: the inode tells */
struct http_socket {
	int fd;
	ino_t inode;
	char *place;
	struct http_socket *next;
};

struct sv_http {
	struct sv_loop *loop;
	const struct sv_curl *curl;
	CURLM *multi;
	struct sv_timer timer; /* curl's */
	struct sv_http_call *calls;
	struct http_socket *sockets;
	int inside;  /* curl's function is on the stack */
	int calling; /* a done() is */
	bool gone;   /* freed meanwhile */
};

/* An easy handle for the call, which curl can be given. 0, or an exit code. */
int http_attempt(struct sv_http_call *call);

void http_socket_free(struct http_socket *socket);

/* a line of the answer's head */
void http_head(struct sv_http_call *call, const char *line);

/* takes the attempt's handle back from curl */
void http_attempt_end(struct sv_http_call *call);

/* curl's sockets and timer join the loop */
void http_loop(struct sv_http *http);

/* After curl has run, and after anything that may have had callbacks called:
 * what was put off is done, ends are told, and then, if that was asked for,
 * it is over with http. */
void http_settle(struct sv_http *http);

/* Has curl begin, now or when it is not at work any more. */
void http_begin(struct sv_http_call *call);

/* With this code, if it is one, and sv_why() it is to end. */
void http_broken(struct sv_http_call *call, int code);

/* An attempt ended: there is another, or done() is called and the call gone. */
void http_finish(struct sv_http_call *call, CURLcode result);

/* the call's timer */
int http_call_time(void *arg);

/* out of the list of calls */
void http_unlink(struct sv_http_call *call);

/* something came: the time for the next begins */
void http_heard(struct sv_http_call *call);

/* Makes an answer of how the attempt ended, with sv_why() for its code. */
void http_judge(struct sv_http_call *call, CURLcode result,
                struct sv_http_answer *answer);

/* for how long to wait before the next attempt; -1: there is none */
int http_again(struct sv_http_call *call, const struct sv_http_answer *answer);

/* A call of all that the request is made of; NULL with sv_why() when it cannot
 * be one. */
struct sv_http_call *http_call_new(struct sv_http *http,
                                   const struct sv_http_request *request);
void http_call_free(struct sv_http_call *call);

/* what the parts are as a body; *type is the header that tells its boundary */
void http_body_parts(struct sv_http_call *call,
                     const struct sv_http_part *parts, size_t n, char **type);

#endif
