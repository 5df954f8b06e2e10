/* portal_authorize: sv-crm authorize: the tokens of an application */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/secret.h"

#include "src/crm/command.h"
#include "src/crm/portal_inside.h"

enum { INSTALL_MAX = 64 << 10, BLOCK = 4096 };

/* --- what an installation was given --- */

static int read_all(struct sv_buf *text)
{
	char block[BLOCK];
	ssize_t n;

	for (;;) {
		n = sv_read(STDIN_FILENO, block, sizeof block, "stdin");
		if (n < 0)
			return EX_IOERR;
		if (!n)
			return 0;
		if (sv_buf_add(text, block, (size_t)n))
			return sv_fail(EX_DATAERR,
			               "stdin: this is too long for what an "
			               "installation is given");
	}
}

static void take(json_t *came, const char *key, const json_t *from,
                 const char *other)
{
	json_t *value = json_object_get(from, key);

	if (!value && other)
		value = json_object_get(from, other);
	if (value)
		json_object_set(came, key, value);
}

/* The endpoint of a portal whose domain is all that is known. */
static void add_endpoint(json_t *came)
{
	const char *domain = json_string_value(json_object_get(came, "domain"));
	char *url;

	if (json_object_get(came, "client_endpoint") || !domain ||
	    strpbrk(domain, "/@?# "))
		return;
	url = sv_format("https://%s/rest/", domain);
	json_object_set_new(came, "client_endpoint", json_string(url));
	free(url);
}

/* An event's handler is given {"auth":{…}}, a page AUTH_ID and its kin. */
static int from_stdin(json_t **came)
{
	struct sv_buf text;
	json_t *all, *from;
	int rc;

	sv_buf_init(&text, INSTALL_MAX);
	rc = read_all(&text);
	all = rc ? NULL : json_loadb(sv_buf_str(&text), text.len, 0, NULL);
	if (text.data)
		explicit_bzero(text.data, text.len);
	sv_buf_release(&text);
	if (rc)
		return rc;
	from = json_object_get(all, "auth");
	if (!json_is_object(from))
		from = all;
	*came = json_object();
	take(*came, "access_token", from, "AUTH_ID");
	take(*came, "refresh_token", from, "REFRESH_ID");
	take(*came, "client_endpoint", from, NULL);
	take(*came, "domain", from, "DOMAIN");
	take(*came, "member_id", from, NULL);
	take(*came, "expires", from, NULL);
	take(*came, "scope", from, NULL);
	take(*came, "user_id", from, NULL);
	add_endpoint(*came);
	json_decref(all);
	if (json_object_get(*came, "access_token") &&
	    json_object_get(*came, "refresh_token") &&
	    json_object_get(*came, "client_endpoint"))
		return 0;
	return sv_fail(EX_DATAERR,
	               "stdin: this is not what an installation is given: an "
	               "object with auth, in it access_token, refresh_token "
	               "and client_endpoint");
}

/* --- storing --- */

static int tell(const struct portal *portal)
{
	const json_t *all = portal->token.all;
	json_t *scope = json_object_get(all, "scope");
	json_t *line = json_pack("{ss ss}", "portal", portal->place,
	                         "token_file", portal->token_file);
	char *text;
	int rc;

	if (scope)
		json_object_set(line, "scope", scope);
	text = json_dumps(line, JSON_COMPACT);
	rc = printf("%s\n", text) < 0 ? EX_IOERR : 0;
	free(text);
	json_decref(line);
	return rc ? sv_fail(rc, "write stdout:") : 0;
}

/* The old tokens, which may be another portal's, lend nothing to the new. */
static int store(struct portal *portal, const json_t *came)
{
	const char *url =
		json_string_value(json_object_get(came, "client_endpoint"));
	int fd, rc;

	if (!url || !portal_url_safe(url))
		return sv_fail(EX_DATAERR,
		               "bitrix24: the portal's client_endpoint does "
		               "not begin with https://");
	fd = portal_token_lock(portal->token_file);
	if (fd < 0)
		return EX_TEMPFAIL;
	rc = portal_token_store(&portal->token, portal->token_file, came);
	close(fd);
	if (!rc)
		rc = portal_access_move(portal);
	if (rc)
		return rc;
	portal->place = sv_service_place(&portal->service);
	return tell(portal);
}

static int show(const struct portal *portal)
{
	json_t *params =
		json_pack("{ss ss}", "grant_type", "authorization_code",
	                  "client_id", portal->client_id);
	int rc = portal_print("oauth/token", params);

	json_decref(params);
	return rc;
}

static int authorize(struct portal *portal, const char *code, bool dry_run)
{
	json_t *came = NULL;
	int rc = portal_where(portal);

	if (!rc && !portal->application)
		rc = sv_fail(EX_CONFIG,
		             "SV_BITRIX24_WEBHOOK is set: a webhook needs no "
		             "authorization, an application is named by "
		             "SV_BITRIX24_CLIENT_ID");
	if (!rc && dry_run && code)
		return show(portal);
	if (!rc)
		rc = code ? portal_oauth(portal, "authorization_code", code,
		                         &came)
		          : from_stdin(&came);
	if (!rc && !dry_run)
		rc = store(portal, came);
	json_decref(came);
	return rc;
}

static int run(const struct crm_options *options, char **operands, int n)
{
	const struct crm_engine *engine;
	struct portal *portal = NULL;
	int rc;

	if (n > 1)
		return sv_fail(EX_USAGE, "authorize: one CODE, or none to read "
		                         "from stdin what an installation was "
		                         "given");
	if (n)
		sv_secret_known(operands[0]);
	rc = crm_find(&engine, "bitrix24", &options->settings);
	if (!rc)
		rc = portal_open(&portal, &options->settings);
	if (!rc)
		rc = authorize(portal, n ? operands[0] : NULL,
		               options->dry_run);
	portal_close(portal);
	return rc;
}

const struct crm_command crm_authorize = {
	.name = "authorize",
	.operands = "[CODE]",
	.about = "get an application's tokens, for a code or from stdin",
	.run = run,
};
