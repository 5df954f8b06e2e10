/* Who has a single person's data shown from the store leaves a line in its
 * audit log. */
#ifndef REPORT_LOOK_H
#define REPORT_LOOK_H

#include "src/report/reports.h"

/* Before it is shown: a report of one call, or of calls with their numbers and
 * names as they are. Of others nothing is noted. 0, or the store's code: then
 * it is not to be shown. */
int look(const char *dsn, const struct report *report,
         const struct query *query);

#endif
