/*
 * What was received and not told of yet: a table of the store. One process
 * puts things in (any number may), another takes them out; each has the store
 * open for itself.
 *
 *     new --> told       and nothing of it is kept but its key
 *         --> calling    the call file is on disk, and about to be placed
 *             --> told
 */
#ifndef CRM_LISTEN_INBOX_H
#define CRM_LISTEN_INBOX_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/store.h"

enum { INBOX_KEPT_DAYS = 7 }; /* the keys of what was told */

struct received {
	int64_t place; /* rising, and never used twice */
	char *key, *type;
	json_t *fields;
	bool calling;
	int64_t received_ms;
};

/* Safe on disk when it returns: 0, also when that key is known. */
int inbox_put(struct sv_store *store, const char *key, const char *type,
              const json_t *fields, int64_t due_ms);

/* whether something could be put in now */
int inbox_check(struct sv_store *store);

/* The first that is due behind that place: item->key is NULL when there is
 * none. For received_release(). */
int inbox_next(struct sv_store *store, int64_t now_ms, int64_t after,
               struct received *item);
void received_release(struct received *item);

/* when the next is due; INT64_MAX when there is none */
int inbox_due(struct sv_store *store, int64_t *due_ms);

/* A call file is about to be placed. */
int inbox_calling(struct sv_store *store, int64_t place, int64_t now_ms);
/* how many were since then */
int inbox_calls(struct sv_store *store, int64_t since_ms, int *n);

/* Told: those places, n of them. */
int inbox_told(struct sv_store *store, const int64_t *places, int n);

/* Forgets the keys of what is too old to come again. */
int inbox_forget(struct sv_store *store, int64_t now_ms);

#endif
