/* openai_error: what services like OpenAI's say of what went wrong */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/openai.h"
#include "lib/utf8.h"

enum {
	MESSAGE = 200, /* bytes of a service's own words */

	/* How long an account without money is left alone: somebody has to
	 * notice, and pay. */
	BROKE_MS = 600000,
};

/* OpenAI's own notices: what goes away, and when */
static const struct {
	const char *model; /* all names that begin so */
	const char *date;
} ends[] = {
	{ "tts-1", "2027-01-06" },
	{ "gpt-4o-mini-tts", "2027-01-06" },
	{ "whisper-1", "2027-02-26" },
	{ "gpt-4o-transcribe", "2027-02-26" },
	{ "gpt-4o-mini-transcribe", "2027-02-26" },
};

/* codes of accounts that will have no answer until somebody pays */
static const char *const broke[] = { "insufficient_quota",
	                             "billing_hard_limit_reached",
	                             "account_deactivated", NULL };

static bool one_of(const char *const *list, const char *text)
{
	for (; *list; list++)
		if (!strcmp(*list, text))
			return true;
	return false;
}

/* its words, lent; what is missing is "" */
struct words {
	const char *name; /* of the service */
	long status;      /* 0: there was none */
	const char *code, *message, *type;
	int len;     /* of message, as much of it as is told */
	char *where; /* " (HTTP 429 rate_limit_exceeded, request req_1)" */
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void read_words(struct words *words, const json_t *object)
{
	words->name = "openai";
	words->code = text_of(object, "code");
	words->type = text_of(object, "type");
	words->message = text_of(object, "message");
	if (!*words->code)
		words->code = words->type;
	if (!*words->message)
		words->message = "it does not say why";
	words->len = (int)sv_utf8_cut(words->message, strlen(words->message),
	                              MESSAGE);
}

/* The error object of a body. FastAPI's servers say {"detail": "…"}, others
 * {"error": "…"} or {"message": …}. New; NULL when there is none. */
static json_t *error_of(const char *body, size_t len)
{
	json_t *root = body && len ? json_loadb(body, len, 0, NULL) : NULL;
	json_t *error = json_object_get(root, "error");

	if (!error)
		error = json_object_get(root, "detail");
	if (json_is_string(error))
		error = json_pack("{sO}", "message", error);
	else if (json_is_object(error))
		json_incref(error);
	else
		error = json_incref(root);
	json_decref(root);
	return error;
}

static const char *end_of(const char *model)
{
	for (size_t i = 0; model && i < sizeof ends / sizeof *ends; i++)
		if (!strncmp(model, ends[i].model, strlen(ends[i].model)))
			return ends[i].date;
	return NULL;
}

static int fail_model(const struct sv_openai *openai, const char *model,
                      const char *where)
{
	const char *end = openai->own ? end_of(model) : NULL;

	return sv_fail(EX_CONFIG,
	               "%s: the service has no model '%s'%s%s: set "
	               "another%s",
	               openai->service.name, model,
	               end ? ", which is switched off on " : "", end ? end : "",
	               where);
}

/* vLLM says it in words alone, llama.cpp by a type of its own */
static bool too_long(const struct words *words)
{
	return !strcmp(words->code, "context_length_exceeded") ||
	       !strcmp(words->type, "exceed_context_size_error") ||
	       strstr(words->message, "maximum context length") ||
	       strstr(words->message, "context window");
}

static bool no_model(const struct words *words, const char *model)
{
	return model &&
	       (!strcmp(words->code, "model_not_found") ||
	        (words->status == 404 && strstr(words->message, model)));
}

static bool bad_key(const struct words *words)
{
	return words->status == 401 || !strcmp(words->code, "invalid_api_key");
}

/* a request that is wrong, and will be the next time */
static bool wrong_request(const struct words *words)
{
	return words->status == 400 || words->status == 404 ||
	       words->status == 413 || words->status == 415 ||
	       words->status == 422 ||
	       (!words->status &&
	        !strcmp(words->type, "invalid_request_error"));
}

/* Who is asking has to do something. 0: it is not that. */
static int fail_account(const struct sv_openai *openai,
                        const struct words *words)
{
	if (one_of(broke, words->code))
		return sv_fail(EX_TEMPFAIL,
		               "%s: the account has no quota left: see to its "
		               "billing%s",
		               words->name, words->where);
	if (bad_key(words))
		return sv_fail(EX_NOPERM, "%s: %s %s%s", words->name,
		               openai->authorization
		                       ? "the key is refused: check"
		                       : "a key is needed: set",
		               openai->key, words->where);
	if (words->status == 403)
		return sv_fail(EX_NOPERM,
		               "%s: not allowed: %.*s: check %s and its "
		               "project%s",
		               words->name, words->len, words->message,
		               openai->key, words->where);
	return 0;
}

/* The same request may do better later, but for what there is not. */
static int fail_service(const struct words *words)
{
	bool often =
		words->status == 429 || !strncmp(words->code, "rate_limit", 10);

	return sv_fail(words->status == 501 ? EX_UNAVAILABLE : EX_TEMPFAIL,
	               "%s: %s: %.*s%s", words->name,
	               often ? "too many requests" : "the service fails",
	               words->len, words->message, words->where);
}

static void tell(const struct sv_openai *openai, const struct words *words,
                 const char *model, struct sv_openai_error *error)
{
	error->code = fail_account(openai, words);
	if (error->code == EX_TEMPFAIL)
		error->wait_ms = BROKE_MS;
	if (error->code)
		return;
	error->too_long = too_long(words);
	if (no_model(words, model)) {
		error->code = fail_model(openai, model, words->where);
	} else if (error->too_long || wrong_request(words)) {
		error->code =
			sv_fail(EX_CONFIG, "%s: refused: %.*s%s", words->name,
		                words->len, words->message, words->where);
	} else {
		error->again = words->status != 501;
		error->code = fail_service(words);
	}
}

int sv_openai_failed(const struct sv_openai *openai,
                     const struct sv_http_answer *answer, const char *model,
                     struct sv_openai_error *error)
{
	const char *id = answer->request_id ? answer->request_id : "";
	struct words words;
	json_t *object;

