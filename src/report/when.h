/* The times of events, read quickly. */
#ifndef REPORT_WHEN_H
#define REPORT_WHEN_H

#include <stdbool.h>

#include "src/report/scan.h"

/* RFC 3339 into ms since 1970: whether it is that */
bool when_parse(struct span text, int64_t *wall_ms);

#endif
