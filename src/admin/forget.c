/* forget: sv-admin forget, everything of one telephone number */
#include "src/admin/forget.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/audit.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/start.h"
#include "lib/ulid.h"

#include "src/admin/report.h"

enum { LIST_MAX = 16 << 20 };

/* the names of an object, or the texts of an array, as one keyed digest */
static int digest_of(const json_t *list, char digest[PERSON_HASH])
{
	char *text = json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS);
	int rc = report_person(text ? text : "", digest);

	free(text);
	return rc;
}

static json_t *sums(const struct forget *forget)
{
	return json_pack("{s:I, s:I, s:O, s:I, s:I, s:I, s:I, s:O}", "calls",
	                 (json_int_t)json_object_size(forget->calls), "rows",
	                 (json_int_t)forget->tally.rows, "tables", forget->rows,
	                 "files", (json_int_t)forget->tally.files, "lines",
	                 (json_int_t)forget->lines, "objects",
	                 (json_int_t)forget->tally.objects, "unsent",
	                 (json_int_t)forget->unsent, "crm", forget->crm);
}

static void print_text(const struct forget *forget)
{
	const char *name;
	json_t *value;
	size_t i;

	printf("calls    %zu\n", json_object_size(forget->calls));
	json_object_foreach (forget->calls, name, value) {
		printf("  %s\n", name);
	}
	printf("rows     %" PRId64 "\n", forget->tally.rows);
	json_object_foreach (forget->rows, name, value) {
		printf("  %-10s %" JSON_INTEGER_FORMAT "\n", name,
		       json_integer_value(value));
	}
	printf("objects  %" PRId64 "\n", forget->tally.objects);
	printf("files    %" PRId64 "\n", forget->tally.files);
	printf("lines    %" PRId64 "\n", forget->lines);
	if (forget->unsent)
		printf("of these %" PRId64 " entries were not in the CRM yet\n",
		       forget->unsent);
	printf("the CRM has of it, and keeps: %s\n",
	       json_array_size(forget->crm) ? "" : "nothing that we know of");
	json_array_foreach (forget->crm, i, value) {
		char *made = json_dumps(json_object_get(value, "made"), 0);

		printf("  %s %s\n",
		       json_string_value(json_object_get(value, "entry")),
		       made ? made : "");
		free(made);
	}
	if (forget->admin->rules.kinds[CACHES].n_folders)
		printf("caches   not searched: they go by age\n");
	if (!forget->admin->apply)
		printf("nothing was deleted: --apply does it\n");
}

static int print(const struct forget *forget, bool verified)
{
	json_t *report;

	if (!admin_json(forget->admin)) {
		print_text(forget);
		return 0;
	}
	report = sums(forget);
	json_object_update_new(report,
	                       json_pack("{s:b, s:b, s:O, s:O}", "applied",
	                                 forget->admin->apply, "verified",
	                                 verified, "ids", forget->calls, "left",
	                                 forget->admin->left));
	return admin_print(report);
}

/* Nothing in it tells who it was, or what was said. */
static int put_report(const struct forget *forget, const char *path,
                      const char *hash)
{
	char calls[PERSON_HASH], files[PERSON_HASH];
	json_t *report = sums(forget);
	int rc = digest_of(forget->calls, calls);

	if (!rc)
		rc = digest_of(forget->files, files);
	if (rc) {
		json_decref(report);
		return rc;
	}
	json_object_update_new(
		report,
		json_pack("{s:s, s:s, s:s, s:s, s:b, s:[s*]}", "report",
	                  "forget", "person", hash, "calls_digest", calls,
	                  "files_digest", files, "complete", 1, "not_searched",
	                  forget->admin->rules.kinds[CACHES].n_folders
	                          ? "caches"
	                          : NULL));
	return report_put(forget->admin, path, report);
}

/* Nothing may be left: not in the store, not in the logs. */
static int search_again(struct forget *forget)
{
	json_t *before = forget->calls;
	int64_t n = 0;
	int rc = forget_again(forget, &n);

	forget->calls = json_object();
	if (!rc)
		rc = forget_search_logs(forget);
	n += (int64_t)json_object_size(forget->calls);
	json_decref(forget->calls);
	forget->calls = before;
	if (!rc && n)
		rc = sv_fail(EX_TEMPFAIL,
		             "%" PRId64 " places hold the number again: "
		             "something goes on writing it; try again",
		             n);
	return rc;
}

