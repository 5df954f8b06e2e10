/* portal_access: webhook or application, and where to ask */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"
#include "lib/setting.h"

#include "src/crm/portal_inside.h"

static const char oauth_usual[] = "https://oauth.bitrix24.tech";

bool portal_url_safe(const char *url)
{
	static const char *const here[] = { "127.0.0.1", "localhost", "[::1]" };
	const char *host = url + 7;

	if (!strncasecmp(url, "https://", 8))
		return true;
	if (strncasecmp(url, "http://", 7) != 0)
		return false;
	for (size_t i = 0; i < sizeof here / sizeof *here; i++) {
		size_t len = strlen(here[i]);

		if (!strncasecmp(host, here[i], len) &&
		    (!host[len] || strchr(":/", host[len])))
			return true;
	}
	return false;
}

static int take_service(struct portal *portal, struct sv_service *service,
                        const char *url)
{
	struct sv_found found;

	if (sv_setting_find(&found, portal->settings, "bitrix24", "url"))
		return sv_fail(
			sv_setting_wrong(&found),
			"%s: the portal's address is not set so: it is "
			"the webhook's, SV_BITRIX24_WEBHOOK, or is known "
			"from sv-crm authorize",
			found.where);
	return sv_service_init(service, "bitrix24", portal->settings, url);
}

/* --- the webhook --- */

/* The parts of https://HOST/rest/USER/SECRET/; what people copy with it, as
 * profile.json, is not looked at. NULL: it is none. */
static const char *find_secret(const char *url, size_t *len)
{
	const char *user = strstr(url, "/rest/");
	const char *secret;

	if (!user)
		return NULL;
	user += strlen("/rest/");
	secret = user + strspn(user, "0123456789");
	if (secret == user || *secret != '/')
		return NULL;
	*len = strspn(++secret, "abcdefghijklmnopqrstuvwxyz"
	                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                        "0123456789_-");
	if (!*len || (secret[*len] && secret[*len] != '/'))
		return NULL;
	return secret;
}

static int wrong_webhook(const char *url, const char *reason)
{
	sv_secret_known(url); /* whatever it is */
	return sv_fail(EX_CONFIG,
	               "SV_BITRIX24_WEBHOOK: %s: an inbound webhook's address "
	               "is https://HOST/rest/USER/KEY/",
	               reason);
}

static int take_webhook(struct portal *portal, const char *url)
{
	const char *rest = strstr(url, "/rest/");
	size_t len;
	const char *secret = find_secret(url, &len);
	char *text;
	int rc;

	if (!secret || !rest)
		return wrong_webhook(url, "this is none");
	if (!portal_url_safe(url))
		return wrong_webhook(url, "its key would be sent in the clear");
	text = sv_strndup(secret, len);
	sv_secret_known(text);
	sv_secret_free(text);
	portal->prefix = sv_format("%.*s/", (int)(secret + len - rest), rest);
	text = sv_strndup(url, (size_t)(rest - url));
	rc = take_service(portal, &portal->service, text);
	free(text);
	return rc;
}

/* --- the application --- */

int portal_access_move(struct portal *portal)
{
	const char *url = portal->token.endpoint;

	if (!portal_url_safe(url))
		return sv_fail(EX_CONFIG,
		               "%s: its client_endpoint does not begin with "
		               "https://: say sv-crm authorize again",
		               portal->token_file);
	sv_service_release(&portal->service);
	return take_service(portal, &portal->service, url);
}

static int take_application(struct portal *portal)
{
	const char *id = sv_setting(portal->settings, "bitrix24", "client_id");
	const char *oauth = sv_setting(portal->settings, "bitrix24", "oauth");
	int rc;

	if (!id || !*id)
		return sv_fail(
			EX_CONFIG,
			"bitrix24: no portal is set: SV_BITRIX24_WEBHOOK_FILE "
			"is a file with an inbound webhook's address, or "
			"SV_BITRIX24_CLIENT_ID names an application");
	portal->application = true;
	portal->client_id = sv_strdup(id);
	portal->prefix = sv_strdup("/");
	portal->token_file = portal_token_path(portal->settings);
	rc = sv_secret("SV_BITRIX24_CLIENT_SECRET", &portal->client_secret);
	if (!rc && !portal->client_secret)
		rc = sv_fail(EX_CONFIG,
		             "bitrix24: SV_BITRIX24_CLIENT_ID is set: the "
		             "application's secret has to be in "
		             "SV_BITRIX24_CLIENT_SECRET or the file that "
		             "SV_BITRIX24_CLIENT_SECRET_FILE names");
	if (!rc && oauth && !portal_url_safe(oauth))
		rc = sv_fail(EX_CONFIG,
		             "bitrix24: oauth: the address has to begin with "
		             "https://");
	if (!rc)
		rc = take_service(portal, &portal->oauth,
		                  oauth && *oauth ? oauth : oauth_usual);
	return rc;
}

/* --- either --- */

int portal_where(struct portal *portal)
{
	char *webhook;
	int rc = sv_secret_read("SV_BITRIX24_WEBHOOK", &webhook);

	if (rc)
		return rc;
	if (!webhook) {
		rc = take_application(portal);
	} else if (sv_setting(portal->settings, "bitrix24", "client_id")) {
		sv_secret_known(webhook);
		rc = sv_fail(EX_CONFIG,
		             "bitrix24: a webhook and an application are set: "
		             "leave out SV_BITRIX24_WEBHOOK or "
		             "SV_BITRIX24_CLIENT_ID");
	} else {
		rc = take_webhook(portal, webhook);
	}
	sv_secret_free(webhook);
	return rc;
}

int portal_access(struct portal *portal)
{
	int rc;

	portal_access_release(portal);
	rc = portal_where(portal);
	if (!rc && portal->application)
		rc = portal_token_load(&portal->token, portal->token_file);
	if (!rc && portal->application)
		rc = portal_access_move(portal);
	if (rc)
		return rc;
	portal->place = sv_service_place(&portal->service);
	for (char *p = portal->place; *p; p++) /* one portal, one count */
		*p = (char)tolower((unsigned char)*p);
	return 0;
}

void portal_access_release(struct portal *portal)
{
	sv_service_release(&portal->service);
	sv_service_release(&portal->oauth);
	sv_secret_free(portal->prefix);
	sv_secret_free(portal->client_secret);
	free(portal->client_id);
	free(portal->token_file);
	free(portal->place);
	portal_token_release(&portal->token);
	portal->prefix = portal->client_secret = portal->client_id = NULL;
	portal->token_file = portal->place = NULL;
	portal->application = false;
}
