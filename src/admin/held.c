/* held: the files and objects of a call */
#include "src/admin/held.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/admin/removal.h"
#include "src/admin/shelf.h"

struct object {
	char *key, *engine, *place, *path;
	int64_t bytes;
	bool there;
};

struct objects {
	struct object *items;
	size_t n;
};

static void release(struct objects *objects)
{
	for (size_t i = 0; i < objects->n; i++) {
		free(objects->items[i].key);
		free(objects->items[i].engine);
		free(objects->items[i].place);
		free(objects->items[i].path);
	}
	free(objects->items);
}

static int find(struct sv_store *store, const char *call, const char *kind,
                struct objects *objects)
{
	struct sv_rows *rows;
	int rc = sv_store_query(
		store, &rows,
		"SELECT key, engine, place, path, bytes, state <> 'removed'"
		" FROM objects WHERE call = ?1 AND (?2 IS NULL OR kind = ?2)"
		" AND " OBJECT_THERE " ORDER BY key",
		"ss", call, kind);

	while (!rc && sv_rows_next(rows)) {
		struct object *object;
		const char *there = sv_rows_text(rows, 5);

		objects->items = sv_realloc(objects->items,
		                            (objects->n + 1) * sizeof *object);
		object = &objects->items[objects->n++];
		object->key = sv_strdup(sv_rows_text(rows, 0));
		object->engine = sv_strdup(sv_rows_text(rows, 1));
		object->place = sv_strdup(sv_rows_text(rows, 2));
		object->path = sv_strdup(sv_rows_text(rows, 3));
		object->bytes = sv_rows_int(rows, 4);
		object->there = there && (*there == '1' || *there == 't');
	}
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

int held_file(struct admin *admin, const char *path, struct tally *tally)
{
	int64_t bytes;

	if (!path || !*path)
		return 0;
	switch (shelf_file(&admin->rules, path, admin->apply, &bytes)) {
	case SHELF_FILE:
		tally->files++;
		tally->bytes += bytes;
		return 0;
	case SHELF_ABSENT:
		return 0;
	default:
		return EX_NOPERM;
	}
}

int held_objects(struct admin *admin, struct remote *remote, const char *call,
                 const char *kind, struct tally *tally)
{
	struct objects objects = { 0 };
	int rc = find(admin->store, call, kind, &objects);

	for (size_t i = 0; !rc && i < objects.n; i++) {
		const struct object *object = &objects.items[i];

		if (object->there && admin->apply)
			rc = remote_remove(remote, object->engine,
			                   object->place, object->key);
		if (!rc && object->there) {
			tally->objects++;
			tally->bytes += object->bytes;
		}
	}
	for (size_t i = 0; !rc && i < objects.n; i++)
		rc = held_file(admin, objects.items[i].path, tally);
	release(&objects);
	return rc;
}
