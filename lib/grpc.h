/*
 * gRPC over HTTP/2 as grpc's PROTOCOL-HTTP2 document has it: libcurl makes
 * the connection (dial.h), nghttp2 frames. Unary calls, streams either way and
 * both ways are the same here: messages out, messages in, then a status.
 *
 * A channel is one service. It connects when it is told to warm up or a call
 * needs it, serves any number of calls over one connection, and makes a new
 * connection for new calls when the old one was lost or is going away. A
 * call is never sent again by itself: who has the audio starts another.
 */
#ifndef SV_GRPC_H
#define SV_GRPC_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/loop.h"
#include "lib/service.h"

/* the status codes */
enum sv_grpc_code {
	SV_GRPC_OK,
	SV_GRPC_CANCELLED,
	SV_GRPC_UNKNOWN,
	SV_GRPC_INVALID_ARGUMENT,
	SV_GRPC_DEADLINE_EXCEEDED,
	SV_GRPC_NOT_FOUND,
	SV_GRPC_ALREADY_EXISTS,
	SV_GRPC_PERMISSION_DENIED,
	SV_GRPC_RESOURCE_EXHAUSTED,
	SV_GRPC_FAILED_PRECONDITION,
	SV_GRPC_ABORTED,
	SV_GRPC_OUT_OF_RANGE,
	SV_GRPC_UNIMPLEMENTED,
	SV_GRPC_INTERNAL,
	SV_GRPC_UNAVAILABLE,
	SV_GRPC_DATA_LOSS,
	SV_GRPC_UNAUTHENTICATED
};

/* How a call ended; lent for done(). */
struct sv_grpc_status {
	enum sv_grpc_code code;
	const char *message; /* the service's, or ours; "" when there is none */
	/* 0 for OK, else with sv_why() set, "riva: UNAVAILABLE: …":
	 * EX_TEMPFAIL 4 8 10 14, EX_NOPERM 7 16, EX_CONFIG 3 9 and a
	 * certificate, EX_UNAVAILABLE the others */
	int exit;
	bool answered; /* the service said so itself; false: we found out */
	/* what the service calls this request in its own logs; it is in
	 * sv_why(), too. "" when it did not say */
	const char *request_id;
};

struct sv_grpc_request {
	const char *path; /* /package.Service/Method */
	/* name and value by turns, ended by NULL; copied, values wiped after.
	 * The value of a name that ends in -bin is given in base 64. */
	const char *const *metadata;
	int deadline_ms; /* for all of it, told to the service; 0: none */
	size_t most;     /* bytes a message may have; 0: 4 MiB */
	/* What the service sends ahead of its messages and behind them, lent;
	 * base 64 is decoded, also the details of a status; a NUL stands behind
	 * it. No function of this file may be called from here. NULL: not
	 * wanted. */
	void (*metadata_in)(void *arg, const char *name, const char *value,
	                    size_t len);
	/* a whole message, lent. Non-zero cancels the call, with done() told
	 * that as its exit. */
	int (*message)(void *arg, const void *data, size_t len);
	void (*done)(void *arg, const struct sv_grpc_status *status);
	void *arg;
};

struct sv_grpc;
struct sv_grpc_call;

/* The service is lent for the channel's life; its url is http://host:port
 * (HTTP/2 with prior knowledge) or https://. 0 and *made for sv_grpc_free(),
 * EX_UNAVAILABLE without libcurl. */
int sv_grpc_new(struct sv_grpc **made, struct sv_loop *loop,
                const struct sv_service *service);
/* What still goes on is broken off; no done() is called. Also from within
 * done() and message(). */
void sv_grpc_free(struct sv_grpc *channel);

/* Sees that there is a connection, or one is being made: cheap where there is
 * one. After attempts that failed it waits, up to half a minute. */
void sv_grpc_warm(struct sv_grpc *channel);

/* whether a connection stands */
bool sv_grpc_ready(const struct sv_grpc *channel);

/* How long nothing may come while a call is open until the connection is asked
 * whether it lives (a PING, seldom enough for what servers allow), and is given
 * up when it does not answer within a third of that. 15 s when never told. */
void sv_grpc_patience(struct sv_grpc *channel, int silence_ms);

/* Starts a call, also before the connection stands. done() is called once,
 * from the loop and never from within a function here; the call is gone
 * then. The functions below may be called from message(); for a call NULL is
 * fine, which has ended. */
struct sv_grpc_call *sv_grpc_start(struct sv_grpc *channel,
                                   const struct sv_grpc_request *request);

/* One message: copied, and on its way at once where the connection takes it. */
void sv_grpc_send(struct sv_grpc_call *call, const void *message, size_t len);

/* Bytes that wait for the connection, or for the service to take more. */
size_t sv_grpc_waiting(const struct sv_grpc_call *call);

/* no more messages from us; the answer goes on */
void sv_grpc_end(struct sv_grpc_call *call);

/* Breaks it off; done() is not called. */
void sv_grpc_cancel(struct sv_grpc_call *call);

/* "UNAVAILABLE" */
const char *sv_grpc_code_name(enum sv_grpc_code code);

#endif
