/* sv-crm outbox: what people do with its entries. */
#ifndef CRM_PEOPLE_H
#define CRM_PEOPLE_H

#include <stdbool.h>

#include "src/crm/outbox.h"

/* The operands behind "outbox": list [STATE], show KEY, retry KEY, drop KEY,
 * or none, which lists. 0, EX_USAGE, EX_NOINPUT, EX_DATAERR … */
int people(struct outbox *outbox, char **operands, int n, bool dry_run);

#endif
