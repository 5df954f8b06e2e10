/*
 * sv-crm's bitrix24: the map that is read, the values it gives, names, rules
 * and times
 * uses: src/crm/bitrix24_map.c src/crm/bitrix24_map_parts.c src/crm/bitrix24_name.c src/crm/bitrix24_rule.c src/crm/bitrix24_rules.c src/crm/bitrix24_template.c src/crm/bitrix24_time.c src/crm/bitrix24_usual.c
 */
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/crm/bitrix24_map.h"
#include "tap.h"

static void names_of_both_families(void)
{
	static const struct {
		enum bx_entity entity;
		const char *old, *item;
	} names[] = {
		{ BX_LEAD, "TITLE", "title" },
		{ BX_LEAD, "STATUS_ID", "stageId" },
		{ BX_DEAL, "STAGE_ID", "stageId" },
		{ BX_LEAD, "ORIGINATOR_ID", "originatorId" },
		{ BX_CONTACT, "ASSIGNED_BY_ID", "assignedById" },
		{ BX_LEAD, "DATE_CREATE", "createdTime" },
		{ BX_DEAL, "UTM_SOURCE", "utmSource" },
		{ BX_COMPANY, "COMPANY_TYPE", "typeId" },
		{ BX_CONTACT, "TYPE_ID", "typeId" },
		{ BX_LEAD, "UF_CRM_1700000001", "ufCrm_1700000001" },
		{ BX_LEAD, "UF_CRM_CALL_NOTE", "ufCrmCallNote" },
	};

	char name[BX_NAME];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		bx_name_new(names[i].old, names[i].entity, name);
		is(name, names[i].item);
		bx_name_old(names[i].item, names[i].entity, name);
		is(name, names[i].old);
		bx_name_old(names[i].old, names[i].entity, name);
		is(name, names[i].old);
	}
}

static void multifields_have_types(void)
{
	const char *type;

	ok(bx_name_multi("PHONE", &type) && !*type);
	ok(bx_name_multi("EMAIL.HOME", &type) && !strcmp(type, "HOME"));
	ok(!bx_name_multi("PHONES", &type));
	ok(!bx_name_multi("TITLE", &type));
}

static json_t *payload(void)
{
	return json_loads("{\"name\":\"Иван\",\"budget\":50000.5,\"turns\":3,"
	                  "\"email\":\"\",\"caller\":\"8 495 111-22-33\","
	                  "\"callee\":\"+74951112233\",\"outcome\":\"order\","
	                  "\"slots\":{\"floor\":3,\"city\":\"Казань\","
	                  "\"tags\":[\"а\",\"б\"],"
	                  "\"bad\":\"$result[lead][id] $RESULT[x]\"}}",
	                  0, NULL);
}

static void fills_templates(void)
{
	static const struct {
		const char *template, *text;
	} cases[] = {
		{ "CALL", "CALL" },
		{ "", "" },
		{ "{name}", "Иван" },
		{ "{email|name}", "Иван" },
		{ "{need}: {name}", "Иван" },
		{ "{name}: {need}", "Иван" },
		{ "{name}, {slots.floor} этаж", "Иван, 3 этаж" },
		{ "{slots.none}", "" },
		{ "{slots.none.deep}", "" },
		{ "{slots}", "" },
		{ "{slots.tags}", "а, б" },
		{ "{slots.bad}", "$ result[lead][id] $ RESULT[x]" },
		{ "{budget} / {turns}", "50000.5 / 3" },
		{ "{name", "Иван" },
	};

	json_t *from = payload(), *value;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = bx_template_text(cases[i].template, from);

		tap_is(text, cases[i].text, cases[i].template, __FILE__,
		       __LINE__);
		free(text);
	}
	value = bx_template("{budget}", from);
	ok(json_is_real(value));
	json_decref(value);
	value = bx_template("{budget} р.", from);
	is(json_string_value(value), "50000.5 р.");
	json_decref(value);
	ok(!bx_template("{need}, {email}", from));
	ok(!bx_template("этаж {slots.none}", from));
	value = bx_template("этаж {slots.floor} {slots.none}", from);
	is(json_string_value(value), "этаж 3");
	json_decref(value);
	value = bx_outside(json_object_get(from, "slots"));
	is(json_string_value(json_object_get(value, "bad")),
	   "$ result[lead][id] $ RESULT[x]");
	ok(json_array_size(json_object_get(value, "tags")) == 2);
	json_decref(value);
	ok(!bx_outside(NULL));
	json_decref(from);
}

