/* portal_oauth: new tokens for old ones, or for a code */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/secret.h"

#include "src/crm/portal_inside.h"

enum { SAID = 200, TRIES = 2 };

static const struct {
	const char *error, *grant; /* NULL: any */
	const char *advice;
} refusals[] = {
	{ "invalid_grant", "authorization_code",
	  "the code is not valid: it lives for 30 s and is taken once, so get "
	  "another and be quick" },
	{ "invalid_grant", NULL,
	  "the refresh token is not valid any more, as after 180 days without "
	  "use or a new installation: say sv-crm authorize" },
	{ "invalid_client", NULL,
	  "the application is not known so: check SV_BITRIX24_CLIENT_ID and "
	  "SV_BITRIX24_CLIENT_SECRET" },
	{ "wrong_client", NULL,
	  "the application is not known so: check SV_BITRIX24_CLIENT_ID and "
	  "SV_BITRIX24_CLIENT_SECRET" },
	{ "invalid_scope", NULL,
	  "the application asks for rights it has not: check its settings in "
	  "the portal" },
	{ "insufficient_scope", NULL,
	  "the application asks for rights it has not: check its settings in "
	  "the portal" },
	{ "PAYMENT_REQUIRED", NULL,
	  "the application's subscription or the portal's plan has ended" },
	{ "invalid_request", NULL,
	  "the request is not understood: check SV_BITRIX24_CLIENT_ID" },
	{ "", NULL, "no tokens are given" },
};

static int refused(const json_t *body, const char *grant, long status)
{
	char code[PORTAL_ERROR], *said;
	const char *text =
		json_string_value(json_object_get(body, "error_description"));
	size_t i = 0;
	int rc = status >= 500 || status == 429 ? EX_TEMPFAIL : EX_NOPERM;

	portal_read_error(json_object_get(body, "error"), code);
	while (*refusals[i].error &&
	       (strcasecmp(refusals[i].error, code) != 0 ||
	        (refusals[i].grant && strcmp(refusals[i].grant, grant) != 0)))
		i++;
	said = portal_plain(text ? text : "", SAID);
	rc = sv_fail(rc, "bitrix24: OAuth: %s%s%s: %s",
	             *code ? code : "refused", *said ? ": " : "", said,
	             refusals[i].advice);
	free(said);
	return rc;
}

static int read_reply(const struct portal_reply *reply, const char *grant,
                      json_t **came)
{
	json_t *body =
		json_loadb(reply->body ? reply->body : "", reply->len, 0, NULL);
	int rc = reply->code;

	if (json_object_get(body, "error")) {
		rc = refused(body, grant, reply->status);
	} else if (rc) {
		rc = sv_fail(rc == EX_DATAERR ? EX_UNAVAILABLE : rc,
		             "OAuth: %s", reply->why);
	} else if (!json_object_get(body, "access_token")) {
		rc = sv_fail(EX_UNAVAILABLE,
		             "bitrix24: OAuth: this is no answer of an OAuth "
		             "server");
	} else {
		*came = json_incref(body);
	}
	json_decref(body);
	return rc;
}

static char *path_of(const struct portal *portal, const char *grant,
                     const char *value)
{
	bool code = !strcmp(grant, "authorization_code");
	char *id = sv_http_escape(portal->client_id);
	char *secret = sv_http_escape(portal->client_secret);
	char *escaped = sv_http_escape(value);
	char *path = sv_format("/oauth/token/?grant_type=%s&client_id=%s"
	                       "&client_secret=%s&%s=%s",
	                       grant, id, secret,
	                       code ? "code" : "refresh_token", escaped);

	free(id);
	sv_secret_free(secret);
	sv_secret_free(escaped);
	return path;
}

/* A connection that could not be had is tried once more; what was heard never
 * is: a refresh token is good once. */
int portal_oauth(struct portal *portal, const char *grant, const char *value,
                 json_t **came)
{
	char *path = path_of(portal, grant, value);
	struct portal_reply reply = { 0 };
	int rc = 0;

	*came = NULL;
	for (int i = 0; i < TRIES; i++) {
		struct sv_http_request request = {
			.service = &portal->oauth,
			.path = path,
		};

		portal_reply_release(&reply);
		rc = portal_http(portal, &request, &reply);
		if (rc || reply.sent || !reply.code ||
		    !portal_rest(portal, 500))
			break;
	}
	if (!rc)
		rc = read_reply(&reply, grant, came);
	portal_reply_release(&reply);
	sv_secret_free(path);
	return rc;
}

/* --- instead of what has expired --- */

/* The old refresh token is good once: that new ones can be stored is made sure
 * of before they are asked for. */
static int renew(struct portal *portal)
{
	struct portal_token *token = &portal->token;
	json_t *came = NULL;
	int rc = portal_token_store(token, portal->token_file, token->all);

	if (!rc)
		rc = portal_oauth(portal, "refresh_token", token->refresh,
		                  &came);
	if (!rc)
		rc = portal_token_store(token, portal->token_file, came);
	if (!rc)
		sv_info("bitrix24: new tokens");
	json_decref(came);
	return rc;
}

int portal_refresh(struct portal *portal)
{
	char *old = sv_strdup(portal->token.access);
	int fd = portal_token_lock(portal->token_file), rc;

	if (fd < 0) {
		sv_secret_free(old);
		return EX_TEMPFAIL;
	}
	rc = portal_token_load(&portal->token, portal->token_file);
	if (!rc && !strcmp(portal->token.access, old))
		rc = renew(portal);
	close(fd);
	if (!rc)
		rc = portal_access_move(portal);
	sv_secret_free(old);
	return rc;
}
