/*
 * A command's options as JSON, for programs: what `sv-NAME --options json`
 * prints, and sv-admin config reads, so that there is no second list of them.
 *
 *     {"program": "sv-tag", "version": "0.1.0", "options": [{"name":
 *      "timeout", "letter": "t", "variable": "SV_TAG_TIMEOUT", "value":
 *      "TIME", "default": "2000ms", "help": "leave a call …"}]}
 *
 * letter, variable and value are absent where there is none; default, where
 * nothing is set, and where the type is one of the program's own.
 */
#ifndef SV_DESCRIBE_H
#define SV_DESCRIBE_H

#include "lib/start.h"

/* To be called before any option was read. 0, EX_IOERR, EX_SOFTWARE. */
int sv_describe(const struct sv_command *command,
                const struct sv_option *common);

#endif
