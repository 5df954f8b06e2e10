/* model.c: sv-asr model list, sv-asr model get */
#include "src/asr/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

#include "src/asr/fetch.h"
#include "src/asr/unpack.h"
#include "src/asr/vosk-model.h"

/* where the Vosk project keeps its models, by name, as NAME.zip */
#define VOSK_SITE "https://alphacephei.com/vosk/models"

static const struct known {
	const char *language, *name;
} known[] = {
	{ "ru", "vosk-model-small-ru-0.22" },
	{ "en", "vosk-model-small-en-us-0.15" },
	{ NULL, NULL },
};

static int list(const struct asr_config *config)
{
	struct asr_config plain = { 0 };
	const struct known *model;
	char *path;

	(void)config;
	for (model = known; model->language; model++) {
		plain.language = model->language;
		path = model_find(&plain);
		printf("%-3s %-28s %s\n", model->language, model->name,
		       path ? path : "not here; see sv-asr model get");
		free(path);
	}
	return 0;
}

/* the bytes that came are those that were asked for */
static int check_digest(const char *path, const char *wanted)
{
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX];
	int rc;

	if (!wanted)
		return 0;
	rc = sv_sha256_file(path, digest);
	if (rc)
		return rc;
	sv_hex(digest, SV_SHA256, hex);
	if (!strcasecmp(hex, wanted))
		return 0;
	return sv_fail(EX_UNAVAILABLE, "%s: its SHA-256 is %s, not %s", path,
	               hex, wanted);
}

static int check_model(const char *folder)
{
	struct vosk_files files = { 0 };
	int rc = vosk_files_look(&files, folder);

	vosk_files_release(&files);
	return rc;
}

/* Unpacks into a folder of its own, looks at it, and gives it its name in one
 * step: a model is there whole or not at all. */
static int install(const char *zip, const struct known *model,
                   const char *target)
{
	char *stage = sv_format("%s.new", zip);
	int rc;

	remove_folder(stage); /* of a run that was killed */
	rc = unpack_zip(zip, model->name, stage);
	if (!rc)
		rc = check_model(stage);
	if (!rc && (chmod(stage, 0755) || rename(stage, target)))
		rc = sv_fail(EX_CANTCREAT, "create %s:", target);
	remove_folder(stage);
	free(stage);
	return rc;
}

/* Whatever went wrong, a person with another way to the file can go on. */
static int advise(int code, const struct known *model, const char *url,
                  const char *target)
{
	char *why = sv_strdup(sv_why());

	sv_fail(code,
	        "%s; by hand: fetch %s/%s.zip elsewhere, unpack it, and put its "
	        "folder %s here as %s",
	        why, url, model->name, model->name, target);
	free(why);
	return code;
}

static int fetch_model(const struct asr_config *config,
                       const struct known *model, const char *models,
                       const char *target)
{
	const char *url = config->url ? config->url : VOSK_SITE;
	char *zip = sv_format("%s/.%s.zip", models, model->name);
	char *from = sv_format("%s/%s.zip", url, model->name);
	int rc = sv_folder_make(models);

	if (!rc) {
		rc = fetch_file(from, zip);
		if (!rc)
			rc = check_digest(zip, config->sha256);
		if (!rc)
			rc = install(zip, model, target);
		if (rc == EX_DATAERR) /* what the server gave is no model */
			rc = EX_UNAVAILABLE;
		unlink(zip);
	}
	if (rc == EX_UNAVAILABLE || rc == EX_TEMPFAIL)
		rc = advise(rc, model, url, target);
	free(from);
	free(zip);
	return rc;
}

static int get(const struct asr_config *config, const char *language)
{
	const struct known *model = known;
	char *cache = sv_cache_folder();
	char *models = sv_format("%s/models", cache);
	char *target = sv_format("%s/%s", models, language);
	int rc = 0;

	while (model->language && strcmp(model->language, language) != 0)
		model++;
	if (!model->language)
		rc = sv_fail(EX_USAGE,
		             "no model known for '%s'; there is ru and en",
		             language);
	else if (!access(target, F_OK))
		sv_info("%s is there already; remove it to fetch it anew",
		        target);
	else
		rc = fetch_model(config, model, models, target);
	if (!rc)
		printf("%s\n", target);
	free(target);
	free(models);
	free(cache);
	return rc;
}

int model_run(const struct asr_config *config, char **arguments)
{
	const char *verb = arguments[0] ? arguments[0] : "";

	if (!strcmp(verb, "list") && !arguments[1])
		return list(config);
	if (!strcmp(verb, "get") && arguments[1] && !arguments[2])
		return get(config, arguments[1]);
	return sv_fail(EX_USAGE, "say 'model list', 'model get ru' or "
	                         "'model get en'");
}
