/* bitrix24_map.c: the map is read, and what is wrong with it told */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/option.h"

#include "src/crm/bitrix24_reading.h"

void bx_wrong(struct bx_reading *reading, const struct sv_node *node,
              const char *what)
{
	sv_problem_error(reading->problems, node->place, "%s", what);
}

const char *bx_read_text(struct bx_reading *reading, const struct sv_node *node)
{
	if (node->kind == SV_NODE_TEXT)
		return node->text;
	bx_wrong(reading, node, "a text is due here");
	return "";
}

void bx_read_keys(struct bx_reading *reading, const struct sv_node *node,
                  const struct bx_key *keys)
{
	const struct bx_key *key;
	char hint[96];

	if (node->kind != SV_NODE_MAP) {
		bx_wrong(reading, node, "a map is due here");
		return;
	}
	for (node = node->first; node; node = node->next) {
		struct sv_guess guess = { .typed = node->key };

		for (key = keys; key->name && strcmp(key->name, node->key) != 0;
		     key++)
			sv_guess_offer(&guess, key->name);
		if (key->name)
			key->read(reading, node);
		else
			sv_problem_error(reading->problems, node->key_place,
			                 "unknown key '%s'%s", node->key,
			                 sv_guess_hint(&guess, hint));
	}
}

const char *bx_read_template(struct bx_reading *reading,
                             const struct sv_node *node)
{
	const char *text = bx_read_text(reading, node);

	bx_template_check(text, node->place, reading->problems);
	return text;
}

static void read_flag(struct bx_reading *reading, const struct sv_node *node,
                      bool *flag)
{
	const char *text = bx_read_text(reading, node);

	if (!strcmp(text, "yes") || !strcmp(text, "true"))
		*flag = true;
	else if (!strcmp(text, "no") || !strcmp(text, "false"))
		*flag = false;
	else
		bx_wrong(reading, node, "say yes or no");
}

static void read_country(struct bx_reading *reading, const struct sv_node *node)
{
	const char *text = bx_read_text(reading, node);
	size_t len;

	text += *text == '+';
	len = strlen(text);
	if (len < BX_COUNTRY && strspn(text, "0123456789") == len)
		memcpy(reading->map->country, text, len + 1);
	else
		bx_wrong(reading, node, "a country is digits, as 7");
}

static void set_zone(struct bx_map *map, int zone_min)
{
	map->zone_min = zone_min;
	map->zoned = true;
}

static void read_zone(struct bx_reading *reading, const struct sv_node *node)
{
	const char *text = bx_read_text(reading, node);
	char sample[40];
	int64_t ms;

	snprintf(sample, sizeof sample, "1970-01-02T00:00:00%.10s", text);
	if ((*text == '+' || *text == '-') && !sv_time_parse(sample, &ms))
		set_zone(reading->map, (int)(1440 - ms / 60000));
	else
		bx_wrong(reading, node,
		         "a time zone is an offset, as \"+03:00\"");
}

static void read_strangers(struct bx_reading *reading,
                           const struct sv_node *node)
{
	const char *text = bx_read_text(reading, node);

	reading->map->strangers = !strcmp(text, "lead");
	if (strcmp(text, "lead") != 0 && strcmp(text, "none") != 0)
		bx_wrong(reading, node, "say lead or none");
}

static void read_companies(struct bx_reading *reading,
                           const struct sv_node *node)
{
	read_flag(reading, node, &reading->map->companies);
}

static void read_reuse(struct bx_reading *reading, const struct sv_node *node)
{
	read_flag(reading, node, &reading->map->reuse);
}

/* the templates of one field: a text, or a list where many may be */
static void check_field(struct bx_reading *reading, const struct sv_node *field)
{
	const struct sv_node *item;
	const char *type;
	bool multi = bx_name_multi(field->key, &type);

	if (strlen(field->key) >= BX_NAME)
		sv_problem_error(reading->problems, field->key_place,
		                 "a name that is too long");
	if (*type && !multi)
		sv_problem_error(reading->problems, field->key_place,
		                 "'%s': only PHONE, EMAIL, WEB and IM have a "
		                 "type behind a dot",
		                 field->key);
	if (field->kind == SV_NODE_MAP) {
		bx_wrong(reading, field,
		         "a text or a list of texts is due here");
		return;
	}
	if (field->kind == SV_NODE_TEXT)
		bx_read_template(reading, field);
	for (item = field->kind == SV_NODE_LIST ? field->first : NULL; item;
	     item = item->next)
		bx_read_template(reading, item);
}