	*error = (struct sv_openai_error){ .code = answer->code };
	if (answer->retry_after_ms > 0)
		error->wait_ms = answer->retry_after_ms;
	/* no answer at all, or what came of a good one did: already told */
	if (answer->status < 400) {
		error->again = answer->code == EX_TEMPFAIL ||
		               answer->code == EX_UNAVAILABLE;
		return error->code;
	}
	object = error_of(answer->body, answer->len);
	read_words(&words, object);
	words.name = openai->service.name;
	words.status = answer->status;
	words.where = sv_format(" (HTTP %ld%s%s%s%s)", answer->status,
	                        *words.code ? " " : "", words.code,
	                        *id ? ", request " : "", id);
	tell(openai, &words, model, error);
	free(words.where);
	json_decref(object);
	return error->code;
}

int sv_openai_complaint(const struct sv_openai *openai, const json_t *object,
                        const char *model, struct sv_openai_error *error)
{
	struct words words;

	*error = (struct sv_openai_error){ 0 };
	read_words(&words, object);
	words.name = openai->service.name;
	words.status = 0;
	words.where =
		*words.code ? sv_format(" (%s)", words.code) : sv_strdup("");
	tell(openai, &words, model, error);
	free(words.where);
	return error->code;
}

bool sv_openai_again(void *arg, const struct sv_http_answer *answer)
{
	json_t *object = error_of(answer->body, answer->len);
	struct words words;
	bool again;

	(void)arg;
	read_words(&words, object);
	again = !one_of(broke, words.code);
	json_decref(object);
	return again;
}

json_t *sv_openai_object(const char *what, const char *text, size_t len)
{
	json_t *object = json_loadb(text, len, 0, NULL);

	if (json_is_object(object))
		return object;
	/* jansson's own words would quote it: what somebody said */
	sv_fail(EX_UNAVAILABLE, "openai: %s is no JSON object", what);
	json_decref(object);
	return NULL;
}
