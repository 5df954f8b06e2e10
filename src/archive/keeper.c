/* keeper: files that are put away, and may then go */
#include "src/archive/keeper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/s3_sign.h"
#include "lib/utf8.h"

#include "src/archive/keeper_inside.h"
#include "src/archive/name.h"

/* --- beginning and end --- */

int keeper_open(struct keeper *keeper, const struct keeper_options *options)
{
	int rc;

	*keeper = (struct keeper){ .format = options->format,
		                   .free = options->free,
		                   .keep_ms = options->keep_ms,
		                   .dry_run = options->dry_run };
	rc = name_check(options->format);
	if (!rc)
		rc = ring_open(&keeper->ring);
	if (!rc)
		rc = sv_depot_find(&keeper->engine, options->engine,
		                   options->settings);
	if (!rc)
		rc = keeper->engine->open(&keeper->depot, options->settings);
	if (!rc)
		rc = sv_store_open(&keeper->records.store, options->store,
		                   options->dry_run ? SV_STORE_READ
		                                    : SV_STORE_WRITE);
	if (rc)
		return rc;
	keeper->records.engine = keeper->engine->name;
	keeper->records.place = keeper->engine->place(keeper->depot);
	return 0;
}

void keeper_close(struct keeper *keeper)
{
	sv_store_close(keeper->records.store);
	if (keeper->engine)
		keeper->engine->close(keeper->depot);
	ring_close(&keeper->ring);
}

/* --- which row --- */

/* a path as it can be stored: UTF-8, or its bytes as a URL has them */
static void path_text(const char *path, char text[RECORD_PATH])
{
	char *url;

	if (sv_utf8_check(path, strlen(path)) == strlen(path)) {
		snprintf(text, RECORD_PATH, "%s", path);
		return;
	}
	url = sv_s3_path(path);
	snprintf(text, RECORD_PATH, "file://%s", url);
	free(url);
}

static int find_call(const struct keeper *keeper, const char *path,
                     const char *call, char found[SV_CALL_MAX + 1])
{
	int rc = 0;

	if (call && *call)
		snprintf(found, SV_CALL_MAX + 1, "%s", call);
	else if (!record_call(&keeper->records, path, found, &rc))
		name_call(path, found);
	if (sv_utf8_check(found, strlen(found)) != strlen(found))
		snprintf(found, SV_CALL_MAX + 1, "?");
	return rc;
}

static int tell(const struct record *record, const char *place)
{
	json_t *fields = json_pack(
		"{s:s, s:s, s:s, s:I, s:s, s:b, s:o}", "key", record->key,
		"place", place, "kind", record->kind, "bytes",
		(json_int_t)record->bytes, "sha256", record->sha256, "sealed",
		*record->sealed != '\0', "path", sv_event_text(record->path));

	/* what several processes say of one call is not to be taken for one */
	sv_event_set_seq(record->call, sv_wall_ms());
	return sv_event_write(record->call, 0, "archive.stored", fields);
}

/* --- letting it go --- */

/* Still there, and what it was. */
static int look_again(struct keeper *keeper, const struct record *record)
{
	struct sv_depot_object object;
	int rc = keeper->engine->head(keeper->depot, record->key, &object);

	if (!rc && (object.bytes != record->bytes ||
	            strcmp(object.sha256, record->sha256) != 0))
		rc = sv_fail(EX_DATAERR, "%s: %s is not what was put there",
		             keeper->records.place, record->key);
	return rc;
}

/* The CRM may still have to send it. */
static int is_wanted(const struct keeper *keeper, const char *call,
                     bool *wanted)
{
	struct sv_rows *row = NULL;
	int rc = sv_store_first(keeper->records.store, &row,
	                        "SELECT key FROM outbox WHERE call = ?"
	                        " AND state = 'queued' LIMIT 1",
	                        "s", call);

	*wanted = row != NULL;
	sv_rows_free(row);
	return rc;
}

