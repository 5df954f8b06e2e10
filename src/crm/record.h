/* What fills the payloads of a call's entries: see record.c. */
#ifndef CRM_RECORD_H
#define CRM_RECORD_H

#include "src/crm/call.h"

/* the known of these members of the call's state, which end with NULL */
void record_known(json_t *payload, const struct call *call,
                  const char *const *names);

/* the number at the other end, lent; NULL when it is not known */
const char *record_number(const struct call *call);

/* whether it is Russian that is spoken; so it is when nobody says */
bool record_russian(const struct call *call);

/* lead.c: the lead, and when to call back */
void record_lead(json_t *lead, const struct call *call);
bool record_has_callback(const struct call *call);
void record_callback(json_t *callback, const struct call *call);

/* summary.c: what people read */
void record_comment(json_t *comment, const struct call *call);
void record_task(json_t *task, const struct call *call);
void record_done(json_t *done, const struct call *call);

#endif
