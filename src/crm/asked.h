/* What a tool is asked, and how it answers: one JSON object each. */
#ifndef CRM_ASKED_H
#define CRM_ASKED_H

#include <jansson.h>

/* The object on the command line, or else on the standard input: *asked, yours.
 * known: the keys it may have, ended by NULL. 0, EX_USAGE, EX_IOERR, EX_DATAERR
 * with what is known. name: of the tool, for sentences. */
int asked_read(const char *name, char **operands, int n,
               const char *const *known, json_t **asked);

/* Writes a line; takes the object. 0 or EX_IOERR. */
int asked_print(json_t *object);

#endif
