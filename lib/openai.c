/* openai: who asks OpenAI's services, and what their errors say */
#include "lib/openai.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"
#include "lib/utf8.h"

enum {
	MESSAGE = 200, /* bytes of a service's own words */

	/* How long an account without money is left alone: somebody has to
	 * notice, and pay. */
	BROKE_MS = 600000,
};

static const char *const usual_url = "https://api.openai.com/v1";

const char *const sv_openai_settings[] = { "url",     "ca",           "cert",
	                                   "key",     "proxy",        "connect",
	                                   "project", "organization", NULL };

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

/* --- who asks --- */

static char *header(const struct sv_list *settings, const char *key,
                    const char *name)
{
	const char *value = sv_setting(settings, "openai", key);

	return value && *value ? sv_format("%s: %s", name, value) : NULL;
}

/* A header is a line: no setting may end it. */
static int check_header(const char *line, const char *key)
{
	if (line && strcspn(line, "\r\n") != strlen(line))
		return sv_fail(EX_USAGE, "openai: %s has an end of line", key);
	return 0;
}

static int take_key(struct sv_openai *openai)
{
	char *key = NULL;
	int rc = sv_secret("SV_OPENAI_API_KEY", &key);

	if (rc)
		return rc;
	if (!key && openai->own)
		return sv_fail(EX_CONFIG, "openai: no key: set "
		                          "SV_OPENAI_API_KEY or "
		                          "SV_OPENAI_API_KEY_FILE");
	if (key)
		openai->authorization =
			sv_format("Authorization: Bearer %s", key);
	sv_secret_free(key);
	return 0;
}

int sv_openai_init(struct sv_openai *openai, const struct sv_list *settings)
{
	int rc;

	*openai = (struct sv_openai){ 0 };
	rc = sv_service_init(&openai->service, "openai", settings, usual_url);
	if (rc)
		return rc;
	openai->place = sv_service_place(&openai->service);
	openai->own = !strncmp(openai->place, "api.openai.com:", 15);
	openai->organization =
		header(settings, "organization", "OpenAI-Organization");
	openai->project = header(settings, "project", "OpenAI-Project");
	rc = check_header(openai->organization, "organization");
	if (!rc)
		rc = check_header(openai->project, "project");
	if (!rc)
		rc = take_key(openai);
	if (rc)
		sv_openai_release(openai);
	return rc;
}

void sv_openai_release(struct sv_openai *openai)
{
	sv_service_release(&openai->service);
	sv_secret_free(openai->authorization);
	free(openai->place);
	free(openai->organization);
	free(openai->project);
	*openai = (struct sv_openai){ 0 };
}

void sv_openai_headers(const struct sv_openai *openai,
                       const char *headers[SV_OPENAI_HEADERS],
                       const char *first, const char *second)
{
	const char *const all[] = { openai->organization, openai->project,
		                    first, second };
	size_t n = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i])
			headers[n++] = all[i];
	headers[n] = NULL;
}

/* --- what an error says --- */

/* its words, lent; what is missing is "" */
struct words {
	long status; /* 0: there was none */
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
	               "openai: the service has no model '%s'%s%s: set "
	               "another%s",
	               model, end ? ", which is switched off on " : "",
	               end ? end : "", where);
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
		               "openai: the account has no quota left: see to "
		               "its billing%s",
		               words->where);
	if (bad_key(words))
		return sv_fail(EX_NOPERM, "openai: %s SV_OPENAI_API_KEY%s",
		               openai->authorization
		                       ? "the key is refused: check"
		                       : "a key is needed: set",
		               words->where);
	if (words->status == 403)
		return sv_fail(EX_NOPERM,
		               "openai: not allowed: %.*s: check "
		               "SV_OPENAI_API_KEY and its project%s",
		               words->len, words->message, words->where);
	return 0;
}

/* The same request may do better later, but for what there is not. */
static int fail_service(const struct words *words)
{
	bool often =
		words->status == 429 || !strncmp(words->code, "rate_limit", 10);

	return sv_fail(words->status == 501 ? EX_UNAVAILABLE : EX_TEMPFAIL,
	               "openai: %s: %.*s%s",
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
	if (no_model(words, model)) {
		error->code = fail_model(openai, model, words->where);
	} else if (wrong_request(words)) {
		error->code = sv_fail(EX_CONFIG, "openai: refused: %.*s%s",
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
