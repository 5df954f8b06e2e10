/* forget_find: which calls and rows are a person's */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/admin/forget.h"
#include "src/admin/select.h"

static bool holds(const struct forget *forget, const struct table_row *row)
{
	for (size_t i = 0; i < row->table->n_texts; i++) {
		const char *text = row->texts[i];

		if (text && person_in(&forget->person, text, strlen(text)))
			return true;
	}
	return false;
}

static int take_row(void *arg, const struct table_row *row)
{
	struct forget *forget = arg;
	char *loose;

	if (!holds(forget, row))
		return 0;
	if (*row->call) {
		json_object_set_new(forget->calls, row->call, json_true());
		return 0;
	}
	loose = sv_format("\"%s\" WHERE %s", row->table->name, row->id);
	json_array_append_new(forget->loose, json_string(loose));
	free(loose);
	return 0;
}

/* the plan of an earlier run may have it already */
static void add_made(struct forget *forget, const char *kind, json_t *made)
{
	json_t *item = json_pack("{s:s, s:O}", "entry", kind, "made", made);
	json_t *had;
	size_t i;

	json_array_foreach (forget->crm, i, had) {
		if (json_equal(item, had)) {
			json_decref(item);
			return;
		}
	}
	json_array_append_new(forget->crm, item);
}

/* what the outbox says was made in the CRM for these calls */
static int find_made(struct forget *forget)
{
	struct sv_rows *rows;
	int rc = sv_store_query(forget->admin->store, &rows,
	                        "SELECT call, key, kind, made, payload,"
	                        " state FROM outbox WHERE made IS NOT NULL"
	                        " OR " NOT_SENT,
	                        "");

	while (!rc && sv_rows_next(rows)) {
		const char *call = sv_rows_text(rows, 0);
		const char *payload = sv_rows_text(rows, 4);
		json_t *made;

		if (!json_object_get(forget->calls, call) &&
		    !person_in(&forget->person, payload, strlen(payload)))
			continue;
		forget->unsent += !strcmp(sv_rows_text(rows, 5), "queued") ||
		                  !strcmp(sv_rows_text(rows, 5), "dead");
		if (sv_rows_null(rows, 3))
			continue;
		made = json_loads(sv_rows_text(rows, 3), 0, NULL);
		if (json_object_size(made))
			add_made(forget, sv_rows_text(rows, 2), made);
		json_decref(made);
	}
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

/* and what their leads are called there, when the outbox knows no more */
static int find_leads(struct forget *forget)
{
	struct sv_rows *rows;
	int rc = sv_store_query(forget->admin->store, &rows,
	                        "SELECT call, lead, contact, deal FROM leads"
	                        " WHERE lead IS NOT NULL OR contact IS NOT NULL"
	                        " OR deal IS NOT NULL",
	                        "");

	while (!rc && sv_rows_next(rows)) {
		json_t *made;

		if (!json_object_get(forget->calls, sv_rows_text(rows, 0)))
			continue;
		made = json_pack("{s:s*, s:s*, s:s*}", "lead",
		                 sv_rows_text(rows, 1), "contact",
		                 sv_rows_text(rows, 2), "deal",
		                 sv_rows_text(rows, 3));
		add_made(forget, "call", made);
		json_decref(made);
	}
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

int forget_find(struct forget *forget)
{
	struct sv_store *store = forget->admin->store;
	int rc = tables_load(&forget->tables, store);

	if (!rc)
		rc = tables_scan(&forget->tables, store, take_row, forget);
	if (!rc)
		rc = forget_search_logs(forget);
	if (!rc)
		rc = find_made(forget);
	if (!rc)
		rc = find_leads(forget);
	return rc;
}

struct again {
	struct forget *forget;
	int64_t n;
};

static int look_again(void *arg, const struct table_row *row)
{
	struct again *again = arg;

	if (holds(again->forget, row) ||
	    (*row->call && json_object_get(again->forget->calls, row->call)))
		again->n++;
	return 0;
}

int forget_again(struct forget *forget, int64_t *n)
{
	struct again again = { .forget = forget };
	int rc = tables_scan(&forget->tables, forget->admin->store, look_again,
	                     &again);

	*n = again.n;
	return rc;
}
