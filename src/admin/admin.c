/* admin: what the commands of sv-admin share */
#include "src/admin/admin.h"

#include <stdlib.h>
#include <string.h>

#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

/* A name that is mistyped is not to become a new store with nothing to do. */
static int is_there(struct sv_store *store)
{
	struct sv_rows *row;
	int rc = sv_store_first(store, &row, "SELECT count(*) FROM migration",
	                        "");

	if (!rc && !row)
		rc = sv_fail(EX_NOINPUT, "store %s: there is none",
		             sv_store_name(store));
	sv_rows_free(row);
	return rc;
}

static int open_to_delete(struct admin *admin)
{
	int rc;

	sv_store_close(admin->store);
	admin->store = NULL;
	rc = sv_store_open(&admin->store, admin->dsn, SV_STORE_WRITE);
	return rc ? rc : sv_store_lock(admin->store, "admin");
}

/* Who only looks needs no right to write, and waits for nobody. */
int admin_open(struct admin *admin, bool rules_needed)
{
	int rc = 0;

	if (admin->rules_path)
		rc = rules_load(&admin->rules, admin->rules_path);
	else if (rules_needed)
		rc = sv_fail(EX_USAGE,
		             "which rules? Say --rules FILE or set "
		             "SV_ADMIN_RULES; there is one to begin with in "
		             "examples/admin");
	if (!rc)
		rc = sv_store_open(&admin->store, admin->dsn, SV_STORE_READ);
	if (!rc)
		rc = is_there(admin->store);
	if (!rc && admin->apply)
		rc = open_to_delete(admin);
	return rc;
}

void admin_close(struct admin *admin)
{
	sv_store_close(admin->store);
	rules_release(&admin->rules);
	json_decref(admin->left);
}

bool admin_json(const struct admin *admin)
{
	return !strcmp(admin->format, "json");
}

void admin_left(struct admin *admin, int code, const char *what)
{
	json_array_append_new(admin->left, json_pack("{s:s*, s:s*}", "what",
	                                             what, "why", sv_why()));
	sv_warn("%s stays: %s", what, sv_why());
	if (!admin->worst || code == EX_NOPERM)
		admin->worst = code;
}

int admin_print(json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2));
	int rc = 0;

	json_decref(value);
	if (!text)
		return sv_fail(EX_SOFTWARE, "no JSON could be made");
	rc = sv_write(1, text, strlen(text), "stdout");
	if (!rc)
		rc = sv_write(1, "\n", 1, "stdout");
	free(text);
	return rc;
}
