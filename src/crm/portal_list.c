/* portal_list: lists page by page, by rising id */
#include <stdlib.h>

#include "lib/fail.h"

#include "src/crm/portal_inside.h"

/* an object of params, ours to change; another one when there is none */
static json_t *own(json_t *params, const char *key)
{
	json_t *old = json_object_get(params, key);
	json_t *made = json_is_object(old) ? json_copy(old) : json_object();

	json_object_set_new(params, key, made);
	return made;
}

/* start -1 spares the portal the counting of all */
static json_t *page_of(const struct portal_list *list, int64_t after)
{
	json_t *params = list->params
	                         ? json_copy((json_t *)(uintptr_t)list->params)
	                         : json_object();
	char above[64];

	snprintf(above, sizeof above, ">%s", list->id);
	json_object_set_new(own(params, "filter"), above, json_integer(after));
	json_object_set_new(params, "order",
	                    json_pack("{ss}", list->id, "ASC"));
	json_object_set_new(params, "start", json_integer(-1));
	return params;
}

/* A portal that does not heed the filter would have us go round for ever. */
static int hand_over(const struct portal_list *list, const json_t *rows,
                     int64_t *after, int (*each)(void *arg, const json_t *row),
                     void *arg)
{
	const json_t *row;
	size_t i;
	int rc = 0;

	json_array_foreach (rows, i, row) {
		int64_t id = portal_id(row);

		if (id <= *after)
			return sv_fail(EX_UNAVAILABLE,
			               "bitrix24: %s: the rows do not come by "
			               "rising %s",
			               list->method, list->id);
		*after = id;
		rc = each(arg, row);
		if (rc)
			return rc;
	}
	return 0;
}

int portal_each(struct portal *portal, const struct portal_list *list,
                int (*each)(void *arg, const json_t *row), void *arg)
{
	struct portal_answer answer = { 0 };
	int64_t after = list->after;
	size_t n = PORTAL_PAGE;
	int rc = 0;

	while (!rc && n >= PORTAL_PAGE) {
		json_t *params = page_of(list, after), *rows;

		rc = portal_call(portal, list->method, params, PORTAL_READ,
		                 &answer);
		rows = portal_rows(answer.result, list->rows);
		n = json_array_size(rows);
		if (!rc)
			rc = hand_over(list, rows, &after, each, arg);
		json_decref(rows);
		json_decref(params);
	}
	portal_release(&answer);
	return rc;
}
