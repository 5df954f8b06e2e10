/*
 * What was said in a call, masked: the values of its personal slots wherever
 * they are said again, and whatever sv_redact() finds, under the same
 * placeholders in the whole call.
 */
#ifndef REPORT_SAID_H
#define REPORT_SAID_H

#include "lib/text.h"

#include "src/report/reports.h"

struct said;

/* for one call; what it gives is lent by the report */
struct said *said_new(struct report *report, const struct query *query,
                      const struct call *call);
void said_free(struct said *said);

/* NULL stays NULL; said NULL masks nothing */
const char *said_mask(struct said *said, const char *text);

#endif
