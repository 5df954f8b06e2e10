/* find.c: sv-crm find and check: what the CRM knows of somebody, and whether it
 * fits what we were told of it */
#include "lib/fail.h"

#include "src/crm/asked.h"
#include "src/crm/command.h"

static const char *const find_keys[] = { "phone", "email", "name", NULL };

static int search(const struct crm_options *options,
                  const struct crm_engine *engine, struct crm *crm,
                  const json_t *asked)
{
	json_t *found = NULL;
	int rc;

	if (!engine->search)
		return sv_fail(EX_USAGE, "%s cannot be searched", engine->name);
	if (options->dry_run && engine->show)
		engine->show(crm);
	if (engine->urgent)
		engine->urgent(crm, options->timeout_ms);
	rc = engine->search(crm, asked, &found);
	if (rc || options->dry_run)
		json_decref(found);
	else
		rc = asked_print(found);
	return rc;
}

static int run_find(const struct crm_options *options, char **operands, int n)
{
	const struct crm_engine *engine = NULL;
	struct crm *crm = NULL;
	json_t *asked;
	int rc = asked_read("find", operands, n, find_keys, &asked);

	if (!rc && !json_object_size(asked))
		rc = sv_fail(EX_DATAERR, "find: say phone, email or name");
	if (!rc)
		rc = crm_engine_open(options, &engine, &crm);
	if (!rc)
		rc = search(options, engine, crm, asked);
	json_decref(asked);
	if (engine)
		engine->close(crm);
	return rc;
}

static int run_check(const struct crm_options *options, char **operands, int n)
{
	const struct crm_engine *engine;
	int rc;

	if (n)
		return sv_fail(EX_USAGE, "check %s: check stands alone",
		               operands[0]);
	rc = crm_find(&engine, options->engine, &options->settings);
	if (rc)
		return rc;
	if (!engine->check)
		return sv_fail(EX_USAGE, "%s has nothing to be checked",
		               engine->name);
	return engine->check(&options->settings);
}

const struct crm_command crm_find_people = {
	.name = "find",
	.operands = "[JSON]",
	.about = "what the CRM knows of a phone, an email or a name",
	.run = run_find,
};

const struct crm_command crm_check = {
	.name = "check",
	.about = "whether access, rights and the field map are right",
	.run = run_check,
};
