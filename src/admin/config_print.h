/* What is in force, as sv-admin config prints it. */
#ifndef ADMIN_CONFIG_PRINT_H
#define ADMIN_CONFIG_PRINT_H

#include <jansson.h>

/* Takes what `--format json` has; as text, to stdout. 0. */
int config_print(json_t *report);

#endif
