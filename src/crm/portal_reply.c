/* portal_reply: the envelope of an answer */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/secret.h"
#include "lib/utf8.h"

#include "src/crm/portal_inside.h"

enum {
	SAID = 240,         /* bytes of what a portal says of its error */
	RESET_MAX_S = 1200, /* ten minutes are usual */
	WAIT_MAX_MS = 3600000,
};

/* --- text for people --- */

static const struct {
	const char *name, *text;
} entities[] = {
	{ "&quot;", "\"" }, { "&amp;", "&" },   { "&lt;", "<" },
	{ "&gt;", ">" },    { "&nbsp;", " " },  { "&#39;", "'" },
	{ "&#039;", "'" },  { "&laquo;", "«" }, { "&raquo;", "»" },
	{ "&mdash;", "—" },
};

/* One piece of HTML at *p, which moves behind it, as text. */
static const char *piece(const char **p, char one[2])
{
	const char *close = **p == '<' ? strchr(*p, '>') : NULL;

	if (close) { /* a tag stands for a blank */
		*p = close + 1;
		return " ";
	}
	for (size_t i = 0; **p == '&' && i < sizeof entities / sizeof *entities;
	     i++) {
		size_t len = strlen(entities[i].name);

		if (!strncmp(*p, entities[i].name, len)) {
			*p += len;
			return entities[i].text;
		}
	}
	one[0] = (unsigned char)**p < ' ' ? ' ' : **p;
	++*p;
	return one;
}

char *portal_plain(const char *text, size_t most)
{
	struct sv_buf plain;
	size_t len;
	char *made;

	sv_buf_init(&plain, strlen(text) + 1);
	while (*text) {
		char one[2] = "";
		const char *is = piece(&text, one);
		bool blank = !strcmp(is, " ");

		if (blank && (!plain.len || plain.data[plain.len - 1] == ' '))
			continue;
		sv_buf_puts(&plain, is);
	}
	while (plain.len && strchr(" .", plain.data[plain.len - 1]))
		sv_buf_cut(&plain, plain.len - 1);
	made = sv_strdup(sv_buf_str(&plain));
	sv_buf_release(&plain);
	sv_secret_mask(made);
	len = strlen(made);
	if (len > most)
		made[sv_utf8_cut(made, len, most)] = '\0';
	return made;
}

/* --- pieces of the envelope --- */

static const json_t *either(const json_t *object, const char *one,
                            const char *other)
{
	const json_t *value = json_object_get(object, one);

	return value ? value : json_object_get(object, other);
}

void portal_read_error(const json_t *error, char code[PORTAL_ERROR])
{
	const json_t *value = error;
	char *text, *plain;

	if (json_is_object(error)) /* REST 3, and parts of a batch */
		value = either(error, "error", "code");
	text = portal_text(value);
	plain = portal_plain(text ? text : "", PORTAL_ERROR - 1);
	memcpy(code, plain, strlen(plain) + 1);
	free(plain);
	free(text);
}

/* what is said of an error, wherever it stands */
static const char *description(const json_t *envelope)
{
	const json_t *error = json_object_get(envelope, "error");
	const json_t *said =
		either(envelope, "error_description", "error_message");

	if (!said)
		said = either(error, "error_description", "message");
	return json_is_string(said) ? json_string_value(said) : "";
}

void portal_read_time(const json_t *time, struct portal_time *read)
{
	double reset = portal_real(json_object_get(time, "operating_reset_at"));
	double now = portal_real(json_object_get(time, "finish"));
	double left;

	*read = (struct portal_time){ 0 };
	read->operating = portal_real(json_object_get(time, "operating"));
	if (reset <= 0)
		return;
	if (now <= 0)
		now = (double)sv_wall_ms() / 1000;
	left = reset - now; /* by the portal's own clock */
	if (left < 1)
		left = 1;
	if (left > RESET_MAX_S)
		left = RESET_MAX_S;
	read->reset_ms = (int64_t)(left * 1000);
}

