/* store.c: events that wait for their turn */
#include "src/asr/store.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

enum { STORED_MAX = 256 << 20 }; /* bytes of events: days of speech */

void store_init(struct store *store, const char *path)
{
	*store = (struct store){ .path = path };
	sv_buf_init(&store->texts, STORED_MAX);
}

void store_release(struct store *store)
{
	free(store->events);
	sv_buf_release(&store->texts);
}

static int keep(struct store *store, const char *text, size_t *at)
{
	*at = store->texts.len;
	if (sv_buf_add(&store->texts, text, strlen(text) + 1))
		return sv_fail(EX_DATAERR, "%s: more was said than fits",
		               store->path);
	return 0;
}

int store_add(struct store *store, int64_t t, const char *type, json_t *fields)
{
	struct stored *event;
	char *text;
	int rc;

	text = fields ? json_dumps(fields,
	                           JSON_COMPACT | JSON_REAL_PRECISION(12))
	              : NULL;
	json_decref(fields);
	if (!text)
		return sv_fail(EX_SOFTWARE, "%s: %s could not be made",
		               store->path, type);
	if (store->n == store->size) {
		store->size = store->size ? 2 * store->size : 256;
		store->events = sv_realloc(store->events,
		                           store->size * sizeof *store->events);
	}
	event = &store->events[store->n];
	event->t = t;
	event->order = store->n;
	rc = keep(store, type, &event->type);
	if (!rc)
		rc = keep(store, text, &event->fields);
	if (!rc)
		store->n++;
	free(text);
	return rc;
}

void store_cut(struct store *store, size_t n)
{
	if (n >= store->n)
		return;
	sv_buf_cut(&store->texts, store->events[n].type);
	store->n = n;
}

static int by_time(const void *a, const void *b)
{
	const struct stored *left = a, *right = b;

	if (left->t != right->t)
		return left->t < right->t ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

void store_sort(struct store *store)
{
	if (store->n)
		qsort(store->events, store->n, sizeof *store->events, by_time);
}

const char *store_type(const struct store *store, size_t i)
{
	return sv_buf_str(&store->texts) + store->events[i].type;
}

json_t *store_fields(const struct store *store, size_t i)
{
	return json_loads(sv_buf_str(&store->texts) + store->events[i].fields,
	                  0, NULL);
}
