/*
 * bitrix24_check.c: sv-crm check: access, rights, and whether the portal has
 * what the map names. Unknown fields are ignored by a portal without a word,
 * so nothing else would find them.
 */
#include "src/crm/bitrix24_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/service.h"

const json_t *bx_check_answer(const struct bx_check *check, size_t i)
{
	return check->commands[i].answer.result;
}

/* --- asking --- */

static void put(struct bx_check *check, size_t i, const char *key,
                const char *method, json_t *params)
{
	check->commands[i] = (struct portal_command){
		.key = key,
		.method = method,
		.kind = PORTAL_READ,
		.params = params,
	};
}

static void prepare(struct bx_check *check)
{
	static const char *const keys[] = { "leads", "deals", "contacts",
		                            "companies" };
	static const char *const older[] = { "crm.lead.fields",
		                             "crm.deal.fields",
		                             "crm.contact.fields",
		                             "crm.company.fields" };
	bool frozen = check->job.crm->frozen;
	size_t i;

	put(check, BX_SCOPE, "scope", "scope", json_object());
	put(check, BX_PROFILE, "profile", "profile", json_object());
	put(check, BX_STATUSES, "statuses", "crm.status.list", json_object());
	put(check, BX_USERS_LIST, "users", "user.get", json_object());
	for (i = 0; i < 4; i++)
		put(check, BX_FIELDS + i, keys[i],
		    frozen ? older[i] : "crm.item.fields",
		    frozen ? json_object()
		           : json_pack("{si}", "entityTypeId",
		                       bx_names[i].type));
}

/* All of it as one request; a portal that lacks crm.item.* is asked again. */
static int ask(struct bx_check *check)
{
	struct crm *crm = check->job.crm;
	int rc;

	prepare(check);
	rc = portal_batch(crm->portal, check->commands, BX_COMMANDS, false);
	for (size_t i = 0; i < BX_COMMANDS; i++)
		json_decref((json_t *)(uintptr_t)check->commands[i].params);
	if (rc || crm->frozen ||
	    strcmp(check->commands[BX_FIELDS].answer.error,
	           "ERROR_METHOD_NOT_FOUND") != 0)
		return rc;
	crm->frozen = true;
	portal_release_batch(check->commands, BX_COMMANDS);
	return ask(check);
}

/* --- rights --- */

static bool has_scope(const struct bx_check *check, const char *wanted)
{
	json_t *scope;
	size_t i;

	json_array_foreach (bx_check_answer(check, BX_SCOPE), i, scope)
		if (json_is_string(scope) &&
		    !strcmp(json_string_value(scope), wanted))
			return true;
	return false;
}

const struct sv_place bx_check_nowhere = { 1, 1 };

static void check_scopes(struct bx_check *check)
{
	static const struct {
		const char *scope, *what;
		bool needed;
	} scopes[] = {
		{ "crm", "leads, deals, contacts, comments", true },
		{ "task", "the tasks of missed calls", true },
		{ "telephony", "calls with their recordings", false },
		{ "user", "the names of who is responsible", false },
	};

	bool application = portal_is_application(check->job.crm->portal);
	size_t i;

	for (i = 0; i < sizeof scopes / sizeof *scopes; i++) {
		bool needed = scopes[i].needed || (i == 2 && application);

		if (has_scope(check, scopes[i].scope))
			continue;
		if (needed)
			sv_problem_error(&check->problems, bx_check_nowhere,
			                 "the scope %s is missing: %s need it",
			                 scopes[i].scope, scopes[i].what);
		else
			sv_problem_warn(&check->problems, bx_check_nowhere,
			                "without the scope %s there are no %s",
			                scopes[i].scope, scopes[i].what);
	}
}

static void say_access(const struct bx_check *check)
{
	const json_t *profile = bx_check_answer(check, BX_PROFILE);
	const char *name = json_string_value(json_object_get(profile, "NAME"));
	const char *last =
		json_string_value(json_object_get(profile, "LAST_NAME"));
	struct portal *portal = check->job.crm->portal;

	printf("bitrix24: %s: %s of user %lld (%s%s%s)%s\n",
	       portal_place(portal),
	       portal_is_application(portal) ? "application" : "webhook",
	       (long long)portal_id(profile), name ? name : "",
	       name && last ? " " : "", last ? last : "",
	       check->job.crm->frozen ? ", without crm.item.*" : "");
}

/* --- users --- */

static bool works(const json_t *user)
{
	return portal_yes(json_object_get(user, "ACTIVE"));
}

/* Whether there is such a user, and active; more than a page of them, and one
 * is asked for by id. */
static bool is_active(struct bx_check *check, int64_t id)
{
	struct portal_answer one = { 0 };
	const json_t *row;
	bool there = false;
	size_t i;

	json_array_foreach (bx_check_answer(check, BX_USERS_LIST), i, row)
		there |= portal_id(row) == id && works(row);
	if (there || check->commands[BX_USERS_LIST].answer.next <= 0)
		return there;
	bx_ask(&check->job, "user.get", json_pack("{sI}", "ID", (json_int_t)id),
	       PORTAL_READ, &one);
	row = json_array_get(one.result, 0);
	there = portal_id(row) == id && works(row);
	portal_release(&one);
	return there;
}

static void check_users(struct bx_check *check)
{
	const struct bx_rule *rule;
	size_t i;

	if (check->commands[BX_USERS_LIST].code)
		return;
	for (rule = check->map->responsible; rule; rule = rule->next)
		for (i = 0; i < rule->n_users; i++)
			if (!is_active(check, rule->users[i]))
				sv_problem_error(
					&check->problems, rule->user_places[i],
					"the portal has no active user %lld",
					(long long)rule->users[i]);
}

/* --- all of it --- */

static int look(struct bx_check *check)
{
	int rc = portal_ready(check->job.crm->portal);

	if (!rc)
		rc = ask(check);
	if (rc) {
		portal_release_batch(check->commands, BX_COMMANDS);
		return rc;
	}
	if (!check->commands[BX_SCOPE].code) {
		say_access(check);
		check_scopes(check);
	}
	bx_check_fields(check);
	check_users(check);
	portal_release_batch(check->commands, BX_COMMANDS);
	return 0;
}

static int conclude(struct sv_problems *problems, int rc)
{
	sv_problems_sort(problems);
	sv_problems_print(problems, stdout);
	if (rc)
		return rc;
	if (problems->errors)
		return sv_fail(EX_CONFIG, "%s: %zu %s", problems->file,
		               problems->errors,
		               problems->errors == 1 ? "error" : "errors");
	printf("%s: the portal has all that it names\n", problems->file);
	return 0;
}

int bx_check(const struct sv_list *settings)
{
	const char *file = sv_setting(settings, "bitrix24", "map");
	struct crm crm = { 0 };
	struct crm_outcome outcome = { 0 };
	struct bx_check *check = sv_alloc(sizeof *check);
	char *why;
	int rc;

	check->job.crm = &crm;
	check->job.outcome = &outcome;
	check->problems.file = file ? file : "built in";
	rc = bx_map_read(&check->map, file, &check->problems);
	crm.map = check->map;
	if (!rc)
		rc = portal_open(&crm.portal, settings);
	if (!rc)
		rc = look(check);
	why = sv_strdup(sv_why());
	if (check->map)
		rc = conclude(&check->problems,
		              rc ? sv_fail(rc, "%s", why) : 0);
	free(why);
	portal_close(crm.portal);
	bx_map_free(check->map);
	sv_problems_release(&check->problems);
	crm_outcome_release(&outcome);
	free(check);
	return rc;
}
