/* One sv-crm check on its way, in two parts: bitrix24_check.c asks and looks at
 * rights and users, bitrix24_check_fields.c at the fields of the map. */
#ifndef CRM_BITRIX24_CHECK_H
#define CRM_BITRIX24_CHECK_H

#include "src/crm/bitrix24.h"

/* what is asked for, in one batch */
enum {
	BX_SCOPE,
	BX_PROFILE,
	BX_STATUSES,
	BX_USERS_LIST,
	BX_FIELDS,
	BX_COMMANDS = BX_FIELDS + 4
};

struct bx_check {
	struct bx_job job;
	struct bx_map *map;
	struct sv_problems problems;
	struct portal_command commands[BX_COMMANDS];
};

/* What the i-th was answered: lent, or NULL. */
const json_t *bx_check_answer(const struct bx_check *check, size_t i);

/* of something that stands nowhere in the map */
extern const struct sv_place bx_check_nowhere;

void bx_check_fields(struct bx_check *check);

#endif
