/* keeper_put: a key for a file, and its object */
#include <stdio.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/log.h"

#include "src/archive/keeper_inside.h"
#include "src/archive/name.h"

enum { COPIES = 1000 };

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

int keeper_claim(const struct keeper *keeper, const struct file *file,
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
int keeper_put(struct keeper *keeper, struct file *file, struct record *record)
{
	int copy = 1, rc = 0;

	if (!*record->key)
		rc = keeper_claim(keeper, file, record, &copy);
	keeper->away = rc != 0;
	while (!rc) {
		rc = put(keeper, file, record);
		if (rc != EX_CANTCREAT)
			break;
		sv_info("%s; under another name", sv_why());
		rc = record_drop(&keeper->records, record->key);
		if (!rc)
			rc = keeper_claim(keeper, file, record, &copy);
	}
	/* what is wrong with the file was seen when it was opened */
	keeper->away = rc && file_is_same(file);
	if (!rc) {
		rc = record_verified(&keeper->records, record->key);
		keeper->away = rc != 0;
	}
	return rc;
}