static int64_t count(const json_t *envelope, const char *key)
{
	const json_t *value = json_object_get(envelope, key);

	if (!value || json_is_null(value) || json_is_boolean(value))
		return -1;
	return portal_int(value);
}

/* --- the whole of it --- */

/* Portals on premises put a byte order mark before it, and texts that are not
 * UTF-8 into it. */
static json_t *parse(const struct portal_reply *reply)
{
	const char *body = reply->body ? reply->body : "";
	size_t len = reply->body ? reply->len : 0;
	json_t *envelope;
	struct sv_buf good;

	if (len >= 3 && !memcmp(body, "\xef\xbb\xbf", 3)) {
		body += 3;
		len -= 3;
	}
	if (sv_utf8_check(body, len) == len)
		return json_loadb(body, len, JSON_ALLOW_NUL, NULL);
	sv_buf_init(&good, 3 * len + 1);
	sv_utf8_repair(&good, body, len);
	envelope =
		json_loadb(sv_buf_str(&good), good.len, JSON_ALLOW_NUL, NULL);
	sv_buf_release(&good);
	return envelope;
}

/* What is no answer of the portal's: a proxy's, a web server's, one that was
 * cut short; or none at all. */
static int no_answer(const struct portal_reply *reply,
                     struct portal_answer *answer, const char *method,
                     enum portal_then *then)
{
	long status = reply->status;
	int code = reply->code;

	*then = PORTAL_DOWN;
	answer->unknown = reply->sent && (status < 300 || status >= 500);
	if (reply->retry_after_ms > 0) {
		answer->wait_ms = reply->retry_after_ms < WAIT_MAX_MS
		                          ? reply->retry_after_ms
		                          : WAIT_MAX_MS;
		answer->all = true;
	}
	if (!code)
		return sv_fail(EX_TEMPFAIL,
		               "bitrix24: %s: this is no answer of a portal: "
		               "check the address",
		               method);
	if (reply->sent && status < 300 && code == EX_UNAVAILABLE)
		code = EX_TEMPFAIL; /* it was reached: this one went wrong */
	if (status >= 200 && status != 413 && code == EX_DATAERR)
		code = EX_UNAVAILABLE; /* not the portal's own word */
	if (status == 401 || status == 403 || status == 404)
		return sv_fail(code,
		               "%s; this is not the portal itself speaking: "
		               "check the address",
		               reply->why);
	return sv_fail(code, "%s", reply->why);
}

static int failed(const struct portal_reply *reply, const json_t *envelope,
                  const char *method, struct portal_answer *answer,
                  enum portal_then *then)
{
	char *said = portal_plain(description(envelope), SAID);
	int rc;

	portal_read_error(json_object_get(envelope, "error"), answer->error);
	if (reply->retry_after_ms > 0)
		answer->wait_ms = reply->retry_after_ms;
	rc = portal_refused(answer, reply->status, method, said, then);
	free(said);
	return rc;
}

int portal_read(const struct portal_reply *reply, const char *method,
                struct portal_answer *answer, struct portal_time *time,
                enum portal_then *then)
{
	bool good = reply->status >= 200 && reply->status < 300;
	json_t *envelope = parse(reply);
	const json_t *result = json_object_get(envelope, "result");
	const json_t *error = json_object_get(envelope, "error");
	int rc = 0;

	*then = PORTAL_NOTHING;
	portal_read_time(json_object_get(envelope, "time"), time);
	if (error && !json_is_null(error)) {
		rc = failed(reply, envelope, method, answer, then);
	} else if (!good || !result || reply->code) {
		rc = no_answer(reply, answer, method, then);
	} else {
		answer->result =
			json_incref(json_object_get(envelope, "result"));
		answer->total = count(envelope, "total");
		answer->next = count(envelope, "next");
	}
	json_decref(envelope);
	return rc;
}
