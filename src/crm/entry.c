/* entry.c: one row of the outbox */
#include "src/crm/entry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/alloc.h"

enum { DELAY_MS = 1000 };

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
	entry->subject = text(row, 6);
	entry->made = text(row, 7);
	entry->rank = (int)sv_rows_int(row, 8);
	entry->attempts = (int)sv_rows_int(row, 9);
	entry->failures = (int)sv_rows_int(row, 10);
	entry->taken = sv_rows_int(row, 11) != 0;
	entry->next_due_ms = sv_rows_int(row, 12);
	entry->place = sv_rows_int(row, 13);
	entry->id = sv_rows_int(row, 14);
}

void entry_release(struct entry *entry)
{
	free(entry->key);
	free(entry->kind);
	free(entry->call);
	free(entry->state);
	free(entry->payload);
	free(entry->error);
	free(entry->subject);
	free(entry->made);
	memset(entry, 0, sizeof *entry);
}

bool entry_unknown(const struct entry *entry)
{
	return entry->attempts > 1;
}

int entry_step(const char *kind)
{
	static const char *const kinds[] = { "lead",      "call",
		                             "recording", "transcript",
		                             "comment",   "task",
		                             "done",      "callback" };
	int i = 0;

	if (!strcmp(kind, "deal")) /* a lead's next of kin */
		return 1;
	while (i < 8 && strcmp(kinds[i], kind) != 0)
		i++;
	return i + 1;
}

int64_t entry_delay_ms(int failures, int64_t most_ms)
{
	uint64_t chance = 0;
	int64_t range = most_ms;
	int doubled = failures > 0 ? failures - 1 : 0;

	if (doubled < 30 && ((int64_t)DELAY_MS << doubled) < most_ms)
		range = (int64_t)DELAY_MS << doubled;
	/* without chance they come back together, which is no harm to one */
	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = UINT64_MAX;
	return 1 + (int64_t)(chance % (uint64_t)range);
}
