/*
 * How a call comes in: what lies between a call (call.h) and the telephone
 * exchange. Each transport is one file that fills one capture_transport and
 * defines `struct transport` for itself; transports.c lists those of this
 * build.
 *
 * Two processes use it. The server (server.h) listens, reads what a peer says
 * first until it is known to be a call, and forks. The call's own process
 * opens the transport on that descriptor and runs until one side is done.
 * A transport that does not listen (`eagi:`) is opened at once: the process
 * was started for this one call.
 *
 * Inside a call all is non-blocking and lives in the call's loop. Functions
 * return 0 or an exit code with its sentence, and never print.
 */
#ifndef CAPTURE_TRANSPORT_H
#define CAPTURE_TRANSPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"

struct transport;
struct call;
struct call_config;

/* scheme://host:port/path?name=value&..., parsed and checked by url.h */
struct url;

enum {
	GREETING_MAX = 8192, /* bytes that tell what a peer wants */
	CALL_ID_LEN = 65,    /* with its NUL */
};

/* What greeting() tells of a peer, besides an exit code. */
enum {
	GREETING_MORE = 0, /* not enough has come to tell */
	GREETING_CALL = 1,
	GREETING_QUESTION = 2, /* it asks something: answer() */
};

enum { DTMF_AS_TONES = -2 }; /* see capture_transport.dtmf */

/* Someone who wants a call, as the server hands it to the call's process. */
struct arrival {
	const struct capture_transport *transport;
	const struct url *url;
	int fd;                  /* -1 where the transport does not listen */
	const uint8_t *greeting; /* what the peer has said so far; lent */
	size_t len;
	int what; /* GREETING_CALL or GREETING_QUESTION */
};

/* What is known of a call before anything is heard of it; strings are the
 * call's, "" where nothing is known. */
struct call_facts {
	char id[CALL_ID_LEN]; /* of the call: a ULID */
	char *caller, *callee;
	bool outbound;
	int rate_hz;  /* of the PCM both ways: one of lib/pcm.h's */
	bool begun;   /* open() has sent a frame of silence already */
	bool silent;  /* no sound in this call: lookups and call control */
	json_t *more; /* other fields for call.start, or NULL */
};

/* How our part of a call ends. The caller is still on the line with all but
 * the first. */
enum call_ending {
	CALL_GONE,     /* the far end hung up or vanished */
	CALL_HANGUP,   /* we hang up */
	CALL_TRANSFER, /* to a person: `target` and `brief` say who and why */
};

struct call_farewell {
	enum call_ending ending;
	const char *target;  /* a queue or an extension; NULL: the dialplan's */
	const char *reason;  /* "handoff", "failure", "busy", "timeout" ... */
	const json_t *brief; /* what the person should know; or NULL */
};

struct capture_transport {
	const char *scheme; /* "audiosocket" */
	const char *about;  /* for the list of transports */
	int socket_type;    /* SOCK_STREAM, SOCK_DGRAM; 0: it does not listen */
	int default_port;
	const char *const *settings; /* names its URL's query may have, ended
	                              * by NULL; or NULL */

	/* --- in the server --- */

	/* Whether the values of a URL's settings make sense: 0, or EX_USAGE
	 * before anyone calls. NULL where anything does. */
	int (*check)(const struct url *url);

	/* What a peer has sent so far makes of it: enum GREETING_*, or an exit
	 * code when it is no such peer. Pure. */
	int (*greeting)(const uint8_t *data, size_t len);

	/* Names the stream that a datagram is part of, so that what still
	 * comes of a call that we have ended begins no other; 0 for none.
	 * NULL where the address alone tells. */
	uint32_t (*stream)(const uint8_t *data, size_t len);

	/* Has the caller reach a person because we cannot take the call (no
	 * slot, draining): whatever the protocol has for it, without waiting.
	 * The server closes fd after it. May be NULL. */
	void (*refuse)(int fd, const uint8_t *greeting, size_t len);

	/* A question and not a call (GREETING_QUESTION): answered in a process
	 * forked for it, which may wait a second or two, and has no slot, no
	 * pipeline and no events. full: a call would be refused now. fd stays
	 * the server's. NULL where greeting() never says so. */
	int (*answer)(int fd, const uint8_t *greeting, size_t len,
	              const struct call_config *config, bool full);

	/* --- in the call's process --- */

	/* Takes arrival's fd and what the peer has said already, fills in
	 * facts, and watches what it must in call's loop. The URL and call are
	 * lent and outlive it; the rest of arrival does not. From now on it
	 * calls the call_heard_* functions of call.h, but not before open()
	 * returned. */
	int (*open)(struct transport **made, struct call *call,
	            const struct arrival *arrival, struct call_facts *facts);

	/* Frees it and closes its descriptors. NULL is fine. */
	void (*close)(struct transport *transport);

	/* One frame (20 ms at facts.rate_hz) for the far end, called each 20
	 * ms on the average, up to two frames early or late. A far end that
	 * does not take it loses it; nothing is queued beyond 200 ms. NULL for
	 * one without sound. */
	int (*send)(struct transport *transport, const int16_t *samples,
	            size_t n);

	/* The caller has the word: what the far end has buffered of ours is
	 * to be dropped. NULL where nothing is buffered. */
	int (*flush)(struct transport *transport);

	/* Sends keys ("0123456789*#ABCD") to the far end. NULL, or
	 * DTMF_AS_TONES given back: the call plays them as tones. */
	int (*dtmf)(struct transport *transport, const char *digits);

	/* Whether some of those are not sent yet: a farewell waits for them.
	 * NULL where they go at once. */
	bool (*pressing)(const struct transport *transport);

	/* Says so to the far end. The call goes on running until the transport
	 * says call_heard_end(), or a deadline of the call's. Not called after
	 * that, nor for CALL_GONE. */
	int (*leave)(struct transport *transport,
	             const struct call_farewell *farewell);

	/* An event that the pipeline wrote and that is no other function's
	 * business, for call control without sound (agi.*). NULL: none. */
	int (*event)(struct transport *transport, const json_t *event);
};

extern const struct capture_transport audiosocket_transport, agi_transport,
	eagi_transport, asterisk_ws_transport, rtp_transport;

/* NULL when text does not begin with the scheme of one of ours and a colon */
const struct capture_transport *transport_for(const char *text);

/* those of this build, a line each, on stdout */
void transports_print(void);

#endif
