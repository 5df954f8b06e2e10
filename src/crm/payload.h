/* What an entry's payload must have: record.c says what it is. */
#ifndef CRM_PAYLOAD_H
#define CRM_PAYLOAD_H

#include "src/crm/entry.h"

/* Whether text is a payload for that entry: 0, or EX_DATAERR. */
int payload_check(const char *text, const struct entry *entry);

#endif
