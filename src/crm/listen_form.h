/*
 * What PHP makes of a form: a[b][c]=d&a[]=e becomes {"a":{"b":{"c":"d"},
 * "0":"e"}}. Every map is an object, every value a string.
 */
#ifndef CRM_LISTEN_FORM_H
#define CRM_LISTEN_FORM_H

#include <jansson.h>
#include <stddef.h>

enum {
	FORM_DEPTH = 8,    /* names within names */
	FORM_PAIRS = 1000, /* as many as PHP itself takes */
	FORM_NAME = 128,   /* bytes of a name between two brackets */
};

/* 0 and *made, new; or EX_DATAERR: half a %, a NUL, a name that is broken or
 * empty, too deep or too many. Bytes that are no UTF-8 become U+FFFD. Of two
 * values of one name the later counts. */
int form_parse(const char *data, size_t len, json_t **made);

/* The value at a path of names, "data.FIELDS.ID", lent; "" where there is no
 * text. */
const char *form_get(const json_t *form, const char *path);

/* the same, whatever it is; NULL where there is nothing */
json_t *form_at(const json_t *form, const char *path);

#endif
