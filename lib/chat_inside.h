/*
 * What the files of chat share.
 *
 *     chat.c          the interface; a request from its start to its end
 *     chat_next.c     which endpoint is asked, and what becomes of a failure
 *     chat_try.c      one request to one endpoint, and how long it may take
 *     chat_end.c      the end is told: calls of tools, costs
 *     chat_place.c    an endpoint: its settings, its breaker
 *     chat_dialect.c  what endpoints of different makers know
 *     chat_body.c     a request as JSON
 *     chat_stream.c   an answer's bytes; chat_uses.c, chat_json.c
 *     chat_talk.c     conversations; chat_tokens.c how long they are
 */
#ifndef SV_CHAT_INSIDE_H
#define SV_CHAT_INSIDE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/breaker.h"
#include "lib/chat.h"
#include "lib/chat_stream.h"
#include "lib/loop.h"
#include "lib/openai.h"

enum { CHAT_PLACES = 8 };

/* what `tool_choice` may be; the others are made do without */
enum chat_choice { CHAT_FREE, CHAT_AUTO, CHAT_REQUIRED, CHAT_NAMED };

/* how an endpoint is asked for JSON, the best last */
enum chat_structure { CHAT_IN_WORDS, CHAT_OBJECT, CHAT_SCHEMA };

struct chat_dialect {
	const char *name;
	const char *url;   /* NULL: none is usual */
	bool keyed;        /* nobody is heard without a key */
	const char *most;  /* the key of max_tokens */
	const char *model; /* the usual one; NULL: it must be set */
	bool usage;        /* knows stream_options */
	bool parallel;     /* knows parallel_tool_calls */
	bool strict;       /* knows `strict` of a tool */
	bool bare_schema;  /* wants the schema without a name around it */
	enum chat_choice choice;
};

/* by name; NULL when there is none */
const struct chat_dialect *chat_dialect(const char *name);

/* the least that all know */
extern const struct chat_dialect chat_plain;

struct chat_budgets {
	int connect_ms, first_ms, stall_ms, total_ms;
};

struct chat_place {
	const char *name;
	struct sv_openai openai;
	const struct chat_dialect *dialect;
	char *model;
	const char *temperature; /* or NULL */
	const char *top_p, *seed;
	int max_tokens, context, retries;
	json_t *extra; /* or NULL */
	enum chat_structure structure;
	struct chat_budgets budgets;
	struct sv_breaker *breaker;
	bool told;    /* that it is left alone */
	double ratio; /* counted tokens to guessed ones; 0: not known */
};

/* 0; EX_USAGE, EX_CONFIG, EX_NOINPUT */
int chat_place_init(struct chat_place *place, const char *name,
                    const struct sv_list *settings);
void chat_place_release(struct chat_place *place);

/* whether its breaker lets it be asked by and by, or now */
bool chat_place_usable(const struct chat_place *place);
bool chat_place_allowed(struct chat_place *place);

struct chat_try;

struct sv_chat_call {
	struct sv_chat *chat;
	struct sv_chat_call *next;
	struct sv_chat_request request; /* its callbacks alone */
	json_t *messages, *tools, *schema;
	char *choice, *schema_name, *temperature;
	enum chat_structure structure; /* at most, of this request */

	struct chat_place *place; /* that is asked, or was */
	bool forced;              /* breakers are not asked any more */
	struct chat_try *try; /* what goes on; NULL: it waits for the next */
	int64_t begun_ms, place_ms, first_ms; /* 0: nothing yet */
	int again; /* how often this place was asked once more */
	int tries;
	bool handed;
	int code; /* of what failed last, with its sentence: */
	char *why;
	bool too_long;
	struct sv_timer timer; /* until it is to be tried, or ended */
	int busy;              /* a callback is on the stack */
	bool cancelled;        /* in there */
};

struct sv_chat {
	struct sv_loop *loop;
	struct sv_http *http;
	bool own_http;
	struct chat_place places[CHAT_PLACES];
	size_t n;
	struct sv_chat_call *calls;
	struct chat_try *tries; /* those that drain, too */
};

/* One request to one endpoint. */
struct chat_try {
	struct sv_chat_call *call; /* NULL: it is over, what comes is drained */
	struct sv_chat *chat;
	struct chat_place *place;
	struct sv_http_call *http; /* NULL: over */
	struct chat_stream stream;
	enum chat_structure structure;
	int stopped;    /* what text() returned, if not 0 */
	bool told;      /* what it has cost */
	bool whole;     /* text is not handed out in pieces */
	json_t *answer; /* the JSON that was wanted, or NULL */
	size_t guess;   /* tokens of the request, without the ratio */
	int64_t begun_ms, piece_ms, finish_ms; /* 0: not yet */
	char request_id[128];
	struct sv_timer timer;
	int inside;   /* its functions are on the stack */
	bool dropped; /* there */
	struct chat_try *next;
};

/* How a try ended that was no good. */
struct chat_failure {
	int code;
	bool again;    /* the same may do better */
	bool fault;    /* of the service */
	bool spent;    /* what it did may have to be paid for */
	bool too_long; /* for the context */
	bool format;   /* JSON is asked for in a way it does not know */
	int wait_ms;   /* as it asks; -1: it does not */
	int alone_ms;  /* for how long to leave it alone */
};

/* Asks call->place. The end comes by the functions of chat_next.c. */
void chat_try_start(struct sv_chat_call *call);

/* It is over: nothing is told any more. drain: what still comes is read, so
 * that the connection can be used again. */
void chat_try_drop(struct chat_try *try, bool drain);

/* --- chat_next.c --- */

/* The first endpoint, or the next; or the end, when there is none. */
void chat_next(struct sv_chat_call *call);

/* A try ended, with sv_why() if it failed; the try is not dropped yet. */
void chat_failed(struct chat_try *try, const struct chat_failure *failure);
void chat_worked(struct chat_try *try);

/* --- chat_end.c --- */

/* Tells all that is left to tell. try: the one that worked; NULL: it failed,
 * by call->code. The call is gone. */
void chat_end(struct sv_chat_call *call, struct chat_try *try);

/* what a try has cost, once; guessed where it was broken off */
void chat_cost(struct sv_chat_call *call, struct chat_try *try);

void chat_event(struct sv_chat_call *call, const char *type, json_t *fields);

/* --- chat.c --- */

void chat_call_free(struct sv_chat_call *call);

/* keeps sv_why() for the end */
void chat_call_why(struct sv_chat_call *call, int code);

/* --- chat_body.c --- */

/* The request as JSON, yours to free(); NULL with sv_why(). */
char *chat_body(const struct sv_chat_call *call, const struct chat_place *place,
                enum chat_structure structure);

/* how JSON is asked for there */
enum chat_structure chat_structure_of(const struct sv_chat_call *call,
                                      const struct chat_place *place);

/* --- chat_tokens.c --- */

/* without the ratio */
size_t chat_guess(const char *text, size_t len);
size_t chat_guess_of(const json_t *messages);

/* what was counted where `guess` was guessed */
void chat_learn(struct chat_place *place, size_t guess, int64_t counted);

size_t chat_scaled(const struct chat_place *place, size_t guess);

/* the endpoint that would be asked next */
const struct chat_place *chat_first(const struct sv_chat *chat);

#endif
