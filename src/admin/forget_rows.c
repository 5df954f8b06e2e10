/* forget_rows: a person's rows, table by table */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/audit.h"
#include "lib/fail.h"

#include "src/admin/forget.h"

/* of calls, in one transaction */
enum { AT_ONCE = 50 };

static void add(struct forget *forget, const char *table, int64_t n)
{
	json_int_t had =
		json_integer_value(json_object_get(forget->rows, table));

	if (n)
		json_object_set_new(forget->rows, table, json_integer(had + n));
	forget->tally.rows += n;
}

static int number(struct forget *forget, const char *sql, const char *call,
                  int64_t *n)
{
	struct sv_rows *row;
	int rc = call ? sv_store_first(forget->admin->store, &row, sql, "s",
	                               call)
	              : sv_store_first(forget->admin->store, &row, sql, "");

	*n = row ? sv_rows_int(row, 0) : 0;
	sv_rows_free(row);
	return rc;
}

/* rows of "TABLE WHERE …"; call is the parameter, or NULL */
static int take(struct forget *forget, const char *what, const char *call,
                int64_t *n)
{
	bool apply = forget->admin->apply;
	char *sql = sv_format("%s FROM %s",
	                      apply ? "DELETE" : "SELECT count(*)", what);
	int rc;

	if (!apply)
		rc = number(forget, sql, call, n);
	else if (call)
		rc = sv_store_change(forget->admin->store, n, sql, "s", call);
	else
		rc = sv_store_change(forget->admin->store, n, sql, "");
	free(sql);
	return rc;
}

/* What is on its way to the CRM just now would be there, and nobody be told. */
static int is_quiet(struct forget *forget, const char *call)
{
	int64_t n;
	int rc = number(forget,
	                "SELECT count(*) FROM outbox WHERE call = ?"
	                " AND state = 'queued' AND taken <> 0",
	                call, &n);

	if (!rc && n && forget->admin->apply)
		rc = sv_fail(EX_TEMPFAIL,
		             "call %s is being sent to the CRM: try again "
		             "when sv-crm is done with it, or stop it",
		             call);
	return rc;
}

static int take_call(struct forget *forget, const char *call)
{
	int rc = is_quiet(forget, call);

	for (size_t i = 0; !rc && i < forget->tables.n; i++) {
		const struct table *table = &forget->tables.items[i];
		char *what;
		int64_t n = 0;

		if (!table->has_call)
			continue;
		what = sv_format("\"%s\" WHERE call = ?", table->name);
		rc = take(forget, what, call, &n);
		add(forget, table->name, n);
		free(what);
	}
	return rc;
}

static int take_loose(struct forget *forget)
{
	json_t *item;
	size_t i;
	int rc = 0;

	json_array_foreach (forget->loose, i, item) {
		int64_t n = 0;

		const char *what = json_string_value(item);
		char *table = sv_strndup(what + 1, strcspn(what + 1, "\""));

		if (!rc)
			rc = take(forget, what, NULL, &n);
		add(forget, table, n);
		free(table);
	}
	return rc;
}

/* ends a transaction, with its line in the audit log */
static int settle(struct forget *forget, const char *hash, int64_t before)
{
	char *detail = sv_format("{\"rows\":%lld}",
	                         (long long)(forget->tally.rows - before));
	int rc = sv_audit_within(forget->admin->store, "forget", hash, detail);

	if (!rc)
		rc = sv_store_commit(forget->admin->store);
	free(detail);
	return rc;
}

static int take_calls(struct forget *forget, const char *hash)
{
	struct sv_store *store = forget->admin->store;
	bool apply = forget->admin->apply;
	int64_t before = 0;
	const char *call;
	json_t *value;
	int rc = apply ? sv_store_begin(store) : 0, n = 0;

	json_object_foreach (forget->calls, call, value) {
		if (!rc)
			rc = take_call(forget, call);
		if (rc || ++n % AT_ONCE || !apply)
			continue;
		rc = settle(forget, hash, before);
		before = forget->tally.rows;
		if (!rc)
			rc = sv_store_begin(store);
	}
	if (!rc)
		rc = take_loose(forget);
	if (!rc && apply)
		rc = settle(forget, hash, before);
	return rc;
}

int forget_rows(struct forget *forget, const char *hash)
{
	int rc = take_calls(forget, hash);

	if (rc && forget->admin->apply)
		sv_store_rollback(forget->admin->store);
	return rc;
}
