/*
 * What the parts of grpc.h share. A channel has calls and links (connections);
 * a call has a link from its start on.
 *
 * Nobody is told anything while nghttp2 works: what its callbacks find is kept
 * with the call (grpc_call_*), which joins the channel's news; grpc_deliver()
 * tells them, as the last thing a handler of the loop does.
 */
#ifndef SV_GRPC_INSIDE_H
#define SV_GRPC_INSIDE_H

#include <nghttp2/nghttp2.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/dial.h"
#include "lib/grpc.h"

/* how a call ended */
struct grpc_result {
	enum sv_grpc_code code;
	int exit; /* 0: what the code stands for */
	bool answered;
	bool whole;    /* message is all that is to be said */
	char *message; /* UTF-8, or NULL */
};

struct sv_grpc_call {
	struct sv_grpc *channel;
	struct sv_grpc_call *next, *next_news;
	struct grpc_link *link; /* NULL when it is over */
	int32_t stream;         /* 0: not asked for yet */
	struct sv_grpc_request request;
	char *path;
	struct sv_buf metadata; /* names and values, each with its NUL */
	struct sv_buf out;      /* messages with their heads */
	size_t out_at;          /* what of it has gone */
	struct sv_buf in;
	bool ended, eof;     /* by us: said, and sent */
	bool remote_end;     /* the service will say no more */
	int http;            /* status; 0: none yet */
	bool foreign;        /* its content is no gRPC */
	size_t header_bytes; /* of the block that comes in */
	char *request_id;
	struct sv_timer deadline;
	int64_t due_ms;
	struct grpc_result result;
	bool known; /* the service has told its status */
	bool over, news, telling, gone;
};

struct grpc_link {
	struct sv_grpc *channel;
	struct grpc_link *next;
	struct sv_dial *dial;
	nghttp2_session *session; /* NULL until it stands */
	bool going;               /* takes no new calls */
	bool lost;                /* to be freed */
	struct sv_timer watch;
	int64_t heard_ms;  /* anything */
	int64_t told_ms;   /* something of a call */
	int64_t pinged_ms; /* by us */
	bool pinged;       /* and not answered */
	bool spoke;        /* HTTP/2 */
};

struct sv_grpc {
	struct sv_loop *loop;
	const struct sv_service *service;
	char *authority;
	struct sv_grpc_call *calls;
	struct sv_grpc_call *news, **news_end;
	struct grpc_link *links;
	struct sv_timer settle; /* tells what was found out of turn */
	int silence_ms;
	int failures;          /* to connect, one after another */
	int64_t not_before_ms; /* for warming up */
	bool busy, freed;
};

/* --- grpc.c --- */

/* something is to be told to, or cleared away by, the loop */
void grpc_settle(struct sv_grpc *channel);

/* tells all news; the channel may be gone after */
void grpc_deliver(struct sv_grpc *channel);

/* takes it off the channel's lists */
void grpc_call_forget(struct sv_grpc_call *call);

/* A link has come to nothing or was lost: its calls end. */
void grpc_link_gone(struct grpc_link *link, int code);

/* --- grpc_call.c --- */

struct sv_grpc_call *grpc_call_new(struct sv_grpc *channel,
                                   const struct sv_grpc_request *request);

/* For one that was forgotten and has no link: frees it, once nobody looks at
 * it any more. */
void grpc_call_free(struct sv_grpc_call *call);

void grpc_call_join_news(struct sv_grpc_call *call);

/* Ends it, unless it has ended: with reset, the stream is broken off by that
 * code of HTTP/2. message: lent, NULL for none. */
void grpc_call_over(struct sv_grpc_call *call, enum sv_grpc_code code,
                    const char *message, uint32_t reset);

/* Ends one whose connection is lost, with what its end was told as. */
void grpc_call_lost(struct sv_grpc_call *call, int code, const char *why);

/* lets go of its stream, which is broken off unless it has ended by itself */
void grpc_call_leave(struct sv_grpc_call *call, uint32_t reset);

/* a header or a trailer of the answer */
void grpc_call_header(struct sv_grpc_call *call, const char *name,
                      const char *value, size_t len);

/* a block of headers is complete; last: nothing follows it */
void grpc_call_headers_end(struct sv_grpc_call *call, bool last);

void grpc_call_data(struct sv_grpc_call *call, const void *data, size_t len);

/* the service will say no more, and has told no status */
void grpc_call_end(struct sv_grpc_call *call);

/* nghttp2 has closed its stream with that code */
void grpc_call_closed(struct sv_grpc_call *call, uint32_t reset);

/* what its status will say; copied */
void grpc_call_set_message(struct sv_grpc_call *call, const char *message);

/* --- grpc_tell.c --- */

/* Hands out its messages, then its end. It may be gone after. */
void grpc_call_tell(struct sv_grpc_call *call);

/* --- grpc_link.c --- */

/* A connection that is being made. 0, or a code with sv_why(). */
int grpc_link_new(struct grpc_link **made, struct sv_grpc *channel);
void grpc_link_free(struct grpc_link *link);

/* whether it stands */
bool grpc_link_up(const struct grpc_link *link);

/* whether it has calls */
bool grpc_link_used(const struct grpc_link *link);

void grpc_link_reset(struct grpc_link *link, int32_t stream, uint32_t code);

/* writes what can be written */
void grpc_link_flush(struct grpc_link *link);

/* reads what has come; nobody is told */
void grpc_link_read(struct grpc_link *link);

/* --- grpc_session.c --- */

/* begins HTTP/2 over a connection that stands: 0, EX_TEMPFAIL */
int grpc_link_speak(struct grpc_link *link);

/* asks for a call's stream */
void grpc_link_submit(struct grpc_link *link, struct sv_grpc_call *call);

/* --- grpc_metadata.c --- */

enum { GRPC_HEADERS_MAX = 40, GRPC_TIMEOUT_LEN = 16 };

/* The headers of a call's request, into GRPC_HEADERS_MAX places: how many.
 * They are lent from the call, its channel, and timeout. */
size_t grpc_headers(const struct sv_grpc_call *call, nghttp2_nv *out,
                    char timeout[GRPC_TIMEOUT_LEN]);

/* Copies metadata that may be sent. NULL, or what is wrong with it. */
const char *grpc_metadata_copy(struct sv_buf *copy,
                               const char *const *metadata);

/* Hands what the service sent to who wants it. */
void grpc_metadata_tell(const struct sv_grpc_request *request, const char *name,
                        const char *value, size_t len);

#endif
