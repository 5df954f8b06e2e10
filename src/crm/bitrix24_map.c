/* bitrix24_map.c: the map is read, and what is wrong with it told */
#include "src/crm/bitrix24_map.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/option.h"

/* One reading of a map. */
struct reading {
	struct bx_map *map;
	struct sv_problems *problems;
};

/* One key of a map: what it is read by. */
struct key {
	const char *name;
	void (*read)(struct reading *reading, const struct sv_node *node);
};

static void wrong(struct reading *reading, const struct sv_node *node,
                  const char *what)
{
	sv_problem_error(reading->problems, node->place, "%s", what);
}

static const char *text_of(struct reading *reading, const struct sv_node *node)
{
	if (node->kind == SV_NODE_TEXT)
		return node->text;
	wrong(reading, node, "a text is due here");
	return "";
}

/* the members of a map, each by its key */
static void read_keys(struct reading *reading, const struct sv_node *node,
                      const struct key *keys)
{
	const struct key *key;
	char hint[96];

	if (node->kind != SV_NODE_MAP) {
		wrong(reading, node, "a map is due here");
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

static const char *template_of(struct reading *reading,
                               const struct sv_node *node)
{
	const char *text = text_of(reading, node);

	bx_template_check(text, node->place, reading->problems);
	return text;
}

static void read_flag(struct reading *reading, const struct sv_node *node,
                      bool *flag)
{
	const char *text = text_of(reading, node);

	if (!strcmp(text, "yes") || !strcmp(text, "true"))
		*flag = true;
	else if (!strcmp(text, "no") || !strcmp(text, "false"))
		*flag = false;
	else
		wrong(reading, node, "say yes or no");
}

static void read_country(struct reading *reading, const struct sv_node *node)
{
	const char *text = text_of(reading, node);
	size_t len;

	text += *text == '+';
	len = strlen(text);
	if (len < BX_COUNTRY && strspn(text, "0123456789") == len)
		memcpy(reading->map->country, text, len + 1);
	else
		wrong(reading, node, "a country is digits, as 7");
}

static void set_zone(struct bx_map *map, int zone_min)
{
	map->zone_min = zone_min;
	map->zoned = true;
}

static void read_zone(struct reading *reading, const struct sv_node *node)
{
	const char *text = text_of(reading, node);
	char sample[40];
	int64_t ms;

	snprintf(sample, sizeof sample, "1970-01-02T00:00:00%.10s", text);
	if ((*text == '+' || *text == '-') && !sv_time_parse(sample, &ms))
		set_zone(reading->map, (int)(1440 - ms / 60000));
	else
		wrong(reading, node, "a time zone is an offset, as \"+03:00\"");
}

static void read_strangers(struct reading *reading, const struct sv_node *node)
{
	const char *text = text_of(reading, node);

	reading->map->strangers = !strcmp(text, "lead");
	if (strcmp(text, "lead") != 0 && strcmp(text, "none") != 0)
		wrong(reading, node, "say lead or none");
}

static void read_companies(struct reading *reading, const struct sv_node *node)
{
	read_flag(reading, node, &reading->map->companies);
}

static void read_reuse(struct reading *reading, const struct sv_node *node)
{
	read_flag(reading, node, &reading->map->reuse);
}

/* the templates of one field: a text, or a list where many may be */
static void check_field(struct reading *reading, const struct sv_node *field)
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
		wrong(reading, field, "a text or a list of texts is due here");
		return;
	}
	if (field->kind == SV_NODE_TEXT)
		template_of(reading, field);
	for (item = field->kind == SV_NODE_LIST ? field->first : NULL; item;
	     item = item->next)
		template_of(reading, item);
}

static void read_fields(struct reading *reading, const struct sv_node *node,
                        enum bx_entity entity)
{
	const struct sv_node *field;

	if (node->kind != SV_NODE_MAP) {
		wrong(reading, node, "a map of fields is due here");
		return;
	}
	reading->map->fields[entity] = node;
	for (field = node->first; field; field = field->next)
		check_field(reading, field);
}

static void read_lead(struct reading *reading, const struct sv_node *node)
{
	read_fields(reading, node, BX_LEAD);
}

static void read_deal(struct reading *reading, const struct sv_node *node)
{
	read_fields(reading, node, BX_DEAL);
}