static int let_go(struct keeper *keeper, const struct file *file,
                  const struct record *record)
{
	bool wanted = false;
	int rc;

	if (!keeper->free || !record->uploaded)
		return 0;
	keeper->due_ms = record->uploaded + keeper->keep_ms;
	if (sv_wall_ms() < keeper->due_ms)
		return 0;
	rc = is_wanted(keeper, record->call, &wanted);
	if (rc || wanted || !file_is_same(file))
		return rc;
	if (unlink(file->path))
		return sv_fail(EX_IOERR, "remove %s:", file->path);
	keeper->freed = true;
	return record_freed(&keeper->records, record->key);
}

/* --- a file --- */

/* Kept already: look_again() says whether it still is. */
static bool is_kept(struct keeper *keeper, const struct record *record)
{
	int rc;

	if (strcmp(record->state, "verified") != 0)
		return false;
	rc = look_again(keeper, record);
	if (rc == EX_NOINPUT || rc == EX_DATAERR) {
		sv_warn("%s: it is put there once more", sv_why());
		return false;
	}
	keeper->away = rc != 0;
	return true;
}

/* The file's own row, if it has one that will do. */
static int find_row(struct keeper *keeper, const struct file *file,
                    const char *kind, const char *call, struct record *record)
{
	char path[RECORD_PATH];
	int rc = 0;

	path_text(file->path, path);
	if (record_by_path(&keeper->records, path, record, &rc) &&
	    (!strcmp(record->plain, file->plain_hex) ||
	     !strcmp(record->state, "local"))) {
		memcpy(record->plain, file->plain_hex, sizeof record->plain);
		return 0;
	}
	*record = (struct record){ .bytes = file->info.st_size };
	snprintf(record->path, sizeof record->path, "%s", path);
	snprintf(record->kind, sizeof record->kind, "%s", kind);
	memcpy(record->plain, file->plain_hex, sizeof record->plain);
	return rc ? rc : find_call(keeper, path, call, record->call);
}

/* Somebody had it taken away, and does not want it again. */
static int is_unwanted(struct keeper *keeper, const struct record *record,
                       bool *unwanted)
{
	int rc = 0;

	*unwanted = !*record->key && name_is_unique(record->call) &&
	            record_removed(&keeper->records, record->call, record->kind,
	                           &rc);
	return rc;
}

static int say(struct keeper *keeper, struct file *file, struct record *record)
{
	int copy = 1;
	int rc = *record->key ? 0 : keeper_claim(keeper, file, record, &copy);

	if (!rc)
		printf("%s\t%s\n", file->path, record->key);
	return rc;
}

static int keep(struct keeper *keeper, struct file *file, const char *kind,
                const char *call)
{
	struct record record;
	bool unwanted = false;
	int rc = find_row(keeper, file, kind, call, &record);

	if (!rc)
		rc = is_unwanted(keeper, &record, &unwanted);
	keeper->away = rc != 0;
	if (rc)
		return rc;
	if (unwanted) {
		sv_info("%s: the %s of this call was removed: it is not kept "
		        "again",
		        file->path, kind);
		return 0;
	}
	if (keeper->dry_run)
		return say(keeper, file, &record);
	if (*record.key && is_kept(keeper, &record))
		return keeper->away ? EX_TEMPFAIL
		                    : let_go(keeper, file, &record);
	rc = keeper_put(keeper, file, &record);
	if (rc)
		return rc;
	keeper->stored = true;
	record.uploaded = sv_wall_ms();
	rc = tell(&record, keeper->records.place);
	return rc ? rc : let_go(keeper, file, &record);
}

int keeper_keep(struct keeper *keeper, const char *path, const char *call)
{
	const char *kind = name_kind(path);
	struct file file;
	int rc;

	keeper->away = keeper->stored = keeper->freed = false;
	keeper->due_ms = 0;
	if (!kind)
		return sv_fail(EX_USAGE,
		               "%s: by its name it is neither a recording nor "
		               "a transcript",
		               path);
	rc = file_open(&file, path);
	/* a connection that was lost is made anew */
	if (!rc && !keeper->dry_run) {
		rc = sv_store_begin(keeper->records.store);
		sv_store_rollback(keeper->records.store);
		keeper->away = rc != 0;
	}
	if (!rc)
		rc = keep(keeper, &file, kind, call);
	file_close(&file);
	return rc;
}
