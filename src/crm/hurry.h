/* SIGTERM in the filter's other processes: an end is to come soon. */
#ifndef CRM_HURRY_H
#define CRM_HURRY_H

#include <stdbool.h>

/* From now on it is noted, and ends nothing by itself. */
void hurry_listen(void);

bool hurry_told(void);

#endif
