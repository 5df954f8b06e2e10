/* bitrix24_check_fields.c: the fields that a map names, in the portal */
#include <stdio.h>
#include <string.h>

#include "src/crm/bitrix24_check.h"

static json_t *fields_of(const struct bx_check *check, enum bx_entity entity)
{
	const json_t *result = bx_check_answer(check, BX_FIELDS + entity);
	json_t *fields = json_object_get(result, "fields");

	return fields ? fields : (json_t *)(uintptr_t)result;
}

/* The portal's entry for a field that the map names; NULL: it has none. */
static json_t *find_field(const struct bx_check *check, enum bx_entity entity,
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
static void unknown_field(struct bx_check *check, enum bx_entity entity,
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

static void check_type(struct bx_check *check, const struct sv_node *field)
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
static void list_name(const struct bx_check *check, enum bx_entity entity,
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
static void check_constant(struct bx_check *check, enum bx_entity entity,
                           const struct sv_node *field, const json_t *info)
{
	struct sv_guess guess = { .typed = field->text };
	char list[BX_NAME], hint[96];
	const json_t *row;
	size_t i;

	list_name(check, entity, info, list);
	if (!*list || field->kind != SV_NODE_TEXT || strchr(field->text, '{'))
		return;
	json_array_foreach (bx_check_answer(check, BX_STATUSES), i, row) {
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

static void check_field(struct bx_check *check, enum bx_entity entity,
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

void bx_check_fields(struct bx_check *check)
{
	const struct sv_node *field;
	size_t i;

	for (i = 0; i < BX_ENTITIES; i++) {
		const struct sv_node *map = check->map->fields[i];

		if (check->commands[BX_FIELDS + i].code) {
			sv_problem_error(&check->problems, bx_check_nowhere,
			                 "the fields of a %s: %s",
			                 bx_names[i].name,
			                 check->commands[BX_FIELDS + i].reason);
			continue;
		}
		for (field = map ? map->first : NULL; field;
		     field = field->next)
			check_field(check, (enum bx_entity)i, field);
	}
}
