/*
 * bitrix24_entity.c: leads, deals, contacts and companies, by crm.item.* or by
 * the older methods of a portal that has no others
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/crm/bitrix24.h"

const struct bx_names bx_names[BX_ENTITIES] = {
	[BX_LEAD] = { "lead", "LEAD", "L", 1 },
	[BX_DEAL] = { "deal", "DEAL", "D", 2 },
	[BX_CONTACT] = { "contact", "CONTACT", "C", 3 },
	[BX_COMPANY] = { "company", "COMPANY", "CO", 4 },
};

/* of each entity, in the older family */
static const struct {
	const char *add, *update, *list, *get;
} methods[BX_ENTITIES] = {
	[BX_LEAD] = { "crm.lead.add", "crm.lead.update", "crm.lead.list",
	              "crm.lead.get" },
	[BX_DEAL] = { "crm.deal.add", "crm.deal.update", "crm.deal.list",
	              "crm.deal.get" },
	[BX_CONTACT] = { "crm.contact.add", "crm.contact.update",
	                 "crm.contact.list", "crm.contact.get" },
	[BX_COMPANY] = { "crm.company.add", "crm.company.update",
	                 "crm.company.list", "crm.company.get" },
};

/* PHONE: [{VALUE, VALUE_TYPE}] as items of fm */
static void add_multi(json_t *fm, const char *type, const json_t *values)
{
	json_t *value;
	size_t i;

	json_array_foreach (values, i, value) {
		json_array_append_new(
			fm,
			json_pack("{ss sO* sO*}", "typeId", type, "valueType",
		                  json_object_get(value, "VALUE_TYPE"), "value",
		                  json_object_get(value, "VALUE")));
	}
}

/* a change adds what its keys call new: n0, n1 … */
static json_t *as_new(const json_t *fm)
{
	json_t *map = json_object(), *value;
	char key[24];
	size_t i;

	json_array_foreach (fm, i, value) {
		snprintf(key, sizeof key, "n%zu", i);
		json_object_set(map, key, value);
	}
	return map;
}

/* the fields as crm.item.* wants them; takes them */
static json_t *item_fields(enum bx_entity entity, json_t *fields, bool change)
{
	json_t *item = json_object(), *fm = json_array(), *value;
	const char *name, *type;
	char camel[BX_NAME];

	json_object_foreach (fields, name, value) {
		if (bx_name_multi(name, &type)) {
			add_multi(fm, name, value);
			continue;
		}
		bx_name_new(name, entity, camel);
		json_object_set(item, camel, value);
	}
	if (json_array_size(fm) && change)
		json_object_set_new(item, "fm", as_new(fm));
	else if (json_array_size(fm))
		json_object_set(item, "fm", fm);
	json_decref(fm);
	json_decref(fields);
	return item;
}

struct portal_command bx_add(const struct crm *crm, const char *key,
                             enum bx_entity entity, json_t *fields)
{
	struct portal_command command = { .key = key, .kind = PORTAL_WRITE };

	command.method = crm->frozen ? methods[entity].add : "crm.item.add";
	command.params =
		crm->frozen ? json_pack("{so}", "fields", fields)
			    : json_pack("{si so}", "entityTypeId",
	                                bx_names[entity].type, "fields",
	                                item_fields(entity, fields, false));
	return command;
}

struct portal_command bx_update(const struct crm *crm, const char *key,
                                enum bx_entity entity, int64_t id,
                                json_t *fields)
{
	struct portal_command command = { .key = key, .kind = PORTAL_WRITE };

	command.method =
		crm->frozen ? methods[entity].update : "crm.item.update";
	command.params = crm->frozen
	                         ? json_pack("{sI so}", "id", (json_int_t)id,
	                                     "fields", fields)
	                         : json_pack("{si sI so}", "entityTypeId",
	                                     bx_names[entity].type, "id",
	                                     (json_int_t)id, "fields",
	                                     item_fields(entity, fields, true));
	return command;
}

static size_t prefix(const char *key)
{
	return strspn(key, "!=<>%@");
}

/* filter and select in the newer spelling; takes them */
static json_t *item_filter(enum bx_entity entity, json_t *filter)
{
	json_t *item = json_object(), *value;
	const char *key;

	json_object_foreach (filter, key, value) {
		char name[BX_NAME], whole[BX_NAME + 4];
		size_t len = prefix(key);

		bx_name_new(key + len, entity, name);
		snprintf(whole, sizeof whole, "%.*s%s", (int)len, key, name);
		json_object_set(item, whole, value);
	}
	json_decref(filter);
	return item;
}

static json_t *item_select(enum bx_entity entity, json_t *select)
{
	json_t *item = json_array(), *value;
	char name[BX_NAME];
	size_t i;

	json_array_foreach (select, i, value) {
		bx_name_new(json_string_value(value), entity, name);
		json_array_append_new(item, json_string(name));
	}
	json_decref(select);
	return item;
}

struct portal_command bx_list(const struct crm *crm, const char *key,
                              enum bx_entity entity, json_t *filter,
                              json_t *select)
{
	struct portal_command command = { .key = key, .kind = PORTAL_READ };

	command.method = crm->frozen ? methods[entity].list : "crm.item.list";
	command.params =
		crm->frozen ? json_pack("{so so s{ss}}", "filter", filter,
	                                "select", select, "order", "ID", "DESC")
			    : json_pack("{si so so s{ss}}", "entityTypeId",
	                                bx_names[entity].type, "filter",
	                                item_filter(entity, filter), "select",
	                                item_select(entity, select), "order",
	                                "id", "DESC");
	return command;
}

struct portal_command bx_get(const struct crm *crm, const char *key,
                             enum bx_entity entity, int64_t id)
{
	struct portal_command command = { .key = key, .kind = PORTAL_READ };

	command.method = crm->frozen ? methods[entity].get : "crm.item.get";
	command.params = crm->frozen ? json_pack("{sI}", "id", (json_int_t)id)
	                             : json_pack("{si sI}", "entityTypeId",
	                                         bx_names[entity].type, "id",
	                                         (json_int_t)id);
	return command;
}

json_t *bx_rows(const json_t *result)
{
	json_t *items = json_object_get(result, "items");

	return items ? items : (json_t *)(uintptr_t)result;
}

json_t *bx_ours(const json_t *result, enum bx_entity entity, const char *key)
{
	json_t *row;
	size_t i;

	json_array_foreach (bx_rows(result), i, row) {
		const char *origin =
			json_string_value(bx_field(row, entity, "ORIGIN_ID"));

		if (origin && !strcmp(origin, key))
			return row;
	}
	return NULL;
}

json_t *bx_item(const json_t *result)
{
	json_t *item = json_object_get(result, "item");

	return item ? item : (json_t *)(uintptr_t)result;
}

json_t *bx_field(const json_t *row, enum bx_entity entity, const char *name)
{
	json_t *value = json_object_get(row, name);
	char camel[BX_NAME];

	if (value)
		return value;
	bx_name_new(name, entity, camel);
	return json_object_get(row, camel);
}

json_t *bx_result_id(const struct crm *crm, const char *key)
{
	char *text = sv_format("$result[%s]%s", key,
	                       crm->frozen ? "" : "[item][id]");
	json_t *value = json_string(text);

	free(text);
	return value;
}

json_t *bx_origin(const char *key)
{
	return json_pack("{ss ss}", "=ORIGINATOR_ID", BX_ORIGINATOR,
	                 "=ORIGIN_ID", key);
}
