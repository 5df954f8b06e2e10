/* speechkit: who asks Yandex SpeechKit */
#include "lib/speechkit.h"

#include <stddef.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"

int sv_speechkit_authorization(char **value)
{
	const char *scheme = "Api-Key";
	char *secret;
	int rc = sv_secret("SV_SPEECHKIT_API_KEY", &secret);

	*value = NULL;
	if (!rc && !secret) {
		scheme = "Bearer";
		rc = sv_secret("SV_SPEECHKIT_IAM_TOKEN", &secret);
	}
	if (!rc && !secret)
		rc = sv_fail(
			EX_CONFIG,
			"speechkit: no key: set SV_SPEECHKIT_API_KEY or "
			"SV_SPEECHKIT_IAM_TOKEN, or one of them with _FILE");
	if (!rc)
		*value = sv_format("%s %s", scheme, secret);
	sv_secret_free(secret);
	return rc;
}
