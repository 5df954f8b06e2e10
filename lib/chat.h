/*
 * Models that are talked to by OpenAI's chat completions: OpenAI itself, and
 * all that speak as it does. A request goes to a chain of endpoints; its
 * answer comes back as it is made: text, and calls of tools.
 *
 *     struct sv_chat_setup setup = { .loop = loop, .engines = &opt.engines,
 *                                    .settings = &opt.settings };
 *     rc = sv_chat_new(&chat, &setup);
 *     ...
 *     sv_chat_say(messages, "system", "Ты продаёшь окна.");
 *     sv_chat_say(messages, "user", heard);
 *     call = sv_chat_start(chat, &request);
 *
 * Nothing here waits: all goes on in the loop. An endpoint that fails, is past
 * a budget or has its breaker open is left for the next one, as long as
 * nothing of its answer was handed out; from the first piece on, a failure is
 * the end of the request, and what was handed out stays what it is.
 *
 * Settings of an endpoint, by its name (service.h has where they come from):
 *
 *     those of service.h (url, ca, cert, key, proxy, connect), and
 *     model          "gpt://FOLDER/" is put before Yandex's short names
 *     dialect        openai, vllm, llama, ollama, yandexgpt; usual is that of
 *                    the endpoint's name, else the least: "plain"
 *     auth           bearer (usual), api-key (both: Authorization), or the
 *                    name of a header of its own
 *     project, organization, folder
 *     temperature, top_p, seed, max_tokens
 *     context        tokens that its model can have before it; usual 8192
 *     structure      schema, object, none: what it can be asked for where an
 *                    answer is to be JSON; found out when it is refused
 *     extra          a JSON object: more keys of the request
 *     retries        how often it is asked again (2), before anything was
 *                    handed out
 *     budget.connect, budget.first, budget.stall, budget.total
 *                    1500ms to connect, 5s until the first piece, 3s between
 *                    two, 60s for all of it; 0 is for good
 *
 * Its key is the secret SV_NAME_API_KEY.
 */
#ifndef SV_CHAT_H
#define SV_CHAT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/http.h"
#include "lib/loop.h"
#include "lib/option.h"

struct sv_chat;
struct sv_chat_call;

enum {
	SV_CHAT_TEXT_MAX = 1 << 18, /* bytes of an answer, of one tool's
	                             * arguments: more is a failure */
	SV_CHAT_CALLS_MAX = 32,     /* calls of tools in an answer */
	SV_CHAT_ID_MAX = 256,       /* bytes of a call's id */
	SV_CHAT_NAME_MAX = 64,      /* bytes of a tool's name */
};

/* all lent for good */
struct sv_chat_setup {
	struct sv_loop *loop;
	struct sv_http *http;          /* NULL: one of its own */
	const struct sv_list *engines; /* names in order of preference */
	const struct sv_list *settings;
};

/* the keys of settings, ended by NULL */
extern const char *const sv_chat_settings[];

/* 0 and *made for sv_chat_free(). EX_USAGE, EX_CONFIG: an endpoint's settings
 * are wrong; EX_UNAVAILABLE: no libcurl. */
int sv_chat_new(struct sv_chat **made, const struct sv_chat_setup *setup);

/* What still goes on is broken off, as by sv_chat_cancel(). NULL is fine. Not
 * from within a callback. */
void sv_chat_free(struct sv_chat *chat);

/* Has a connection ready at the endpoint that would be asked next. Often (each
 * second or two while a call goes on); returns at once. */
void sv_chat_warm(struct sv_chat *chat);

/* --- a conversation, as the API has it: an array of messages --- */

/* Adds what the system, the user or the assistant said; bytes that are not
 * UTF-8 are repaired. */
void sv_chat_say(json_t *messages, const char *role, const char *text);

/* Adds what a tool answered to the call of that id. */
void sv_chat_result(json_t *messages, const char *id, const char *text);

/* What the assistant said, of which the caller has heard just text ("" for
 * nothing): puts it in the place of the content of message, which has calls of
 * tools perhaps. */
void sv_chat_heard(json_t *message, const char *text);

/* Whether it is a conversation: roles are known, texts are there, each call
 * of a tool is answered by a tool's message before anything else follows. 0,
 * or EX_SOFTWARE with a sentence that names the message. */
int sv_chat_check(const json_t *messages);

/* How many messages, counted behind the system's at the beginning, have to go
 * for the rest to fit into `most` tokens. They end before one of the user's,
 * so that calls and answers of tools stay together; the last of those always
 * stays. 0: it fits. */
