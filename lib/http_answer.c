/* http_answer: what the end of an attempt means, and whether to try again */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http_inside.h"
#include "lib/reach.h"
#include "lib/secret.h"
#include "lib/utf8.h"

enum {
	SAID = 200,          /* bytes of what a service says of its error */
	FIRST_WAIT_MS = 500, /* doubled each time */
	LONG_WAIT_MS = 8000,
	NEVER_MS = 60000, /* who asks for more patience is given up */
};

/* --- what the service says --- */

static const char *string_at(const json_t *object, const char *key,
                             const char *inner)
{
	const json_t *value = json_object_get(object, key);

	if (inner)
		value = json_object_get(value, inner);
	return json_string_value(value);
}

/* where services put it: OpenAI and most others, Yandex, Qdrant, FastAPI */
static const char *said_in(const json_t *answer)
{
	static const struct {
		const char *key, *inner;
	} places[] = {
		{ "error", "message" },  { "error_message", NULL },
		{ "error", NULL },       { "error_description", NULL },
		{ "status", "error" },   { "message", NULL },
		{ "detail", "message" }, { "detail", NULL },
	};

	const char *said = NULL;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (!said || !*said)
			said = string_at(answer, places[i].key,
			                 places[i].inner);
	}
	return said;
}

/* The service's own sentence, yours to free(), without secrets (some repeat
 * the key they were given) and of a length to be read; NULL: it has none. */
static char *own_sentence(const struct sv_http_call *call)
{
	const char *body = sv_buf_str(&call->got);
	json_t *answer = json_loadb(body, call->got.len, 0, NULL);
	const char *said = answer ? said_in(answer) : NULL;
	char *text;
	size_t len;

	if (!answer && *body != '<' && *body != '{' && *body != '[')
		said = body; /* plain text: its first line */
	text = sv_strdup(said ? said : "");
	json_decref(answer);
	text[strcspn(text, "\r\n")] = '\0';
	sv_secret_mask(text);
	len = strlen(text);
	if (len > SAID) {
		len = SAID;
		while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--; /* between two characters */
	}
	while (len && strchr(" .\t", text[len - 1]))
		len--;
	text[len] = '\0';
	if (len && sv_utf8_check(text, len) == len)
		return text;
	free(text);
	return NULL;
}

/* --- what it means --- */

static const struct {
	int from, to;
	int code;
	const char *means;
} statuses[] = {
	{ 300, 399, EX_UNAVAILABLE,
	  "it sends us elsewhere, where we do not go: check the address" },
	{ 401, 401, EX_NOPERM, "it does not take our key" },
	{ 403, 403, EX_NOPERM, "our key may not do this" },
	{ 404, 404, EX_UNAVAILABLE,
	  "there is nothing at this place: check the address" },
	{ 407, 407, EX_NOPERM, "the proxy wants a password" },
	{ 408, 408, EX_TEMPFAIL, "it has waited for us too long" },
	{ 413, 413, EX_DATAERR, "this is too much at once for it" },
	{ 429, 429, EX_TEMPFAIL, "these are too many requests" },
	{ 400, 499, EX_DATAERR, "it does not take this request" },
	{ 501, 501, EX_UNAVAILABLE, "it cannot do this" },
	{ 503, 503, EX_TEMPFAIL, "it is overloaded or down" },
	{ 500, 599, EX_TEMPFAIL, "it has failed" },
	{ 0, 999, EX_UNAVAILABLE, "this is no answer to a request" },
};

static int refused(const struct sv_http_call *call)
{
	char *said = own_sentence(call);
	const char *id = call->request_id;
	size_t i = 0;
	int rc;

	while (call->status < statuses[i].from || call->status > statuses[i].to)
		i++;
	rc = sv_fail(statuses[i].code, "%s: HTTP %ld of %s: %s%s%s%s",
	             call->request.service->name, call->status, call->place,
	             said ? said : statuses[i].means, *id ? " (request " : "",
	             id, *id ? ")" : "");
	free(said);
	return rc;
}

static int judge(struct sv_http_call *call, CURLcode result)
{
	const struct sv_service *service = call->request.service;

	if (call->code)
		return sv_fail(call->code, "%s", call->why);
	if (call->status >= 300)
		return refused(call); /* even if its body came in part */
	if (call->too_much)
		return sv_fail(EX_UNAVAILABLE,
		               "%s: the answer of %s has more than %zu bytes",
		               service->name, call->place, call->got.max);
	if (result)
		return sv_reach_failed(call->easy, result, call->error,
		                       service);
	return call->status >= 200 ? 0 : refused(call);
}

/* a date's distance from now, as curl has it: 0 is also what is no date */
static void take_retry_date(struct sv_http_call *call)
{
	curl_off_t seconds = 0;

	if (!call->retry_date || call->retry_after_ms >= 0 || !call->easy)
		return;
	call->http->curl->easy_getinfo(call->easy, CURLINFO_RETRY_AFTER,
	                               &seconds);
	if (seconds > HTTP_FOREVER / 1000)
		call->retry_after_ms = HTTP_FOREVER;
	else if (seconds)
		call->retry_after_ms = seconds < 0 ? 0 : (int)seconds * 1000;
}

void http_judge(struct sv_http_call *call, CURLcode result,
                struct sv_http_answer *answer)
{
	take_retry_date(call);
	*answer = (struct sv_http_answer){
		.code = judge(call, result),
		.status = call->status,
		.sent = call->sent >= 0,
		.body = sv_buf_str(&call->got),
		.len = call->got.len,
		.request_id = call->request_id,
		.retry_after_ms = call->retry_after_ms,
		.should_retry = call->should_retry,
	};
}

/* --- whether to try again --- */

static bool is_worth_it(const struct sv_http_call *call,
                        const struct sv_http_answer *answer)
{
	long status = answer->status;

	if (status < 300) /* none, or a good one that was cut short */
		return !call->code && !call->too_much &&
		       (answer->code == EX_UNAVAILABLE ||
		        answer->code == EX_TEMPFAIL);
	if (call->should_retry >= 0)
		return call->should_retry;
	return status == 408 || status == 409 || status == 429 ||
	       (status >= 500 && status < 600 && status != 501);
}

static int own_wait(const struct sv_http_call *call)
{
	unsigned wait = FIRST_WAIT_MS, chance = 0;

	for (int i = 1; i < call->tries && wait < LONG_WAIT_MS; i++)
		wait *= 2;
	/* not random(), which is the same in all processes of a crowd */
	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = (unsigned)sv_now_us();
	return (int)(wait - chance % (wait / 4 + 1));
}

int http_again(struct sv_http_call *call, const struct sv_http_answer *answer)
{
	int wait = answer->retry_after_ms;

	if (!answer->code || !call->retries_left || call->handed ||
	    !is_worth_it(call, answer))
		return -1;
	if (answer->status && call->request.again &&
	    !call->request.again(call->request.arg, answer))
		return -1;
	if (wait < 0)
		wait = own_wait(call);
	if (wait > NEVER_MS ||
	    (call->deadline_ms && sv_now_ms() + wait >= call->deadline_ms))
		return -1;
	return wait;
}
