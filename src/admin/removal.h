/* What is deleted of a call, by kind, as conditions that count and delete
 * alike; and the SQL that conditions share. */
#ifndef ADMIN_REMOVAL_H
#define ADMIN_REMOVAL_H

#include "src/admin/admin.h"

/* what people said, and what was said to them */
#define SAID                                                                   \
	"(type IN ('asr.partial', 'asr.final', 'dialog.say')"                  \
	" OR type LIKE 'tts.%' OR type LIKE 'tag.%')"

/* what they told about themselves */
#define TOLD                                                                   \
	"type IN ('dialog.slot', 'dialog.handoff', 'tool.call', 'tool.result')"

#define ENDED_WITH_SLOTS "(type = 'dialog.end' AND line LIKE '%\"slots\"%')"

#define OBJECT_THERE "(state <> 'removed' OR path IS NOT NULL)"

/* when it was over; one without any time has none */
#define CALL_AGE "COALESCE(c.end_ms, c.last_ms, c.start_ms, c.first_ms)"

/* Counts the rows of the call that go with a kind, and deletes them when take
 * is set (within a transaction), adding to *rows. */
int removal(struct sv_store *store, enum kind kind, const char *call, bool take,
            int64_t *rows);

#endif
