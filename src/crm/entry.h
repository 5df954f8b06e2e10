/* One row of the outbox. */
#ifndef CRM_ENTRY_H
#define CRM_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/store.h"

/* A row. The strings are its own: entry_release(). */
struct entry {
	char *key, *kind, *call, *state, *payload, *error;
	char *subject; /* E.164 number that a task or its end is about; "" */
	char *made;    /* JSON: what it made in the CRM; or NULL */
	int rank;      /* how complete the payload is */
	int attempts;  /* all tries */
	int failures;  /* those that failed by itself, not by the whole CRM */
	bool taken;    /* a sender has it, or died with it */
	int64_t next_due_ms, place;
	int64_t id; /* of the row, rising in the order they were queued; 0 */
};

void entry_release(struct entry *entry);

/* whether it was tried before, so that the CRM may have it */
bool entry_unknown(const struct entry *entry);

/* the place of its kind among those of a call, from 1: record.c */
int entry_step(const char *kind);

/* How long to wait after so many failures: between 1 ms and 1 s, 2 s, 4 s … at
 * most most_ms, by chance, so that those that failed together do not come back
 * together. */
int64_t entry_delay_ms(int failures, int64_t most_ms);

/* reads a row of these columns */
#define ENTRY_COLUMNS                                                          \
	"key, kind, call, state, payload, last_error, subject, made, rank, "   \
	"attempts, failures, taken, next_due, place, id"
void entry_read(const struct sv_rows *row, struct entry *entry);

#endif
