/* retain: sv-admin retention, what is too old goes */
#include "src/admin/retain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/audit.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/admin/report.h"

static json_t *figures(const struct tally *tally)
{
	return json_pack(
		"{s:I, s:I, s:I, s:I, s:I}", "rows", (json_int_t)tally->rows,
		"files", (json_int_t)tally->files, "objects",
		(json_int_t)tally->objects, "bytes", (json_int_t)tally->bytes,
		"held", (json_int_t)tally->held);
}

int retain_audit(struct retain *retain, enum kind kind,
                 const struct tally *done)
{
	json_t *detail = figures(done);
	char *text;
	int rc;

	json_object_del(detail, "held");
	text = json_dumps(detail, JSON_COMPACT);
	rc = sv_audit_within(retain->admin->store, "retain", kind_name(kind),
	                     text);
	json_decref(detail);
	free(text);
	return rc;
}

static int take_kind(struct retain *retain, enum kind kind)
{
	int rc = 0;

	if (kind == EVENTS)
		rc = retain_months(retain);
	if (!rc && kind_is_of_calls(kind))
		rc = retain_calls(retain, kind);
	if (!rc)
		rc = retain_rows(retain, kind);
	if (!rc)
		rc = retain_files(retain, kind);
	return rc;
}

/* Without this SQLite leaves what was deleted in the file until it is written
 * over; and in its log until that is. */
static int wipe(struct admin *admin, bool before)
{
	if (!admin->apply || sv_store_is_postgres(admin->store))
		return 0;
	return sv_store_execute(admin->store,
	                        before ? "PRAGMA secure_delete = ON"
	                               : "PRAGMA incremental_vacuum;"
	                                 "PRAGMA wal_checkpoint(TRUNCATE)");
}

static json_t *kinds_as_json(const struct retain *retain)
{
	json_t *list = json_array();

	for (enum kind kind = 0; kind < KINDS; kind++) {
		const struct kind_rules *rules =
			&retain->admin->rules.kinds[kind];
		json_t *item = figures(&retain->tallies[kind]);
		json_t *ages = json_array();

		for (size_t i = 0; i < rules->n; i++)
			json_array_append_new(
				ages, json_string(rules->items[i].kept));
		json_object_set_new(item, "kind", json_string(kind_name(kind)));
		json_object_set_new(item, "kept", ages);
		json_array_append_new(list, item);
	}
	return list;
}

static void print_kind(const struct kind_rules *rules, enum kind kind,
                       const struct tally *tally)
{
	const char *kept = rules->n == 0   ? "forever"
	                   : rules->n == 1 ? rules->items[0].kept
	                                   : "by rule";

	printf("%-12s %-8s %10" PRId64 " %8" PRId64 " %8" PRId64 " %14" PRId64
	       " %8" PRId64 "\n",
	       kind_name(kind), kept, tally->rows, tally->files, tally->objects,
	       tally->bytes, tally->held);
}

static int print_text(const struct retain *retain)
{
	int64_t held = 0;

	printf("%-12s %-8s %10s %8s %8s %14s %8s\n", "kind", "kept", "rows",
	       "files", "objects", "bytes", "held");
	for (enum kind kind = 0; kind < KINDS; kind++) {
		print_kind(&retain->admin->rules.kinds[kind], kind,
		           &retain->tallies[kind]);
		held += kind == LOGS ? 0 : retain->tallies[kind].held;
	}
	if (held)
		printf("held: the CRM has not got yet what is theirs; see "
		       "sv-crm outbox\n");
	if (!retain->admin->apply)
		printf("nothing was deleted: --apply does it\n");
	return 0;
}

static int print(struct retain *retain, json_t *kinds)
{
	if (!admin_json(retain->admin)) {
		json_decref(kinds);
		return print_text(retain);
	}
	return admin_print(json_pack("{s:b, s:b, s:o, s:O}", "applied",
	                             retain->admin->apply, "stopped",
	                             sv_stopping(), "kinds", kinds, "left",
	                             retain->admin->left));
}

/* what is signed about it, where a file for that is named */
static int put_report(struct retain *retain, json_t *kinds)
{
	struct admin *admin = retain->admin;

	if (!admin->apply || !admin->output) {
		json_decref(kinds);
		return 0;
	}
	return report_put(
		admin, admin->output,
		json_pack("{s:s, s:b, s:o, s:i}", "report", "retention",
	                  "complete", !admin->worst && !sv_stopping(), "kinds",
	                  kinds, "left", (int)json_array_size(admin->left)));
}

static int work(struct retain *retain)
{
	int rc = wipe(retain->admin, true), code;

	for (enum kind kind = 0; !rc && kind < KINDS && !sv_stopping(); kind++)
		rc = take_kind(retain, kind);
	if (!rc)
		rc = wipe(retain->admin, false);
	code = put_report(retain, kinds_as_json(retain));
	if (!rc)
		rc = code;
	code = print(retain, kinds_as_json(retain));
	return rc ? rc : code;
}

int retention(struct admin *admin, char **operands, int n)
{
	struct retain retain = { .admin = admin,
		                 .remote.settings = &admin->settings };
	int rc;

	if (n)
		return sv_fail(EX_USAGE, "%s: retention takes no operands",
		               operands[0]);
	rc = admin_open(admin, true);
	if (!rc && admin->apply && admin->output)
		rc = report_ready(admin->output);
	if (!rc)
		rc = work(&retain);
	remote_release(&retain.remote);
	if (!rc && admin->worst)
		rc = sv_fail(admin->worst, "%zu things stay that should go",
		             json_array_size(admin->left));
	return rc;
}
