/* bitrix24_name.c: a field's name in both families of methods */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "src/crm/bitrix24_map.h"

enum { ALL = 1 << BX_ENTITIES };

/* where the two are not the same word; entity: of that one alone */
static const struct {
	const char *old, *item;
	unsigned entity;
} odd[] = {
	{ "STATUS_ID", "stageId", BX_LEAD },
	{ "STATUS_SEMANTIC_ID", "stageSemanticId", BX_LEAD },
	{ "COMPANY_TYPE", "typeId", BX_COMPANY },
	{ "DATE_CREATE", "createdTime", ALL },
	{ "DATE_MODIFY", "updatedTime", ALL },
	{ "CREATED_BY_ID", "createdBy", ALL },
	{ "MODIFY_BY_ID", "updatedBy", ALL },
	{ "MOVED_BY_ID", "movedBy", ALL },
};

enum { ODD = sizeof odd / sizeof *odd };

static bool is_of(size_t i, enum bx_entity entity)
{
	return odd[i].entity == ALL || odd[i].entity == (unsigned)entity;
}

void bx_name_old(const char *name, enum bx_entity entity, char old[BX_NAME])
{
	size_t i, len = 0;

	for (i = 0; i < ODD; i++)
		if (is_of(i, entity) && !strcmp(odd[i].item, name)) {
			snprintf(old, BX_NAME, "%s", odd[i].old);
			return;
		}
	/* in the older spelling there are no small letters */
	for (i = 0; name[i] && !islower((unsigned char)name[i]); i++)
		;
	if (!name[i]) {
		snprintf(old, BX_NAME, "%s", name);
		return;
	}
	for (i = 0; name[i] && len + 2 < BX_NAME; i++) {
		if (i && isupper((unsigned char)name[i]))
			old[len++] = '_';
		old[len++] = (char)toupper((unsigned char)name[i]);
	}
	old[len] = '\0';
}

void bx_name_new(const char *name, enum bx_entity entity, char item[BX_NAME])
{
	size_t i, len = 0;

	for (i = 0; i < ODD; i++)
		if (is_of(i, entity) && !strcmp(odd[i].old, name)) {
			snprintf(item, BX_NAME, "%s", odd[i].item);
			return;
		}
	for (i = 0; name[i] && len + 1 < BX_NAME; i++) {
		bool joint =
			name[i] == '_' && isalpha((unsigned char)name[i + 1]);

		i += joint;
		item[len++] =
			joint ? name[i] : (char)tolower((unsigned char)name[i]);
	}
	item[len] = '\0';
}

bool bx_name_multi(const char *name, const char **type)
{
	static const char *const multi[] = { "PHONE", "EMAIL", "WEB", "IM" };
	size_t i, len = strcspn(name, ".");

	*type = name[len] ? name + len + 1 : "";
	for (i = 0; i < sizeof multi / sizeof *multi; i++)
		if (strlen(multi[i]) == len && !strncmp(multi[i], name, len))
			return true;
	return false;
}
