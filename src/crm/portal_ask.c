/* portal_ask: one request, with all that is counted before and after it */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/start.h"

#include "src/crm/portal_inside.h"

enum {
	PATIENCE_MS = 30000, /* for a place in the bucket */
	FULL_MAX = 4,        /* refusals for too many requests, in a row */
	TRIES_MAX = 3,
	FIRST_MS = 500,  /* before a second try, doubled each time */
	LATE_MS = 60000, /* no other try after so long */
	KEY_MS = 60000,  /* until a person has given us another */
	OAUTH_MS = 5000,
};

/* what has happened to a request so far */
struct course {
	int64_t begun_ms;
	int tries, full;
	bool refreshed;
	enum portal_then then; /* of the last try */
	int rc;
};

void portal_answer_reset(struct portal_answer *answer)
{
	json_decref(answer->result);
	*answer = (struct portal_answer){ .total = -1, .next = -1 };
}

int portal_print(const char *method, const json_t *params)
{
	json_t *none = params ? NULL : json_object();
	json_t *line = json_pack("{ss sO}", "method", method, "params",
	                         params ? params : none);
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15));
	char *whole = sv_format("%s\n", text ? text : "");
	int rc = text ? sv_write(STDOUT_FILENO, whole, strlen(whole), "stdout")
	              : sv_fail(EX_SOFTWARE, "bitrix24: %s: no parameters",
	                        method);

	free(whole);
	free(text);
	json_decref(line);
	json_decref(none);
	return rc;
}

/* --- before --- */

/* A portal that has not answered lately is left alone by all programs. */
static int allowed(struct portal *portal, const char *method,
                   struct portal_answer *answer)
{
	int64_t patient_ms = sv_now_ms() + PATIENCE_MS;
	int64_t until_ms = portal_until(portal);
	int left_ms;

	if (sv_stopping())
		return sv_fail(EX_TEMPFAIL, "bitrix24: %s: told to stop",
		               method);
	answer->wait_ms = portal_method_wait(portal, method);
	if (answer->wait_ms)
		return sv_fail(EX_TEMPFAIL,
		               "bitrix24: %s has used up its time at the "
		               "portal, for another %d s",
		               method, answer->wait_ms / 1000 + 1);
	answer->all = true;
	if (!sv_breaker_allows(portal->breaker)) {
		sv_breaker_look(portal->breaker, &left_ms);
		answer->wait_ms = left_ms > 0 ? left_ms : 1000;
		return sv_fail(EX_TEMPFAIL,
		               "bitrix24: %s has failed just now and is left "
		               "alone for %d ms",
		               portal->place, answer->wait_ms);
	}
	if (until_ms > patient_ms)
		until_ms = patient_ms;
	return portal_bucket_wait(portal->bucket, portal->background, until_ms,
	                          &answer->wait_ms);
}

static char *body_of(const struct portal *portal, const struct portal_ask *ask)
{
	json_t *params = ask->params
	                         ? json_copy((json_t *)(uintptr_t)ask->params)
	                         : json_object();
	char *body;

	if (portal->application)
		json_object_set_new(params, "auth",
		                    json_string(portal->token.access));
	body = json_dumps(params, JSON_COMPACT | JSON_REAL_PRECISION(15));
	json_decref(params);
	return body;
}

static int upload(struct portal *portal, const struct portal_ask *ask,
                  struct portal_reply *reply)
{
	struct sv_http_request request = {
		.service = &portal->service,
		.path = ask->url,
		.parts = ask->file,
		.n_parts = 1,
	};

	return portal_http(portal, &request, reply);
}

static int post(struct portal *portal, const struct portal_ask *ask,
                struct portal_reply *reply)
{
	static const char *const headers[] = {
		"Content-Type: application/json",
		"Accept: application/json",
		NULL,
	};
	char *path = sv_format("%s%s", portal->prefix, ask->method);
	char *body = body_of(portal, ask);
	struct sv_http_request request = {
		.service = &portal->service,
		.path = path,
		.headers = headers,
		.body = body,
		.len = body ? strlen(body) : 0,
		.lent = true,
	};
	int rc = body ? portal_http(portal, &request, reply)
	              : sv_fail(EX_SOFTWARE, "bitrix24: %s: no parameters",
	                        ask->method);

