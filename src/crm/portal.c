/* portal: one Bitrix24 portal, asked over REST */
#include "src/crm/portal.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/service.h"

#include "src/crm/portal_inside.h"

enum {
	RATE = 2, /* what all plans but Enterprise allow */
	BURST = 50,
	RATE_MAX = 100000,
	BURST_MAX = 100000,
	RESERVED = 10,     /* part of the burst */
	ANSWER_MS = 65000, /* the portal gives up after 60 s */
};

/* A portal that is down for a day is asked once a minute; one that comes back
 * after a minute is not waited for much longer. */
static const struct sv_breaker_rule patience = {
	.failures = 5,
	.window_ms = 60000,
	.open_ms = 2000,
	.most_ms = 60000,
};

/* --- opening --- */

static int number(const struct sv_list *settings, const char *key, int most,
                  int *value)
{
	int rc = sv_setting_int(settings, "bitrix24", key, value);

	if (rc || (*value >= 1 && *value <= most))
		return rc;
	return sv_fail(EX_USAGE, "bitrix24: %s is a number from 1 to %d", key,
	               most);
}

static int take_rule(struct portal *portal)
{
	struct portal_rule *rule = &portal->rule;
	const struct sv_list *settings = portal->settings;
	int rc;

	*rule = (struct portal_rule){ .rate = RATE, .burst = BURST };
	rc = number(settings, "rate", RATE_MAX, &rule->rate);
	if (!rc)
		rc = number(settings, "burst", BURST_MAX, &rule->burst);
	rule->reserve = rule->burst / RESERVED;
	if (!rc)
		rc = sv_setting_int(settings, "bitrix24", "reserve",
		                    &rule->reserve);
	portal->answer_ms = ANSWER_MS;
	if (!rc)
		rc = sv_setting_ms(settings, "bitrix24", "answer",
		                   &portal->answer_ms);
	if (!rc && !portal->answer_ms)
		rc = sv_fail(EX_USAGE, "bitrix24: no time at all for an "
		                       "answer: 65s is usual");
	return rc;
}

int portal_open(struct portal **made, const struct sv_list *settings)
{
	struct portal *portal = sv_alloc(sizeof *portal);
	int rc;

	portal->settings = settings;
	rc = take_rule(portal);
	if (rc) {
		portal_close(portal);
		return rc;
	}
	*made = portal;
	return 0;
}

void portal_close(struct portal *portal)
{
	if (!portal)
		return;
	sv_http_free(portal->http);
	sv_loop_free(portal->loop);
	sv_breaker_free(portal->breaker);
	portal_bucket_free(portal->bucket);
	portal_methods_free(portal);
	portal_access_release(portal);
	free(portal->why);
	free(portal);
}

static void share(struct portal *portal)
{
	char *name = sv_format("crm-bitrix24-%s", portal->place);

	portal->breaker = sv_breaker_new(name, &patience);
	portal->bucket = portal_bucket_new(portal->place, &portal->rule);
	free(name);
}

int portal_ready(struct portal *portal)
{
	if (!portal->known) {
		portal->code = portal_access(portal);
		portal->known = portal->code != EX_NOPERM; /* no tokens yet */
		if (!portal->code)
			share(portal);
		free(portal->why);
		portal->why = portal->code ? sv_strdup(sv_why()) : NULL;
	}
	return portal->code ? sv_fail(portal->code, "%s", portal->why) : 0;
}

bool portal_is_application(struct portal *portal)
{
	portal_ready(portal);
	return portal->application;
}

const char *portal_place(struct portal *portal)
{
	portal_ready(portal);
	return portal->place ? portal->place : "";
}

void portal_background(struct portal *portal, bool background)
{
	portal->background = background;
}

void portal_limit(struct portal *portal, int limit_ms)
{
	portal->deadline_ms = limit_ms ? sv_now_ms() + limit_ms : 0;
}

void portal_show(struct portal *portal, bool show)
{
	portal->show = show;
}

/* --- asking --- */

void portal_release(struct portal_answer *answer)
{
	json_decref(answer->result);
	*answer = (struct portal_answer){ 0 };
}

bool portal_is_method(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
	                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                                   "0123456789._")];
}

int portal_call(struct portal *portal, const char *method, const json_t *params,
                enum portal_kind kind, struct portal_answer *answer)
{
	const struct portal_ask ask = {
		.method = method,
		.params = params,
		.kind = kind,
	};
	int rc;

	portal_answer_reset(answer);
	if (!portal_is_method(method))
		return sv_fail(EX_USAGE, "'%s' is no method of a portal",
		               method);
	if (portal->show) {
		answer->result = json_array();
		return portal_print(method, params);
	}
	rc = portal_ready(portal);
	return rc ? rc : portal_ask(portal, &ask, answer);
}

static int show_upload(const struct sv_http_part *file)
{
	json_t *params = json_pack("{ss? sI}", "file", file->file, "bytes",
	                           (json_int_t)file->len);
	int rc = portal_print("upload", params);

	json_decref(params);
	return rc;
}

int portal_upload(struct portal *portal, const char *url,
                  const struct sv_http_part *file, struct portal_answer *answer)
{
	const struct portal_ask ask = {
		.method = "upload",
		.kind = PORTAL_REPEATABLE, /* it is replaced */
		.url = url,
		.file = file,
	};
	int rc;

	portal_answer_reset(answer);
	if (portal->show) {
		answer->result = json_array();
		return show_upload(file);
	}
	rc = portal_ready(portal);
	if (rc)
		return rc;
	if (!portal_url_safe(url))
		return sv_fail(EX_UNAVAILABLE,
		               "bitrix24: the portal wants a file at an "
		               "address that does not begin with https://");
	return portal_ask(portal, &ask, answer);
}
