/* what the files of conform share */
#ifndef SV_CONFORM_INSIDE_H
#define SV_CONFORM_INSIDE_H

#include <jansson.h>
#include <regex.h>
#include <stdbool.h>

/* Makes regex of a pattern as JSON Schema has it, for regfree(). false: it has
 * something that POSIX does not know. */
bool conform_pattern(regex_t *regex, const char *pattern);

/* where a $ref leads; NULL: nowhere */
const json_t *conform_ref(const json_t *root, const char *ref);

#endif