/* What was deleted is not to stay in the files of the database. */
static int wipe(struct forget *forget)
{
	struct sv_store *store = forget->admin->store;
	const char *table;
	json_t *value;
	int rc = 0;

	if (!sv_store_is_postgres(store))
		return sv_store_execute(store,
		                        "PRAGMA incremental_vacuum;"
		                        "PRAGMA wal_checkpoint(TRUNCATE)");
	json_object_foreach (forget->rows, table, value) {
		char *sql = sv_format("VACUUM \"%s\"", table);

		if (!rc)
			rc = sv_store_execute(store, sql);
		free(sql);
	}
	return rc;
}

static int begin(struct forget *forget, const char *hash)
{
	struct sv_store *store = forget->admin->store;
	int rc = plan_save(forget, hash);

	if (!rc && !sv_store_is_postgres(store))
		rc = sv_store_execute(store, "PRAGMA secure_delete = ON");
	if (!rc)
		rc = sv_audit(store, "forget", hash, "{\"state\":\"begun\"}");
	return rc;
}

/* What was broken off is not to look done: the plan is there for the next. */
static int unless_stopped(int rc)
{
	if (rc || !sv_stopping())
		return rc;
	return sv_fail(EX_TEMPFAIL,
	               "stopped before all was done: run it again");
}

static int take(struct forget *forget, const char *hash)
{
	int rc = forget->admin->apply ? begin(forget, hash) : 0;

	if (!rc)
		rc = unless_stopped(forget_objects(forget));
	if (!rc)
		rc = unless_stopped(forget_files(forget));
	if (!rc)
		rc = unless_stopped(forget_rows(forget, hash));
	if (!rc && forget->admin->apply)
		rc = wipe(forget);
	return rc;
}

/* where the report goes when nobody says; yours */
static char *usual_path(void)
{
	char *folder = sv_state_folder(), *path;
	char id[SV_ULID_LEN];

	sv_ulid(id);
	path = sv_format("%s/reports/forget-%s.json", folder, id);
	free(folder);
	return path;
}

static int make_folder(const char *path)
{
	char *folder = sv_strndup(path, (size_t)(strrchr(path, '/') - path));
	int rc = sv_folder_make(folder);

	free(folder);
	return rc;
}

static int finish(struct forget *forget, const char *hash)
{
	const char *asked = forget->admin->output;
	char *path = asked ? sv_strdup(asked) : usual_path();
	int rc = unless_stopped(search_again(forget));

	if (!rc)
		rc = sv_audit(forget->admin->store, "forget", hash,
		              "{\"state\":\"done\"}");
	if (!rc && !asked)
		rc = make_folder(path);
	if (!rc)
		rc = put_report(forget, path, hash);
	if (!rc)
		rc = plan_drop(hash);
	if (!rc)
		rc = print(forget, true);
	if (!rc && !asked)
		sv_say("the signed report is %s", path);
	free(path);
	return rc;
}

/* the plan of an earlier run that was killed is part of it */
static int find(struct forget *forget, char hash[PERSON_HASH])
{
	bool apply = forget->admin->apply;
	int rc = apply ? report_person(forget->person.e164, hash) : 0;

	if (!rc && apply && forget->admin->output)
		rc = report_ready(forget->admin->output);
	if (!rc && apply)
		rc = plan_load(forget, hash);
	return rc ? rc : forget_find(forget);
}

static int work(struct forget *forget)
{
	char hash[PERSON_HASH] = "";
	int rc = unless_stopped(find(forget, hash));

	if (!rc)
		rc = take(forget, hash);
	if (rc)
		return rc;
	if (forget->admin->apply)
		return finish(forget, hash);
	rc = print(forget, false);
	if (!rc && forget->admin->worst)
		rc = sv_fail(forget->admin->worst,
		             "%zu things could not be deleted",
		             json_array_size(forget->admin->left));
	return rc;
}

int forget(struct admin *admin, char **operands, int n)
{
	struct forget job = { .admin = admin,
		              .remote.settings = &admin->settings,
		              .calls = json_object(),
		              .loose = json_array(),
		              .crm = json_array(),
		              .rows = json_object(),
		              .files = json_array() };
	int rc = n == 1 ? person_init(&job.person, operands[0], admin->country)
	                : sv_fail(EX_USAGE, "forget NUMBER: one number");

	if (!rc)
		rc = admin_open(admin, false);
	if (!rc)
		rc = work(&job);
	remote_release(&job.remote);
	tables_release(&job.tables);
	json_decref(job.calls);
	json_decref(job.loose);
	json_decref(job.crm);
	json_decref(job.rows);
	json_decref(job.files);
	return rc;
}
