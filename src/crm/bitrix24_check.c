/*
 * bitrix24_check.c: sv-crm check: access, rights, and whether the portal has
 * what the map names. Unknown fields are ignored by a portal without a word,
 * so nothing else would find them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/service.h"

#include "src/crm/bitrix24.h"

enum { SCOPE, PROFILE, STATUSES, USERS, FIELDS, COMMANDS = FIELDS + 4 };

/* One check on its way. */
struct check {
	struct bx_job job;
	struct bx_map *map;
	struct sv_problems problems;
	struct portal_command commands[COMMANDS];
};

static const json_t *answer(const struct check *check, size_t i)
{
	return check->commands[i].answer.result;
}

/* --- asking --- */

static void put(struct check *check, size_t i, const char *key,
                const char *method, json_t *params)
{
	check->commands[i] = (struct portal_command){
		.key = key,
		.method = method,
		.kind = PORTAL_READ,
		.params = params,
	};
}

static void prepare(struct check *check)
{
	static const char *const keys[] = { "leads", "deals", "contacts",
		                            "companies" };
	static const char *const older[] = { "crm.lead.fields",
		                             "crm.deal.fields",
		                             "crm.contact.fields",
		                             "crm.company.fields" };
	bool frozen = check->job.crm->frozen;
	size_t i;

	put(check, SCOPE, "scope", "scope", json_object());
	put(check, PROFILE, "profile", "profile", json_object());
	put(check, STATUSES, "statuses", "crm.status.list", json_object());
	put(check, USERS, "users", "user.get", json_object());
	for (i = 0; i < 4; i++)
		put(check, FIELDS + i, keys[i],
		    frozen ? older[i] : "crm.item.fields",
		    frozen ? json_object()
		           : json_pack("{si}", "entityTypeId",
		                       bx_names[i].type));
}

/* All of it as one request; a portal that lacks crm.item.* is asked again. */
static int ask(struct check *check)
{
	struct crm *crm = check->job.crm;
	int rc;

	prepare(check);
	rc = portal_batch(crm->portal, check->commands, COMMANDS, false);
	for (size_t i = 0; i < COMMANDS; i++)
		json_decref((json_t *)(uintptr_t)check->commands[i].params);
	if (rc || crm->frozen ||
	    strcmp(check->commands[FIELDS].answer.error,
	           "ERROR_METHOD_NOT_FOUND") != 0)
		return rc;
	crm->frozen = true;
	portal_release_batch(check->commands, COMMANDS);
	return ask(check);
}

/* --- rights --- */

static bool has_scope(const struct check *check, const char *wanted)
{
	json_t *scope;
	size_t i;

	json_array_foreach (answer(check, SCOPE), i, scope)
		if (json_is_string(scope) &&
		    !strcmp(json_string_value(scope), wanted))
			return true;
	return false;
}

static const struct sv_place nowhere = { 1, 1 };

static void check_scopes(struct check *check)
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
			sv_problem_error(&check->problems, nowhere,
			                 "the scope %s is missing: %s need it",
			                 scopes[i].scope, scopes[i].what);
		else
			sv_problem_warn(&check->problems, nowhere,
			                "without the scope %s there are no %s",
			                scopes[i].scope, scopes[i].what);
	}
}

