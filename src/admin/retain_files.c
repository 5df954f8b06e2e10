/* retain_files: files and lines of files that go with their own age */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/audit.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/admin/ndjson.h"
#include "src/admin/retain.h"
#include "src/admin/shelf.h"

struct sweep {
	struct retain *retain;
	enum kind kind;
	const char *folder;
	int64_t cutoff;
	bool begun; /* it is in the audit log that we delete here */
	struct tally done;
};

/* What is deleted one by one stands in the log before the first of them: cut
 * off, it tells where we were. */
static int note(struct sweep *sweep, const char *state)
{
	char before[SV_TIME_LEN];
	json_t *detail;
	char *text;
	int rc;

	sv_time_format(sweep->cutoff, before);
	detail = json_pack("{s:s, s:s, s:o, s:s}", "kind",
	                   kind_name(sweep->kind), "state", state, "folder",
	                   json_string(sweep->folder), "before", before);
	if (detail && sweep->begun)
		json_object_set_new(detail, "files",
		                    json_integer(sweep->done.files));
	text = json_dumps(detail, JSON_COMPACT);
	json_decref(detail);
	rc = sv_audit(sweep->retain->admin->store, "retain",
	              kind_name(sweep->kind), text);
	free(text);
	return rc;
}

static int begin(struct sweep *sweep)
{
	int rc = sweep->begun ? 0 : note(sweep, "begun");

	sweep->begun = !rc;
	return rc;
}

/* the file's name without what follows the first point: a call id */
static char *stem(const char *name)
{
	return sv_strndup(name, strcspn(name, "."));
}

/* Whether a row knows the file: then it goes with that row. */
static int is_known(struct sweep *sweep, const struct shelf_item *item,
                    bool *known)
{
	struct sv_store *store = sweep->retain->admin->store;
	char *call = stem(item->name);
	struct sv_rows *row;
	int rc = sv_store_first(store, &row,
	                        "SELECT 1 FROM calls WHERE call = ?1 UNION ALL"
	                        " SELECT 1 FROM objects WHERE path = ?2"
	                        " UNION ALL SELECT 1 FROM calls"
	                        " WHERE recording = ?2 LIMIT 1",
	                        "ss", call, item->path);

	*known = row != NULL;
	sv_rows_free(row);
	free(call);
	return rc;
}

static int take_file(struct sweep *sweep, const struct shelf_item *item)
{
	bool take = sweep->retain->admin->apply;
	int rc = take ? begin(sweep) : 0;

	if (rc)
		return rc;
	rc = take ? shelf_take(item) : 0;
	if (rc) {
		admin_left(sweep->retain->admin, rc, item->path);
		return 0;
	}
	sweep->done.files++;
	sweep->done.bytes += item->info.st_size;
	return 0;
}

static bool line_stays(void *arg, const char *line, size_t len)
{
	const struct sweep *sweep = arg;
	json_t *event = json_loadb(line, len, 0, NULL);
	const char *time = json_string_value(json_object_get(event, "time"));
	int64_t at;
	bool stays = !time || sv_time_parse(time, &at) || at >= sweep->cutoff;

	json_decref(event);
	return stays;
}

/* One that somebody has open goes when its writer has gone on to another. */
static int take_lines(struct sweep *sweep, const struct shelf_item *item)
{
	struct ndjson_sieve sieve = { .stays = line_stays, .arg = sweep };
	bool take = sweep->retain->admin->apply;
	int rc = ndjson_sift(item, &sieve, false);

	if (!rc && take && sieve.lines) {
		rc = begin(sweep);
		if (rc)
			return rc;
		rc = ndjson_sift(item, &sieve, true);
	}
	if (rc == EX_TEMPFAIL) {
		sweep->retain->tallies[sweep->kind].held += sieve.lines;
		return 0;
	}
	if (rc) {
		admin_left(sweep->retain->admin, rc, item->path);
		return 0;
	}
	sweep->done.rows += sieve.lines;
	sweep->done.bytes += sieve.bytes;
	return 0;
}

static int sweep_item(void *arg, const struct shelf_item *item)
{
	struct sweep *sweep = arg;
	bool known = false;
	int rc = 0;

	if (ndjson_remains(item->name))
		return take_file(sweep, item);
	if ((int64_t)item->info.st_mtime * 1000 >= sweep->cutoff)
		return sweep->kind == LOGS && ndjson_named(item->name)
		               ? take_lines(sweep, item)
		               : 0;
	if (sweep->kind == RECORDINGS)
		rc = is_known(sweep, item, &known);
	if (rc || known)
		return rc;
	return take_file(sweep, item);
}

static int sweep_folder(struct retain *retain, enum kind kind,
                        const char *folder, int64_t cutoff)
{
	struct sweep sweep = { .retain = retain,
		               .kind = kind,
		               .folder = folder,
		               .cutoff = cutoff };
	struct tally *tally = &retain->tallies[kind];
	int rc = shelf_walk(folder, retain->admin->apply, sweep_item, &sweep);

	if (rc == EX_NOINPUT) /* nothing was kept there yet */
		rc = 0;
	if (rc == EX_NOPERM || rc == EX_DATAERR) {
		admin_left(retain->admin, rc, folder);
		rc = 0;
	}
	if (!rc && sweep.begun)
		rc = note(&sweep, "done");
	tally->rows += sweep.done.rows;
	tally->files += sweep.done.files;
	tally->bytes += sweep.done.bytes;
	return rc;
}

int retain_files(struct retain *retain, enum kind kind)
{
	const struct kind_rules *rules = &retain->admin->rules.kinds[kind];
	int64_t cutoff = rules_cutoff(rules, retain->admin->now_ms);
	int rc = 0;

	if (cutoff == INT64_MIN)
		return 0;
	for (size_t i = 0; !rc && i < rules->n_folders; i++)
		rc = sweep_folder(retain, kind, rules->folders[i], cutoff);
	return rc;
}
