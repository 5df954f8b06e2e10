/* entry.c: one row of the outbox */
#include "src/crm/entry.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

enum {
	DELAY_MIN_MS = 1000,
	DELAY_MAX_MS = 3600 * 1000,
};

static char *text(const struct sv_rows *row, int column)
{
	return sv_strdup(sv_rows_text(row, column));
}

void entry_read(const struct sv_rows *row, struct entry *entry)
{
	entry->key = text(row, 0);
	entry->kind = text(row, 1);
	entry->call = text(row, 2);
	entry->state = text(row, 3);
	entry->payload = text(row, 4);
	entry->error = text(row, 5);
	entry->rank = (int)sv_rows_int(row, 6);
	entry->attempts = (int)sv_rows_int(row, 7);
	entry->next_due_ms = sv_rows_int(row, 8);
	entry->place = sv_rows_int(row, 9);
	entry->id = sv_rows_int(row, 10);
}

void entry_release(struct entry *entry)
{
	free(entry->key);
	free(entry->kind);
	free(entry->call);
	free(entry->state);
	free(entry->payload);
	free(entry->error);
	memset(entry, 0, sizeof *entry);
}

bool entry_unknown(const struct entry *entry)
{
	return entry->attempts > 1;
}

/* doubled each time, and a fifth more or less, so that many senders that
 * failed together do not come back together */
int64_t entry_delay_ms(const struct entry *entry)
{
	int64_t delay = DELAY_MAX_MS, spread;
	unsigned char digit = 0;
	const char *c;

	if (entry->attempts < 12)
		delay = (int64_t)DELAY_MIN_MS << (entry->attempts - 1);
	if (delay > DELAY_MAX_MS)
		delay = DELAY_MAX_MS;
	for (c = entry->key; *c; c++)
		digit = (unsigned char)(digit * 31 + (unsigned char)*c);
	spread = delay * (digit % 41 - 20) / 100;
	return delay + spread;
}
