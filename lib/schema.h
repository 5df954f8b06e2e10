/* The tables of the store, and how an older store becomes one of today. */
#ifndef SV_SCHEMA_H
#define SV_SCHEMA_H

#include "lib/store.h"

/* Brings the store up to date, once, whoever comes first. A store of a later
 * version than ours is EX_DATAERR. */
int sv_schema_migrate(struct sv_store *store);

/* For a reader: 0 when the store is of our version, or empty. */
int sv_schema_check(struct sv_store *store);

#endif
