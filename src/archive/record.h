/*
 * The rows of the store's table objects: what is kept where, and what is to
 * be. One is there before anything of its object leaves.
 */
#ifndef ARCHIVE_RECORD_H
#define ARCHIVE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/depot.h"
#include "lib/event.h"
#include "lib/store.h"

#include "src/archive/ring.h"

enum { RECORD_STATE = 16, RECORD_KIND = 16, RECORD_PATH = 4096 };

struct record {
	char key[SV_DEPOT_KEY], call[SV_CALL_MAX + 1], kind[RECORD_KIND];
	char path[RECORD_PATH]; /* "": none */
	int64_t bytes;
	char sha256[SV_SHA256_HEX], plain[SV_SHA256_HEX];
	char sealed[RING_ID]; /* the key's id, "" */
	char state[RECORD_STATE];
	int64_t created, uploaded, freed; /* 0: not yet */
};

/* where the rows are, and for which place */
struct records {
	struct sv_store *store;
	const char *engine, *place;
};

/* Whether there is one, and it: the newest of a file that is not removed; of a
 * key. *rc is the store's code. */
bool record_by_path(const struct records *records, const char *path,
                    struct record *record, int *rc);
bool record_by_key(const struct records *records, const char *key,
                   struct record *record, int *rc);

/* the call that a recording is of, as the events had it; or nothing */
bool record_call(const struct records *records, const char *path,
                 char call[SV_CALL_MAX + 1], int *rc);

/* whether the call's object of this kind was taken away on purpose */
bool record_removed(const struct records *records, const char *call,
                    const char *kind, int *rc);

/* A new row, in state local. 0 with *mine, or not: the key is another's. */
int record_claim(const struct records *records, const struct record *record,
                 bool *mine);

/* the row's bytes, sums and seal; verified; freed */
int record_update(const struct records *records, const struct record *record);
int record_verified(const struct records *records, const char *key);
int record_freed(const struct records *records, const char *key);

/* gives a claim up: the key was another's after all */
int record_drop(const struct records *records, const char *key);

/* Each row of this place by key: of a call, of a key, or all (what NULL). The
 * code each() ends it with, if any; it may ask the store. */
int record_each(const struct records *records, const char *what,
                int (*each)(void *arg, const struct record *record), void *arg);

#endif
