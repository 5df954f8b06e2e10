/* keeper: files that are put away, and may then go */
#include "src/archive/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/s3_sign.h"
#include "lib/start.h"
#include "lib/utf8.h"

#include "src/archive/file.h"
#include "src/archive/name.h"

enum { COPIES = 1000, BATCH = 1000 };

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

/* --- which row, which key --- */

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

/* The key that this copy of the name would have. */
static int make_key(const struct keeper *keeper, const struct file *file,
                    struct record *record, int copy)
{
	const struct name_parts parts = {
		.call = record->call,
		.kind = record->kind,
		.path = file->path,
		.plain = record->plain,
		.modified_ms = (int64_t)file->info.st_mtim.tv_sec * 1000,
		.sealed = keeper->ring.n > 0,
		.copy = copy,
	};

	return name_key(keeper->format, &parts, record->key);
}

/* The first key from this copy on that nobody has, or that the same content
 * has. */
static int claim(const struct keeper *keeper, const struct file *file,
                 struct record *record, int *copy)
{
	struct record other;
	bool mine = false;
	int rc = 0;

	for (; !rc && !mine && *copy < COPIES; ++*copy) {
		rc = make_key(keeper, file, record, *copy);
		if (!rc && keeper->dry_run)
			return 0;
		if (!rc)
			rc = record_claim(&keeper->records, record, &mine);
		if (!rc && !mine)
			mine = record_by_key(&keeper->records, record->key,
			                     &other, &rc) &&
			       !strcmp(other.plain, record->plain) &&
			       strcmp(other.state, "removed") != 0;
	}
	if (!rc && !mine)
		rc = sv_fail(EX_CANTCREAT,
		             "%s: all keys of that name are taken", file->path);
	return rc;
}

/* --- putting it there --- */

static const char *name_of(const char *key)
{
	const char *slash = strrchr(key, '/');

	return slash ? slash + 1 : key;
}

static int put(struct keeper *keeper, struct file *file, struct record *record)
{
	const struct ring *ring = &keeper->ring;
	struct sv_depot_source source;
	int rc = file_source(file, ring->n ? &ring->keys[0] : NULL,
	                     name_of(record->key), &source);

	if (rc)
		return rc;
	record->bytes = source.bytes;
	memcpy(record->sha256, source.sha256, sizeof record->sha256);
	snprintf(record->sealed, sizeof record->sealed, "%s",
	         ring->n ? ring->keys[0].id : "");
	rc = record_update(&keeper->records, record);
	keeper->away = rc != 0;
	if (!rc)
		rc = keeper->engine->put(keeper->depot, record->key, &source);
	return rc;
}

/* Somebody else's object may have the key: then the next one. */
static int put_somewhere(struct keeper *keeper, struct file *file,
                         struct record *record)
{
	int copy = 1, rc = 0;

	if (!*record->key)
		rc = claim(keeper, file, record, &copy);
	keeper->away = rc != 0;
	while (!rc) {
		rc = put(keeper, file, record);
		if (rc != EX_CANTCREAT)
			break;
		sv_info("%s; under another name", sv_why());
		rc = record_drop(&keeper->records, record->key);
		if (!rc)
			rc = claim(keeper, file, record, &copy);
	}
	/* what is wrong with the file was seen when it was opened */
	keeper->away = rc && file_is_same(file);
	if (!rc) {
		rc = record_verified(&keeper->records, record->key);
		keeper->away = rc != 0;
	}
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
	int rc = *record->key ? 0 : claim(keeper, file, record, &copy);

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
	rc = put_somewhere(keeper, file, &record);
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

/* --- what was left --- */

struct left {
	int64_t before_ms;
	bool free;
	char **paths, **calls;
	int n;
};

static int note(void *arg, const struct record *record)
{
	struct left *left = arg;
	bool local = !strcmp(record->state, "local");
	bool due = !strcmp(record->state, "verified") && !record->freed &&
	           left->free && record->uploaded <= left->before_ms;
	struct stat info;

	if ((!local && !due) || left->n == BATCH ||
	    lstat(record->path, &info) || !S_ISREG(info.st_mode))
		return 0;
	left->paths[left->n] = sv_strdup(record->path);
	left->calls[left->n++] = sv_strdup(record->call);
	return 0;
}

int keeper_catch_up(struct keeper *keeper)
{
	struct left left = { .before_ms = sv_wall_ms() - keeper->keep_ms,
		             .free = keeper->free };
	int rc = 0;

	left.paths = sv_calloc(BATCH, sizeof *left.paths);
	left.calls = sv_calloc(BATCH, sizeof *left.calls);
	rc = record_each(&keeper->records, NULL, note, &left);
	keeper->away = rc != 0;
	for (int i = 0; i < left.n; i++) {
		if (!keeper->away && rc != SV_GONE && !sv_stopping())
			rc = keeper_keep(keeper, left.paths[i], left.calls[i]);
		free(left.paths[i]);
		free(left.calls[i]);
	}
	free(left.paths);
	free(left.calls);
	return rc;
}
