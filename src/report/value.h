/*
 * The pieces of scan_sure(). Each takes a place in the line and gives the
 * place behind what it read, or NULL when not sure. No length is handed
 * around: the newline that ends the line ends every one of the loops.
 */
#ifndef REPORT_VALUE_H
#define REPORT_VALUE_H

#include "src/report/scan.h"

const char *value_blanks(const char *p);

/* from behind the opening quote to the closing one */
const char *value_string(const char *p, bool *escaped);

const char *value_number(const char *p, enum scan_kind *kind);

/* "key" and its colon; a key with an escape could be another's twin */
const char *value_name(const char *p, struct span *key);

/* any value, within so many others */
const char *value_check(const char *p, int depth);

bool span_same(struct span a, struct span b);

#endif