static void read_fields(struct bx_reading *reading, const struct sv_node *node,
                        enum bx_entity entity)
{
	const struct sv_node *field;

	if (node->kind != SV_NODE_MAP) {
		bx_wrong(reading, node, "a map of fields is due here");
		return;
	}
	reading->map->fields[entity] = node;
	for (field = node->first; field; field = field->next)
		check_field(reading, field);
}

static void read_lead(struct bx_reading *reading, const struct sv_node *node)
{
	read_fields(reading, node, BX_LEAD);
}

static void read_deal(struct bx_reading *reading, const struct sv_node *node)
{
	read_fields(reading, node, BX_DEAL);
}

static void read_contact(struct bx_reading *reading, const struct sv_node *node)
{
	read_fields(reading, node, BX_CONTACT);
}

static void read_company(struct bx_reading *reading, const struct sv_node *node)
{
	read_fields(reading, node, BX_COMPANY);
}

static void read_responsible(struct bx_reading *reading,
                             const struct sv_node *node)
{
	bx_rules_read(&reading->map->arena, reading->problems, node, false,
	              &reading->map->responsible);
}

static void read_makes(struct bx_reading *reading, const struct sv_node *node)
{
	bx_rules_read(&reading->map->arena, reading->problems, node, true,
	              &reading->map->makes);
}

static void read_comment(struct bx_reading *reading, const struct sv_node *node)
{
	reading->map->comment = bx_read_template(reading, node);
}

static const struct bx_key keys[] = {
	{ "country", read_country },
	{ "timezone", read_zone },
	{ "makes", read_makes },
	{ "strangers", read_strangers },
	{ "companies", read_companies },
	{ "reuse", read_reuse },
	{ "lead", read_lead },
	{ "deal", read_deal },
	{ "contact", read_contact },
	{ "company", read_company },
	{ "responsible", read_responsible },
	{ "task", bx_read_task },
	{ "callback", bx_read_callback },
	{ "call", bx_read_call },
	{ "comment", read_comment },
	{ NULL, NULL },
};

static int zone_here(void)
{
	time_t now = time(NULL);
	struct tm here;

	return localtime_r(&now, &here) ? (int)(here.tm_gmtoff / 60) : 0;
}

/* What a map does not say is as in the one that is built in. */
static void read_usual(struct bx_map *map)
{
	struct sv_problems none = { .file = "built in" };
	struct bx_reading reading = { .map = map, .problems = &none };

	map->root = sv_yaml_parse(&map->arena, &none, bx_map_usual,
	                          strlen(bx_map_usual));
	if (map->root)
		bx_read_keys(&reading, map->root, keys);
	sv_problems_release(&none);
}

int bx_map_parse(struct bx_map **made, const char *name, const char *data,
                 size_t len, struct sv_problems *problems)
{
	struct bx_map *map = sv_alloc(sizeof *map);
	struct sv_problems own = { .file = name, .see = "sv-crm check" };
	struct bx_reading reading = { .map = map,
		                      .problems = problems ? problems : &own };
	int rc = 0;

	map->file = sv_strdup(name);
	map->zone_min = zone_here();
	read_usual(map);
	if (data)
		map->root =
			sv_yaml_parse(&map->arena, reading.problems, data, len);
	if (data && map->root)
		bx_read_keys(&reading, map->root, keys);
	if (!problems)
		rc = sv_problems_code(&own);
	sv_problems_release(&own);
	*made = map;
	if (rc) {
		bx_map_free(map);
		*made = NULL;
	}
	return rc;
}

int bx_map_read(struct bx_map **made, const char *file,
                struct sv_problems *problems)
{
	struct sv_buf data;
	int rc = 0;

	*made = NULL;
	if (!file)
		return bx_map_parse(made, "built in", NULL, 0, problems);
	sv_buf_init(&data, SV_YAML_MAX);
	rc = sv_file_read(file, &data);
	if (!rc)
		rc = bx_map_parse(made, file, sv_buf_str(&data), data.len,
		                  problems);
	sv_buf_release(&data);
	return rc;
}

void bx_map_free(struct bx_map *map)
{
	if (!map)
		return;
	sv_arena_release(&map->arena);
	free(map->file);
	free(map);
}
