/*
 * A map of any bytes is read or refused with a place; what was read gives
 * values and rules without harm. The second line on is the map, the first a
 * payload's text and a time.
 * uses: src/crm/bitrix24_map.c src/crm/bitrix24_map_parts.c src/crm/bitrix24_name.c src/crm/bitrix24_rule.c src/crm/bitrix24_rules.c src/crm/bitrix24_template.c src/crm/bitrix24_time.c src/crm/bitrix24_usual.c
 */
#include "src/crm/bitrix24_map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

static void fill(const struct bx_map *map, const json_t *payload)
{
	const struct sv_node *field;
	char old[BX_NAME], item[BX_NAME];
	size_t i;

	for (i = 0; i < BX_ENTITIES; i++) {
		field = map->fields[i] ? map->fields[i]->first : NULL;
		for (; field; field = field->next) {
			bx_name_old(field->key, (enum bx_entity)i, old);
			bx_name_new(old, (enum bx_entity)i, item);
			if (field->kind == SV_NODE_TEXT)
				json_decref(bx_template(field->text, payload));
		}
	}
}

static void use(const char *text, size_t len, const char *said)
{
	struct sv_problems problems = { .file = "fuzz" };
	struct bx_map *map;
	json_t *payload = json_pack("{ss ss s{ss}}", "name", said, "caller",
	                            said, "slots", "city", said);
	int64_t ms;

	bx_map_parse(&map, "fuzz", text, len, &problems);
	fill(map, payload);
	bx_rule(map, map->responsible, payload, 1795255201000);
	bx_rule(map, map->makes, payload, 1795255201000);
	bx_time_read(said, 180, &ms);
	bx_time_within(said, 1795255201000, 180);
	json_decref(payload);
	sv_problems_release(&problems);
	bx_map_free(map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data;
	const char *line = len ? memchr(text, '\n', len) : NULL;
	char *said;

	if (!line ||
	    sv_utf8_check(text, (size_t)(line - text)) != (size_t)(line - text))
		return 0;
	said = sv_strndup(text, (size_t)(line - text));
	use(line + 1, len - (size_t)(line + 1 - text), said);
	free(said);
	return 0;
}