static void tells_times(void)
{
	char text[BX_TIME];
	int64_t ms;

	bx_time_format(1795255201000, 180, text);
	is(text, "2026-11-21T13:00:01+03:00");
	bx_time_format(1795255201000, -210, text);
	is(text, "2026-11-21T06:30:01-03:30");
	bx_time_format(-1000, 0, text);
	is(text, "1969-12-31T23:59:59+00:00");
	ok(bx_time_read("2026-11-21 13:00", 180, &ms) && ms == 1795255200000);
	ok(bx_time_read("2026-11-21T13:00:01", 180, &ms) &&
	   ms == 1795255201000);
	ok(bx_time_read("2026-11-21T10:00:01Z", 180, &ms) &&
	   ms == 1795255201000);
	ok(bx_time_read("2026-11-21T13:00:01.5+03:00", 0, &ms) &&
	   ms == 1795255201500);
	ok(!bx_time_read("", 0, &ms));
	ok(!bx_time_read("завтра в три", 0, &ms));
	ok(!bx_time_read("2026-02-30 13:00", 0, &ms));
	ok(!bx_time_read("2026-11-21 25:00", 0, &ms));
	ok(!bx_time_read("2026-11-21 13:00 и позже", 0, &ms));
}

/* Saturday, 2026-11-21, 10:00:01 UTC */
static void tells_hours(void)
{
	const int64_t at = 1795255201000;

	ok(bx_time_within("sat", at, 180) == 1);
	ok(bx_time_within("mon-fri", at, 180) == 0);
	ok(bx_time_within("mon-fri,sat", at, 180) == 1);
	ok(bx_time_within("sat 09:00-18:00", at, 180) == 1);
	ok(bx_time_within("sat 13:01-18:00", at, 180) == 0);
	ok(bx_time_within("sat 09:00-13:00", at, 180) == 0);
	ok(bx_time_within("22:00-14:00", at, 180) == 1);
	ok(bx_time_within("22:00-06:00", at, 180) == 0);
	ok(bx_time_within("fri-mon", at, 180) == 1);
	ok(bx_time_within("sun-fri", at, 180) == 0);
	ok(bx_time_within("sun", at, 14 * 60 + 60) == 1);
	ok(bx_time_within("", at, 0) == -1);
	ok(bx_time_within("someday", at, 0) == -1);
	ok(bx_time_within("sat 9-18", at, 0) == -1);
	ok(bx_time_within("sat,", at, 0) == 1);
	ok(bx_time_within("mon-", at, 0) == -1);
	ok(bx_time_within("25:00-26:00", at, 0) == -1);
}

static struct bx_map *map_of(const char *text)
{
	struct bx_map *map;

	bx_map_parse(&map, "map", text, strlen(text), NULL);
	return map;
}

static void the_usual_map_is_right(void)
{
	struct sv_problems problems = { .file = "usual" };
	struct bx_map *map;

	bx_map_parse(&map, "usual", bx_map_usual, strlen(bx_map_usual),
	             &problems);
	ok(!problems.n);
	ok(map->fields[BX_LEAD] && map->fields[BX_DEAL] &&
	   map->fields[BX_CONTACT] && map->fields[BX_COMPANY]);
	is(map->country, "7");
	ok(map->strangers && !map->companies && !map->reuse && !map->zoned);
	sv_problems_release(&problems);
	bx_map_free(map);
}

static void what_a_map_leaves_out_is_usual(void)
{
	struct bx_map *map = map_of("timezone: \"-03:30\"\ncountry: +44\n"
	                            "task: {within: 90m}\n"
	                            "callback: {remind: [5]}\n");

	ok(map->zone_min == -210 && map->zoned);
	is(map->country, "44");
	ok(map->task.within_ms == 90 * 60000);
	is(map->task.title, "{title|phone}");
	ok(map->callback.n_remind == 1 && map->callback.remind_min[0] == 5);
	ok(map->fields[BX_LEAD] != NULL);
	bx_map_free(map);
}

