/* The engine without a CRM: what would be sent is appended to a file. */
#ifndef CRM_JOURNAL_H
#define CRM_JOURNAL_H

#include "src/crm/engine.h"

extern const struct crm_engine crm_journal;

#endif
