/*
 * OpenAI's services, and those that speak as they do: who is asking (key,
 * organization, project), and what an answer that is an error says.
 */
#ifndef SV_OPENAI_H
#define SV_OPENAI_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/http.h"
#include "lib/service.h"

/* Where and as whom; for sv_openai_release(). */
struct sv_openai {
	struct sv_service service;
	char *place;         /* "host:port" */
	char *authorization; /* a secret header; NULL: there is no key */
	char *organization, *project; /* headers, or NULL */
	bool own;     /* OpenAI itself, not a server that is compatible */
	char key[64]; /* the variable of its key, for sentences */
};

/* A service that is another; lent. */
struct sv_openai_who {
	const char *name; /* "vllm": settings and SV_VLLM_API_KEY go by it */
	const char *url;  /* the usual one; NULL: it must be set */
	const char *auth; /* before the key: "Authorization: Bearer " */
	bool keyed;       /* nobody is heard there without a key */
};

/* What a service said instead of an answer. */
struct sv_openai_error {
	int code;      /* sysexits, with sv_why() set; never 0 */
	int wait_ms;   /* to be left alone for so long; 0: it does not say */
	bool again;    /* the same request may do better later */
	bool too_long; /* it is more than the model can have before it */
};

/* Reads the settings of sv_openai_settings and SV_OPENAI_API_KEY, without
 * which OpenAI itself is not asked: EX_CONFIG. 0, or sv_service_init()'s. */
int sv_openai_init(struct sv_openai *openai, const struct sv_list *settings);
/* The same for another service. */
int sv_openai_init_as(struct sv_openai *openai, const struct sv_openai_who *who,
                      const struct sv_list *settings);
void sv_openai_release(struct sv_openai *openai);

/* those of service.h, organization and project; ended by NULL */
extern const char *const sv_openai_settings[];

enum { SV_OPENAI_HEADERS = 5 };

/* The headers of a request, ended by NULL, lent by openai and its arguments:
 * organization, project, and up to two more, each NULL where there is none. */
void sv_openai_headers(const struct sv_openai *openai,
                       const char *headers[SV_OPENAI_HEADERS],
                       const char *first, const char *second);

/* An answer that is no 2xx. EX_NOPERM: the key; EX_CONFIG: a setting is
 * wrong (400, 404, 413, 415, 422); EX_TEMPFAIL: no quota left (never again),
 * too many requests, the service has trouble. model is the one asked for. */
int sv_openai_failed(const struct sv_openai *openai,
                     const struct sv_http_answer *answer, const char *model,
                     struct sv_openai_error *error);

/* The same for an `error` object that came by another way (a stream of events,
 * a WebSocket), where there is no status. */
int sv_openai_complaint(const struct sv_openai *openai, const json_t *object,
                        const char *model, struct sv_openai_error *error);

/* Whether http.h may send a request again for such an answer: not where the
 * account has no quota left. For sv_http_request.again. */
bool sv_openai_again(void *arg, const struct sv_http_answer *answer);

/* A JSON object from a service; NULL with EX_UNAVAILABLE's sentence, which
 * says what it was to be. */
json_t *sv_openai_object(const char *what, const char *text, size_t len);

#endif