static void read_contact(struct reading *reading, const struct sv_node *node)
{
	read_fields(reading, node, BX_CONTACT);
}

static void read_company(struct reading *reading, const struct sv_node *node)
{
	read_fields(reading, node, BX_COMPANY);
}

static void read_responsible(struct reading *reading,
                             const struct sv_node *node)
{
	bx_rules_read(&reading->map->arena, reading->problems, node, false,
	              &reading->map->responsible);
}

static void read_makes(struct reading *reading, const struct sv_node *node)
{
	bx_rules_read(&reading->map->arena, reading->problems, node, true,
	              &reading->map->makes);
}

static void read_task_title(struct reading *reading, const struct sv_node *node)
{
	reading->map->task.title = template_of(reading, node);
}

static void read_task_text(struct reading *reading, const struct sv_node *node)
{
	reading->map->task.text = template_of(reading, node);
}

static void read_task_within(struct reading *reading,
                             const struct sv_node *node)
{
	if (sv_ms(text_of(reading, node), &reading->map->task.within_ms))
		wrong(reading, node, "a time with its unit is due, as 30m");
}

static void read_task(struct reading *reading, const struct sv_node *node)
{
	static const struct key keys[] = {
		{ "title", read_task_title },
		{ "text", read_task_text },
		{ "within", read_task_within },
		{ NULL, NULL },
	};

	read_keys(reading, node, keys);
}

static void read_callback_title(struct reading *reading,
                                const struct sv_node *node)
{
	reading->map->callback.title = template_of(reading, node);
}

static void read_callback_text(struct reading *reading,
                               const struct sv_node *node)
{
	reading->map->callback.text = template_of(reading, node);
}

static void read_remind(struct reading *reading, const struct sv_node *node)
{
	struct bx_map *map = reading->map;
	const struct sv_node *item;

	map->callback.n_remind = 0;
	if (node->kind != SV_NODE_LIST || node->n > 4) {
		wrong(reading, node, "up to four minutes are due, as [0, 15]");
		return;
	}
	for (item = node->first; item; item = item->next)
		if (sv_int(text_of(reading, item),
		           &map->callback.remind_min[map->callback.n_remind++]))
			wrong(reading, item, "minutes are due, as 15");
}

static void read_callback(struct reading *reading, const struct sv_node *node)
{
	static const struct key keys[] = {
		{ "title", read_callback_title },
		{ "text", read_callback_text },
		{ "remind", read_remind },
		{ NULL, NULL },
	};

	read_keys(reading, node, keys);
}

static void read_call_subject(struct reading *reading,
                              const struct sv_node *node)
{
	reading->map->call.subject = template_of(reading, node);
}

static void read_call_text(struct reading *reading, const struct sv_node *node)
{
	reading->map->call.text = template_of(reading, node);
}

static void read_call_line(struct reading *reading, const struct sv_node *node)
{
	reading->map->call.line = template_of(reading, node);
}

static void read_call(struct reading *reading, const struct sv_node *node)
{
	static const struct key keys[] = {
		{ "subject", read_call_subject },
		{ "text", read_call_text },
		{ "line", read_call_line },
		{ NULL, NULL },
	};

	read_keys(reading, node, keys);
}

static void read_comment(struct reading *reading, const struct sv_node *node)
{
	reading->map->comment = template_of(reading, node);
}

static const struct key keys[] = {
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
	{ "task", read_task },
	{ "callback", read_callback },
	{ "call", read_call },
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
	struct reading reading = { .map = map, .problems = &none };

	map->root = sv_yaml_parse(&map->arena, &none, bx_map_usual,
	                          strlen(bx_map_usual));
	if (map->root)
		read_keys(&reading, map->root, keys);
	sv_problems_release(&none);
}

int bx_map_parse(struct bx_map **made, const char *name, const char *data,
                 size_t len, struct sv_problems *problems)
{
	struct bx_map *map = sv_alloc(sizeof *map);
	struct sv_problems own = { .file = name, .see = "sv-crm check" };
	struct reading reading = { .map = map,
		                   .problems = problems ? problems : &own };
	int rc = 0;

	map->file = sv_strdup(name);
	map->zone_min = zone_here();
	read_usual(map);
	if (data)
		map->root =
			sv_yaml_parse(&map->arena, reading.problems, data, len);
	if (data && map->root)
		read_keys(&reading, map->root, keys);
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
