/*
 * Events that wait for their turn: those of a recording come channel by
 * channel, and go out in order of time. The fields are kept as text, which is
 * a tenth of what jansson's values take.
 */
#ifndef ASR_STORE_H
#define ASR_STORE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

struct stored {
	int64_t t;
	size_t order;        /* of those at the same time */
	size_t type, fields; /* offsets into texts */
};

struct store {
	const char *path; /* of the recording, for sentences; lent */
	struct stored *events;
	size_t n, size;
	struct sv_buf texts;
};

void store_init(struct store *store, const char *path);
void store_release(struct store *store);

/* Takes fields. 0; EX_SOFTWARE when they are none; EX_DATAERR when there are
 * too many. */
int store_add(struct store *store, int64_t t, const char *type, json_t *fields);

/* forgets all but the first n that were added; not after store_sort() */
void store_cut(struct store *store, size_t n);

/* puts them in order of time */
void store_sort(struct store *store);

/* of the i-th: its type, lent, and its fields, yours */
const char *store_type(const struct store *store, size_t i);
json_t *store_fields(const struct store *store, size_t i);

#endif
