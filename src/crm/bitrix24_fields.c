/* bitrix24_fields.c: what the map says becomes the fields of one object */
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"

#include "src/crm/bitrix24.h"

/* "150000 RUB", "150 000,50 ₽": as a slot of money, or a person, has it */
static json_t *number_of(json_t *value)
{
	const char *text = json_string_value(value);
	char digits[32];
	size_t len = 0;
	double sum;

	if (!text)
		return value;
	for (; *text && len + 1 < sizeof digits; text++) {
		if (strchr("0123456789", *text))
			digits[len++] = *text;
		else if (strchr(".,", *text) && len)
			digits[len++] = '.';
		else if (*text != ' ' && (unsigned char)*text != 0xc2 &&
		         (unsigned char)*text != 0xa0)
			break;
	}
	digits[len] = '\0';
	json_decref(value);
	sum = strtod(digits, NULL);
	return len ? json_real(sum) : NULL;
}

static bool has_value(const json_t *list, const char *text)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (!strcmp(json_string_value(json_object_get(item, "VALUE")),
		            text))
			return true;
	return false;
}

/* One phone or address into the list, unless it is there or is none: a bad
 * address would have the portal refuse the whole. */
static void add_reach(const struct bx_job *job, const char *name,
                      const char *type, const char *text, json_t *list)
{
	char e164[SV_E164];
	bool phone = !strncmp(name, "PHONE", 5);
	const char *at = strchr(text, '@');

	if (phone && sv_phone_e164(text, job->crm->map->country, e164))
		text = e164;
	if (!strncmp(name, "EMAIL", 5) &&
	    (!at || at == text || !strchr(at, '.') || strpbrk(text, " ,;")))
		return;
	if (!*text || has_value(list, text))
		return;
	if (!*type)
		type = phone && !strncmp(text, "+79", 3) ? "MOBILE" : "WORK";
	json_array_append_new(
		list, json_pack("{ss ss}", "VALUE", text, "VALUE_TYPE", type));
}

static void fill_multi(const struct bx_job *job, const struct sv_node *field,
                       const char *type, json_t *fields)
{
	const struct sv_node *item =
		field->kind == SV_NODE_LIST ? field->first : field;
	char name[8];
	json_t *list;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(field->key, "."),
	         field->key);
	list = json_object_get(fields, name);
	list = list ? json_incref(list) : json_array();
	for (; item; item = item->next) {
		char *text = bx_template_text(item->text, job->payload);

		add_reach(job, name, type, text, list);
		free(text);
		if (field->kind != SV_NODE_LIST)
			break;
	}
	if (json_array_size(list))
		json_object_set(fields, name, list);
	json_decref(list);
}

static json_t *values_of(const struct bx_job *job, const struct sv_node *field)
{
	json_t *list = json_array();
	const struct sv_node *item;

	for (item = field->first; item; item = item->next) {
		json_t *value = bx_template(item->text, job->payload);

		if (value)
			json_array_append_new(list, value);
	}
	if (json_array_size(list))
		return list;
	json_decref(list);
	return NULL;
}

static void fill(const struct bx_job *job, enum bx_entity entity,
                 const struct sv_node *field, json_t *fields)
{
	char name[BX_NAME];
	const char *type;
	json_t *value;

	if (bx_name_multi(field->key, &type)) {
		fill_multi(job, field, type, fields);
		return;
	}
	bx_name_old(field->key, entity, name);
	value = field->kind == SV_NODE_LIST
	                ? values_of(job, field)
	                : bx_template(field->text, job->payload);
	if (value && !strcmp(name, "OPPORTUNITY"))
		value = number_of(value);
	if (value)
		json_object_set_new(fields, name, value);
}

/* What who calls the tool says stands above the map. */
static void add_given(const struct bx_job *job, enum bx_entity entity,
                      json_t *fields)
{
	json_t *given = bx_outside(json_object_get(job->payload, "fields"));
	const char *name, *type;
	char old[BX_NAME];
	json_t *value;

	json_object_foreach (given, name, value) {
		bx_name_old(name, entity, old);
		if (bx_name_multi(old, &type) && json_is_string(value))
			json_object_set_new(fields, old,
			                    json_pack("[{sO ss}]", "VALUE",
			                              value, "VALUE_TYPE",
			                              "WORK"));
		else
			json_object_set(fields, old, value);
	}
	json_decref(given);
}

json_t *bx_fields(const struct bx_job *job, enum bx_entity entity)
{
	const struct sv_node *map = job->crm->map->fields[entity], *field;
	json_t *fields = json_object();

	for (field = map ? map->first : NULL; field; field = field->next)
		fill(job, entity, field, fields);
	add_given(job, entity, fields);
	json_object_set_new(fields, "ORIGINATOR_ID",
	                    json_string(BX_ORIGINATOR));
	json_object_set_new(fields, "ORIGIN_ID", json_string(job->entry->key));
	return fields;
}

int64_t bx_when_ms(const struct bx_job *job)
{
	int64_t ms;

	if (!sv_time_parse(bx_text(job, "started"), &ms) ||
	    !sv_time_parse(bx_text(job, "time"), &ms))
		return ms;
	return sv_wall_ms();
}