size_t sv_chat_overflow(const struct sv_chat *chat, const json_t *messages,
                        size_t most);

/* --- tokens --- */

/* A guess at how many tokens the text has for the model that would be asked
 * next: by its script, made better by what the service has counted. */
size_t sv_chat_tokens(const struct sv_chat *chat, const char *text, size_t len);
size_t sv_chat_tokens_of(const struct sv_chat *chat, const json_t *messages);

/* how many there may be, answer included: the setting `context` */
size_t sv_chat_context(const struct sv_chat *chat);

/* --- a request --- */

struct sv_chat_tool {
	const char *name;   /* letters, digits, _ and -; 64 at most */
	const char *about;  /* or NULL */
	json_t *parameters; /* JSON Schema of an object, lent; NULL: none */
};

/* A call of a tool that the model wants made; lent. */
struct sv_chat_use {
	const char *id; /* for sv_chat_result() */
	const char *name;
	const char *arguments; /* byte for byte as the model wrote them */
	const json_t *value;   /* the same, an object; NULL: they are none */
	/* why it cannot be made, for the model to read (there is no such tool,
	 * arguments are cut off, or not what the parameters' schema says);
	 * NULL: all is well */
	const char *wrong;
};

enum sv_chat_reason {
	SV_CHAT_STOP,     /* it has said all it wanted */
	SV_CHAT_TOOLS,    /* it waits for what tools answer */
	SV_CHAT_LENGTH,   /* cut off: no more tokens */
	SV_CHAT_FILTERED, /* cut off by the service's filter */
	SV_CHAT_REFUSED,  /* it does not want to: see refusal */
	SV_CHAT_FAILED,   /* see code */
};

/* How a request ended; lent for done(). */
struct sv_chat_end {
	enum sv_chat_reason reason;
	/* 0; else sysexits, with sv_why(): the last endpoint's failure; what
	 * text() returned; EX_DATAERR: the answer is not what the schema says */
	int code;
	bool handed;   /* something had been handed out before it failed */
	bool too_long; /* it failed for messages longer than the context */
	const char *engine, *model; /* who answered; of a failure, the last */
	const char *request_id;     /* the service's name of it; "" */
	/* What to put behind the messages: text and calls of tools, as they
	 * are. To be kept, json_incref() it. NULL: there is nothing. */
	json_t *message;
	const char *text;    /* all of it, "" */
	const char *refusal; /* what it says instead; "" */
	json_t *answer;      /* where there was a schema: the JSON; or NULL */
	/* tokens: as the service has counted them, or guessed */
	bool counted;
	int64_t input_tokens, output_tokens, cached_tokens;
	/* since sv_chat_start(); first_ms: to the first piece, -1: none */
	int first_ms, total_ms;
	int tries; /* requests that were sent */
};

struct sv_chat_request {
	const json_t *messages; /* see sv_chat_check() */
	const struct sv_chat_tool *tools;
	size_t n_tools;
	/* NULL or "auto", "none", "required", or a tool's name. Services that
	 * know no names are offered just that tool; Ollama's are free to call
	 * none. */
	const char *choice;
	bool one_use; /* not more than one call of a tool at a time */
	/* The answer is to be JSON of this schema; NULL: it is text. Asked for
	 * in words where a service cannot be told otherwise, and always
	 * checked. Its text is not handed out in pieces. */
	const json_t *schema;
	const char *schema_name; /* letters, digits, _ and -; NULL: "answer" */
	int max_tokens;          /* of the answer; 0: as set, or no limit */
	const char *temperature; /* "0.2"; NULL: as set */

	/* A piece of text, whole characters, NUL behind it. Non-zero breaks
	 * the request off: done() is told that code. NULL: not wanted. */
	int (*text)(void *arg, const char *text, size_t len);
	/* each call of a tool, once all of the answer is there; may be NULL */
	void (*use)(void *arg, const struct sv_chat_use *use);
	/* engine.failover and cost events to write; fields are taken. NULL:
	 * not wanted */
	void (*event)(void *arg, const char *type, json_t *fields);
	void (*done)(void *arg, const struct sv_chat_end *end);
	void *arg;
};

/* Starts a request; all of it is copied, messages and schemas are read at
 * once. Callbacks come from the loop, never from within this call, in the
 * order text, use, event, done; the call is gone with done(). They may start
 * and cancel. */
struct sv_chat_call *sv_chat_start(struct sv_chat *chat,
                                   const struct sv_chat_request *request);

/* Breaks it off: nothing is called any more but, from within, event() with
 * what it will have cost by a guess. The call is gone. */
void sv_chat_cancel(struct sv_chat_call *call);

#endif
