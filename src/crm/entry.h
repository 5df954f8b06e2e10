/* One row of the outbox. */
#ifndef CRM_ENTRY_H
#define CRM_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/store.h"

/* A row. The strings are its own: entry_release(). */
struct entry {
	char *key, *kind, *call, *state, *payload, *error;
	int rank; /* how complete the payload is */
	int attempts;
	int64_t next_due_ms, place;
	int64_t id; /* of the row, rising in the order they were queued; 0 */
};

void entry_release(struct entry *entry);

/* whether it was tried before, so that the CRM may have it */
bool entry_unknown(const struct entry *entry);

/* How long it waits for its next try. */
int64_t entry_delay_ms(const struct entry *entry);

/* reads a row of these columns */
#define ENTRY_COLUMNS                                                          \
	"key, kind, call, state, payload, last_error, rank, attempts, "        \
	"next_due, place, id"
void entry_read(const struct sv_rows *row, struct entry *entry);

#endif