static void say_access(const struct check *check)
{
	const json_t *profile = answer(check, PROFILE);
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

/* --- fields --- */

static json_t *fields_of(const struct check *check, enum bx_entity entity)
{
	const json_t *result = answer(check, FIELDS + entity);
	json_t *fields = json_object_get(result, "fields");

	return fields ? fields : (json_t *)(uintptr_t)result;
}

/* The portal's entry for a field that the map names; NULL: it has none. */
static json_t *find_field(const struct check *check, enum bx_entity entity,
                          const char *name)
{
	json_t *fields = fields_of(check, entity);
	char old[BX_NAME], item[BX_NAME];
	const char *type;

	if (bx_name_multi(name, &type))
		return json_object_get(fields,
		                       check->job.crm->frozen ? "PHONE" : "fm");
	bx_name_old(name, entity, old);
	if (check->job.crm->frozen)
		return json_object_get(fields, old);
	bx_name_new(old, entity, item);
	return json_object_get(fields, item);
}

/* the nearest name, in the spelling that was used */
static void unknown_field(struct check *check, enum bx_entity entity,
                          const struct sv_node *field)
{
	char typed[BX_NAME], hint[96];
	struct sv_guess guess = { .typed = typed };
	json_t *names = json_array(), *name, *value;
	const char *key;
	size_t i;

	bx_name_old(field->key, entity, typed);
	json_object_foreach (fields_of(check, entity), key, value) {
		char old[BX_NAME];

		bx_name_old(key, entity, old);
		json_array_append_new(names, json_string(old));
	}
	json_array_foreach (names, i, name) {
		sv_guess_offer(&guess, json_string_value(name));
	}
	sv_problem_error(&check->problems, field->key_place,
	                 "the portal has no field '%s' for a %s%s", field->key,
	                 bx_names[entity].name, sv_guess_hint(&guess, hint));
	json_decref(names);
}

static void check_type(struct check *check, const struct sv_node *field)
{
	static const char *const types[] = { "WORK",  "MOBILE",  "FAX",  "HOME",
		                             "PAGER", "MAILING", "OTHER" };
	struct sv_guess guess;
	const char *type;
	char hint[96];
	size_t i;

	if (!bx_name_multi(field->key, &type) || !*type)
		return;
	guess = (struct sv_guess){ .typed = type };
	for (i = 0; i < 7; i++) {
		if (!strcmp(types[i], type))
			return;
		sv_guess_offer(&guess, types[i]);
	}
	sv_problem_error(&check->problems, field->key_place,
	                 "'%s' is no type of number or address%s", type,
	                 sv_guess_hint(&guess, hint));
}

/* the list that a deal's stages stand in is that of its category */
static void list_name(const struct check *check, enum bx_entity entity,
                      const json_t *info, char list[BX_NAME])
{
	const struct sv_node *map = check->map->fields[entity], *one;
	const char *name =
		json_string_value(json_object_get(info, "statusType"));
	char old[BX_NAME];

	snprintf(list, BX_NAME, "%s", name ? name : "");
	if (entity != BX_DEAL || strcmp(list, "DEAL_STAGE") != 0)
		return;
	for (one = map->first; one; one = one->next) {
		bx_name_old(one->key, entity, old);
		if (!strcmp(old, "CATEGORY_ID") && one->kind == SV_NODE_TEXT &&
		    strcmp(one->text, "0") != 0)
			snprintf(list, BX_NAME, "DEAL_STAGE_%.20s", one->text);
	}
}

/* A constant of a list (source, stage …) must be in it. */
static void check_constant(struct check *check, enum bx_entity entity,
                           const struct sv_node *field, const json_t *info)
{
	struct sv_guess guess = { .typed = field->text };
	char list[BX_NAME], hint[96];
	const json_t *row;
	size_t i;

	list_name(check, entity, info, list);
	if (!*list || field->kind != SV_NODE_TEXT || strchr(field->text, '{'))
		return;
	json_array_foreach (answer(check, STATUSES), i, row) {
		const char *in =
			json_string_value(json_object_get(row, "ENTITY_ID"));
		const char *id =
			json_string_value(json_object_get(row, "STATUS_ID"));

		if (!in || !id || strcmp(in, list) != 0)
			continue;
		if (!strcmp(id, field->text))
			return;
		sv_guess_offer(&guess, id);
	}
	sv_problem_error(&check->problems, field->place,
	                 "the portal's list %s has no '%s'%s", list,
	                 field->text, sv_guess_hint(&guess, hint));
}

static void check_field(struct check *check, enum bx_entity entity,
                        const struct sv_node *field)
{
	const json_t *info = find_field(check, entity, field->key);

	if (!info) {
		unknown_field(check, entity, field);
		return;
	}
	if (portal_yes(json_object_get(info, "isReadOnly")))
		sv_problem_error(&check->problems, field->key_place,
		                 "'%s' of a %s is the portal's own, it cannot "
		                 "be set",
		                 field->key, bx_names[entity].name);
	check_type(check, field);
	check_constant(check, entity, field, info);
}

static void check_fields(struct check *check)
{
	const struct sv_node *field;
	size_t i;

	for (i = 0; i < BX_ENTITIES; i++) {
		const struct sv_node *map = check->map->fields[i];

		if (check->commands[FIELDS + i].code) {
			sv_problem_error(&check->problems, nowhere,
			                 "the fields of a %s: %s",
			                 bx_names[i].name,
			                 check->commands[FIELDS + i].reason);
			continue;
		}
		for (field = map ? map->first : NULL; field;
		     field = field->next)
			check_field(check, (enum bx_entity)i, field);
	}
}

/* --- users --- */

static bool works(const json_t *user)
{
	return portal_yes(json_object_get(user, "ACTIVE"));
}

/* Whether there is such a user, and active; more than a page of them, and one
 * is asked for by id. */
static bool is_active(struct check *check, int64_t id)
{
	struct portal_answer one = { 0 };
	const json_t *row;
	bool there = false;
	size_t i;

	json_array_foreach (answer(check, USERS), i, row)
		there |= portal_id(row) == id && works(row);
	if (there || check->commands[USERS].answer.next <= 0)
		return there;
	bx_ask(&check->job, "user.get", json_pack("{sI}", "ID", (json_int_t)id),
	       PORTAL_READ, &one);
	row = json_array_get(one.result, 0);
	there = portal_id(row) == id && works(row);
	portal_release(&one);
	return there;
}

static void check_users(struct check *check)
{
	const struct bx_rule *rule;
	size_t i;

	if (check->commands[USERS].code)
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

static int look(struct check *check)
{
	int rc = portal_ready(check->job.crm->portal);

	if (!rc)
		rc = ask(check);
	if (rc) {
		portal_release_batch(check->commands, COMMANDS);
		return rc;
	}
	if (!check->commands[SCOPE].code) {
		say_access(check);
		check_scopes(check);
	}
	check_fields(check);
	check_users(check);
	portal_release_batch(check->commands, COMMANDS);
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
	struct check *check = sv_alloc(sizeof *check);
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
