/* listen_hook: is it our portal that calls? */
#include "src/crm/listen_hook.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/secret.h"

#include "src/crm/listen_form.h"

#define TOKEN "SV_BITRIX24_APPLICATION_TOKEN"

int hook_init(struct hook *hook)
{
	const char *between = ", \t\r\n";
	char *all, *at;
	int rc = sv_secret(TOKEN, &all);

	*hook = (struct hook){ 0 };
	for (at = all; !rc && at && *(at += strspn(at, between));) {
		size_t len = strcspn(at, between);

		if (hook->n == HOOK_TOKENS) {
			rc = sv_fail(EX_CONFIG, TOKEN ": more than %d tokens",
			             HOOK_TOKENS);
			break;
		}
		hook->tokens[hook->n] = sv_strndup(at, len);
		sv_secret_known(hook->tokens[hook->n++]);
		at += len;
	}
	sv_secret_free(all);
	if (!rc && !hook->n)
		rc = sv_fail(EX_CONFIG,
		             TOKEN " or " TOKEN "_FILE must be set: the "
		                   "portal shows it beside the webhook");
	return rc;
}

void hook_release(struct hook *hook)
{
	for (size_t i = 0; i < hook->n; i++)
		sv_secret_free(hook->tokens[i]);
	*hook = (struct hook){ 0 };
}

/* How long it takes tells nothing: not of where they differ, as digests are
 * compared, nor of which it is. */
static bool is_ours(const struct hook *hook, const char *token)
{
	unsigned char theirs[SV_SHA256], ours[SV_SHA256];
	unsigned same = 0;

	sv_sha256(token, strlen(token), theirs);
	for (size_t i = 0; i < hook->n; i++) {
		sv_sha256(hook->tokens[i], strlen(hook->tokens[i]), ours);
		same |= !CRYPTO_memcmp(theirs, ours, sizeof ours);
	}
	return same && *token;
}

/* Who reads our events has no business with the portal's keys. */
static void cut_keys(json_t *form)
{
	static const char *const keys[] = { "application_token", "access_token",
		                            "refresh_token" };
	json_t *auth = form_at(form, "auth");

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		json_object_del(auth, keys[i]);
}

int hook_read(const struct hook *hook, const char *data, size_t len,
              json_t **form)
{
	int rc = form_parse(data, len, form);

	if (rc)
		return rc;
	if (!is_ours(hook, form_get(*form, "auth.application_token"))) {
		json_decref(*form);
		*form = NULL;
		return sv_fail(EX_NOPERM, "the token is not ours");
	}
	cut_keys(*form);
	return 0;
}
