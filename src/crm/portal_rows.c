/* portal_rows: sv-crm list: all rows of one of the portal's lists */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

#include "src/crm/command.h"
#include "src/crm/portal.h"

/* the methods whose rows lie deeper, or have their id in small letters */
static const struct {
	const char *method, *id, *rows;
} lists[] = {
	{ "crm.item.list", "id", "items" },
	{ "tasks.task.list", "ID", "tasks" },
	{ "crm.category.list", "id", "categories" },
	{ NULL, "ID", NULL },
};

static int tell(void *arg, const json_t *row)
{
	char *text = json_dumps(row, JSON_COMPACT | JSON_REAL_PRECISION(15));
	char *line = sv_format("%s\n", text ? text : "{}");
	int rc = sv_write(STDOUT_FILENO, line, strlen(line), "stdout");

	(void)arg;
	free(text);
	free(line);
	return rc;
}

static int list(struct portal *portal, const char *method, const char *text)
{
	json_t *params = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	struct portal_list wanted = { .method = method, .params = params };
	size_t i = 0;
	int rc;

	while (lists[i].method && strcasecmp(lists[i].method, method) != 0)
		i++;
	wanted.id = lists[i].id;
	wanted.rows = lists[i].rows;
	rc = json_is_object(params)
	             ? portal_each(portal, &wanted, tell, NULL)
	             : sv_fail(EX_USAGE,
	                       "list %s: the parameters are not a JSON object",
	                       method);
	json_decref(params);
	return rc;
}

static int run(const struct crm_options *options, char **operands, int n)
{
	const struct crm_engine *engine;
	struct portal *portal = NULL;
	int rc;

	if (n < 1 || n > 2)
		return sv_fail(EX_USAGE, "list: say a METHOD, and perhaps its "
		                         "parameters as a JSON object");
	rc = crm_find(&engine, "bitrix24", &options->settings);
	if (!rc)
		rc = portal_open(&portal, &options->settings);
	if (rc)
		return rc;
	portal_show(portal, options->dry_run);
	rc = list(portal, operands[0], n > 1 ? operands[1] : "{}");
	portal_close(portal);
	return rc;
}

const struct crm_command crm_list = {
	.name = "list",
	.operands = "METHOD [PARAMS]",
	.about = "all rows of one of the portal's lists, as NDJSON",
	.run = run,
};
