/* openai: who asks OpenAI's services */
#include "lib/openai.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"

const char *const sv_openai_settings[] = { "url",     "ca",           "cert",
	                                   "key",     "proxy",        "connect",
	                                   "project", "organization", NULL };

/* --- who asks --- */

static char *header(const struct sv_openai *openai,
                    const struct sv_list *settings, const char *key,
                    const char *name)
{
	const char *value = sv_setting(settings, openai->service.name, key);

	return value && *value ? sv_format("%s: %s", name, value) : NULL;
}

/* A header is a line: no setting may end it. */
static int check_header(const struct sv_openai *openai, const char *line,
                        const char *key)
{
	if (line && strcspn(line, "\r\n") != strlen(line))
		return sv_fail(EX_USAGE, "%s: %s has an end of line",
		               openai->service.name, key);
	return 0;
}

static void name_key(struct sv_openai *openai)
{
	char *p = openai->key;

	snprintf(p, sizeof openai->key, "SV_%s_API_KEY", openai->service.name);
	for (; *p; p++)
		*p = isalnum((unsigned char)*p)
		             ? (char)toupper((unsigned char)*p)
		             : '_';
}

static int take_key(struct sv_openai *openai, const struct sv_openai_who *who)
{
	char *key = NULL;
	int rc = sv_secret(openai->key, &key);

	if (rc)
		return rc;
	if (!key && (openai->own || who->keyed))
		return sv_fail(EX_CONFIG, "%s: no key: set %s or %s_FILE",
		               who->name, openai->key, openai->key);
	if (key)
		openai->authorization = sv_format("%s%s", who->auth, key);
	sv_secret_free(key);
	return 0;
}

int sv_openai_init_as(struct sv_openai *openai, const struct sv_openai_who *who,
                      const struct sv_list *settings)
{
	int rc;

	*openai = (struct sv_openai){ 0 };
	rc = sv_service_init(&openai->service, who->name, settings, who->url);
	if (rc)
		return rc;
	name_key(openai);
	openai->place = sv_service_place(&openai->service);
	openai->own = !strncmp(openai->place, "api.openai.com:", 15);
	openai->organization =
		header(openai, settings, "organization", "OpenAI-Organization");
	openai->project = header(openai, settings, "project", "OpenAI-Project");
	rc = check_header(openai, openai->organization, "organization");
	if (!rc)
		rc = check_header(openai, openai->project, "project");
	if (!rc)
		rc = take_key(openai, who);
	if (rc)
		sv_openai_release(openai);
	return rc;
}

int sv_openai_init(struct sv_openai *openai, const struct sv_list *settings)
{
	static const struct sv_openai_who usual = {
		.name = "openai",
		.url = "https://api.openai.com/v1",
		.auth = "Authorization: Bearer ",
	};

	return sv_openai_init_as(openai, &usual, settings);
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
