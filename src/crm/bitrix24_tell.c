/* bitrix24_tell.c: rows of the portal, in the words of sv-crm find */
#include <stdlib.h>

#include "lib/buf.h"

#include "src/crm/bitrix24.h"

/* an id of a row as a number, under a name, unless it is 0 */
void bx_tell_id(json_t *to, const char *as, const json_t *row,
                enum bx_entity entity, const char *name)
{
	bx_set_id(to, as, portal_int(bx_field(row, entity, name)));
}

void bx_tell_text(json_t *to, const char *as, const json_t *row,
                  enum bx_entity entity, const char *name)
{
	char *text = portal_text(bx_field(row, entity, name));

	if (text && *text)
		json_object_set_new(to, as, json_string(text));
	free(text);
}

void bx_tell_name(json_t *to, const json_t *row)
{
	static const char *const parts[] = { "NAME", "SECOND_NAME",
		                             "LAST_NAME" };
	struct sv_buf name;
	size_t i;

	sv_buf_init(&name, 1024);
	for (i = 0; i < 3; i++) {
		const char *part =
			json_string_value(bx_field(row, BX_CONTACT, parts[i]));

		if (part && *part)
			sv_buf_printf(&name, "%s%s", name.len ? " " : "", part);
	}
	if (name.len)
		json_object_set_new(to, "name", json_string(sv_buf_str(&name)));
	sv_buf_release(&name);
}

json_t *bx_tell(const json_t *row, enum bx_entity entity)
{
	json_t *made = json_object();
	const char *stage = entity == BX_LEAD ? "STATUS_ID" : "STAGE_ID";

	bx_tell_id(made, "id", row, entity, "ID");
	if (entity == BX_CONTACT)
		bx_tell_name(made, row);
	else
		bx_tell_text(made, "title", row, entity, "TITLE");
	if (entity <= BX_DEAL) {
		bx_tell_text(made, "stage", row, entity, stage);
		bx_tell_text(made, "created", row, entity, "DATE_CREATE");
	}
	bx_tell_id(made, "responsible", row, entity, "ASSIGNED_BY_ID");
	return made;
}

json_t *bx_tell_all(const json_t *result, enum bx_entity entity)
{
	json_t *list = json_array(), *row;
	size_t i;

	json_array_foreach (bx_rows(result), i, row)
		if (i < BX_ROWS)
			json_array_append_new(list, bx_tell(row, entity));
	return list;
}
