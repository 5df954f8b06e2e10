/* Which fields of which events hold what a person said or is called. */
#ifndef TEXT_MASK_H
#define TEXT_MASK_H

#include "lib/event.h"
#include "lib/text.h"

/* Masks the event's fields in place: whether anything changed. */
int mask_event(struct sv_redactor *redactor, const char *language,
               const struct sv_event *event);

#endif