static void what_is_wrong_has_its_place(void)
{
	static const struct {
		const char *map, *why;
	} cases[] = {
		{ "leed: {}",
		  "map:1:1: unknown key 'leed'; did you mean 'lead'?" },
		{ "lead: []", "map:1:7: a map of fields is due here" },
		{ "lead: {TITLE: {a: b}}",
		  "map:1:15: a text or a list of texts is due here" },
		{ "lead: {TITLE: \"{name\"}",
		  "map:1:15: a brace that has no other" },
		{ "lead: {TITLE.X: a}",
		  "map:1:8: 'TITLE.X': only PHONE, EMAIL, WEB and IM have a "
		  "type behind a dot" },
		{ "country: Россия", "map:1:10: a country is digits, as 7" },
		{ "timezone: Moscow",
		  "map:1:11: a time zone is an offset, as \"+03:00\"" },
		{ "makes: task", "map:1:8: say lead or deal" },
		{ "reuse: often", "map:1:8: say yes or no" },
		{ "responsible: [{users: [Иван]}]",
		  "map:1:24: a user is a number: their id, as 12 (and 1 more: "
		  "see sv-crm check)" },
		{ "responsible: [{when: {lines: 1}, users: 1}]",
		  "map:1:23: a rule cannot look at 'lines'; did you mean "
		  "'line'?" },
		{ "responsible: [{when: {time: always}, users: 1}]",
		  "map:1:29: 'always' is no time: say mon-fri 09:00-18:00" },
		{ "task: {within: 3}",
		  "map:1:16: a time with its unit is due, as 30m" },
		{ "callback: {remind: [a]}",
		  "map:1:21: minutes are due, as 15" },
		{ "- a", "map:1:1: a map is due here" },
	};
	struct bx_map *map;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		ok(bx_map_parse(&map, "map", cases[i].map, strlen(cases[i].map),
		                NULL) == EX_CONFIG);
		tap_is(sv_why(), cases[i].why, cases[i].map, __FILE__,
		       __LINE__);
		ok(!map);
	}
	ok(bx_map_read(&map, "/nowhere", NULL) == EX_NOINPUT && !map);
}

static int64_t user_by(const char *text)
{
	struct bx_map *map = map_of(text);
	json_t *from = payload();
	const struct bx_rule *rule =
		bx_rule(map, map->responsible, from, 1795255201000);
	int64_t user = rule && rule->n_users ? rule->users[0] : 0;

	json_decref(from);
	bx_map_free(map);
	return user;
}

static void the_first_rule_that_holds(void)
{
	ok(user_by("responsible: 7") == 7);
	ok(user_by("responsible: []") == 0);
	ok(user_by("responsible: [7, 8]") == 7);
	ok(user_by("responsible: [{when: {line: \"+7495*\"}, users: 2}, 7]") ==
	   2);
	/* a number is compared as it is, and as the number it is */
	ok(user_by("responsible: [{when: {caller: \"+74951112233\"}, users: 2},"
	           " 7]") == 2);
	ok(user_by("responsible: [{when: {caller: \"8 495*\"}, users: 2},"
	           " 7]") == 2);
	ok(user_by("responsible: [{when: {slots.city: [Уфа, Казань]},"
	           " users: 2}, 7]") == 2);
	ok(user_by("responsible: [{when: {slots.city: Уфа}, users: 2}, 7]") ==
	   7);
	ok(user_by("responsible: [{when: {outcome: order, slots.floor: 4},"
	           " users: 2}, 7]") == 7);
	ok(user_by("timezone: \"+03:00\"\n"
	           "responsible: [{when: {time: \"sat 13:00-14:00\"},"
	           " users: 2}, 7]") == 2);
	ok(user_by("responsible: [{when: {time: [sun, mon]}, users: 2}]") == 0);
}

int main(void)
{
	names_of_both_families();
	multifields_have_types();
	fills_templates();
	tells_times();
	tells_hours();
	the_usual_map_is_right();
	what_a_map_leaves_out_is_usual();
	what_is_wrong_has_its_place();
	the_first_rule_that_holds();
	return tap_end();
}
