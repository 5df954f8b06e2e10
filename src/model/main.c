/* main.c: sv-model, the models of sv-asr: which there are, and fetching them */
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
#include "lib/model.h"
#include "lib/option.h"
#include "lib/start.h"
#include "lib/vosk-model.h"

#include "src/model/fetch.h"
#include "src/model/unpack.h"

/* where the Vosk project keeps its models, by name, as NAME.zip */
#define VOSK_SITE "https://alphacephei.com/vosk/models"

static struct {
	const char *url, *sha256;
} opt = { VOSK_SITE, NULL };

static const struct sv_option options[] = {
	{ 'u', "url", "SV_MODEL_URL", "URL", sv_str, &opt.url,
	  "where models are, as URL/NAME.zip" },
	{ 0, "sha256", NULL, "HEX", sv_str, &opt.sha256,
	  "what is fetched must have this SHA-256" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-model",
	.operands = "list | get ru|en",
	.about = "the models of sv-asr: which there are, and fetching them",
	.options = options,
};

static const struct known {
	const char *language, *name;
} known[] = {
	{ "ru", "vosk-model-small-ru-0.22" },
	{ "en", "vosk-model-small-en-us-0.15" },
	{ NULL, NULL },
};

static int list(void)
{
	const struct known *model;
	char *path;

	for (model = known; model->language; model++) {
		path = sv_model_find(NULL, model->language);
		printf("%-3s %-28s %s\n", model->language, model->name,
		       path ? path : "not here; see sv-model get");
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
	struct sv_vosk_files files = { 0 };
	int rc = sv_vosk_files_look(&files, folder);

	sv_vosk_files_release(&files);
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
static int advise(int code, const struct known *model, const char *target)
{
	char *why = sv_strdup(sv_why());

	sv_fail(code,
	        "%s; by hand: fetch %s/%s.zip elsewhere, unpack it, and put its "
	        "folder %s here as %s",
	        why, opt.url, model->name, model->name, target);
	free(why);
	return code;
}

static int fetch_model(const struct known *model, const char *models,
                       const char *target)
{
	char *zip = sv_format("%s/.%s.zip", models, model->name);
	char *from = sv_format("%s/%s.zip", opt.url, model->name);
	int rc = sv_folder_make(models);

	if (!rc) {
		rc = fetch_file(from, zip);
		if (!rc)
			rc = check_digest(zip, opt.sha256);
		if (!rc)
			rc = install(zip, model, target);
		if (rc == EX_DATAERR) /* what the server gave is no model */
			rc = EX_UNAVAILABLE;
		unlink(zip);
	}
	if (rc == EX_UNAVAILABLE || rc == EX_TEMPFAIL)
		rc = advise(rc, model, target);
	free(from);
	free(zip);
	return rc;
}

static int get(const char *language)
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
		rc = fetch_model(model, models, target);
	if (!rc)
		printf("%s\n", target);
	free(target);
	free(models);
	free(cache);
	return rc;
}

static int run(void)
{
	int n;
	char **operands = sv_operands(&n);

	if (n == 1 && !strcmp(operands[0], "list"))
		return list();
	if (n == 2 && !strcmp(operands[0], "get"))
		return get(operands[1]);
	return sv_fail(EX_USAGE, "say list, get ru or get en");
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