	sv_secret_free(body); /* the token is in it */
	sv_secret_free(path);
	return rc;
}

/* --- after --- */

/* what has to be put right here is no failure of the portal's */
static void note_health(struct portal *portal,
                        const struct portal_answer *answer,
                        enum portal_then then, int rc)
{
	bool down = then == PORTAL_DOWN && rc != EX_CONFIG;

	if (then == PORTAL_SHUT)
		sv_warn("%s; it is left alone for %d min", sv_why(),
		        answer->wait_ms / 60000);
	if (down || then == PORTAL_SHUT)
		sv_breaker_failed(portal->breaker,
		                  answer->all ? answer->wait_ms : 0);
	else
		sv_breaker_worked(portal->breaker);
}

static void note(struct portal *portal, const struct portal_ask *ask,
                 const struct portal_time *time, enum portal_then then,
                 struct portal_answer *answer)
{
	int wait_ms = portal_method_note(portal, ask->method, time,
	                                 then == PORTAL_METHOD);

	if (wait_ms)
		answer->wait_ms = wait_ms;
	if (then == PORTAL_FULL)
		portal_bucket_full(portal->bucket);
	else if (then != PORTAL_DOWN)
		portal_bucket_good(portal->bucket);
}

static int once(struct portal *portal, const struct portal_ask *ask,
                struct portal_answer *answer, enum portal_then *then)
{
	struct portal_reply reply = { 0 };
	struct portal_time time;
	int rc;

	*then = PORTAL_NOTHING;
	portal_answer_reset(answer);
	rc = allowed(portal, ask->method, answer);
	if (rc)
		return rc;
	answer->wait_ms = 0;
	answer->all = false;
	rc = ask->url ? upload(portal, ask, &reply) : post(portal, ask, &reply);
	if (!rc) {
		rc = portal_read(&reply, ask->method, answer, &time, then);
		note_health(portal, answer, *then, rc);
		note(portal, ask, &time, *then, answer);
		sv_debug("bitrix24: %s: HTTP %ld, %zu bytes, %.1f s of its "
		         "time used",
		         ask->method, reply.status, reply.len, time.operating);
	}
	portal_reply_release(&reply);
	return rc;
}

/* --- again --- */

static int chance_ms(int most_ms)
{
	unsigned chance = 0;

	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = (unsigned)sv_now_us();
	return (int)(chance % (unsigned)(most_ms + 1));
}

/* A token is asked for once; its failure is the request's. */
static bool refreshed(struct portal *portal, struct course *course,
                      struct portal_answer *answer)
{
	if (!portal->application || course->refreshed)
		return false;
	course->refreshed = true;
	course->rc = portal_refresh(portal);
	if (course->rc)
		answer->wait_ms = course->rc == EX_NOPERM ? KEY_MS : OAUTH_MS;
	return !course->rc;
}

static bool harmless(const struct portal_ask *ask,
                     const struct portal_answer *answer, enum portal_then then,
                     int rc)
{
	if (ask->kind == PORTAL_WRITE || rc == EX_CONFIG || rc == EX_NOPERM)
		return false;
	return answer->unknown || (then == PORTAL_DOWN && !answer->wait_ms);
}

static bool again(struct portal *portal, const struct portal_ask *ask,
                  const struct portal_answer *answer, struct course *course)
{
	int wait_ms = FIRST_MS << course->tries;
	enum portal_then then = course->then;

	if (then == PORTAL_FULL)
		return ++course->full < FULL_MAX && !sv_stopping();
	if (!harmless(ask, answer, then, course->rc) ||
	    ++course->tries >= TRIES_MAX ||
	    sv_now_ms() - course->begun_ms > LATE_MS)
		return false;
	return portal_rest(portal, wait_ms / 2 + chance_ms(wait_ms / 2));
}

int portal_ask(struct portal *portal, const struct portal_ask *ask,
               struct portal_answer *answer)
{
	struct course course = { .begun_ms = sv_now_ms() };
	bool more;

	do {
		course.rc = once(portal, ask, answer, &course.then);
		if (!course.rc)
			return 0;
		more = course.then == PORTAL_REFRESH
		               ? refreshed(portal, &course, answer)
		               : again(portal, ask, answer, &course);
	} while (more);
	return course.rc;
}
