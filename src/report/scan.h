/*
 * One line of NDJSON, read cheaply. A report needs a few fields of a few
 * events, yet must know a bad line when it sees one. So a scanner checks the
 * line in one pass, without memory, and notes where each field stands. It
 * accepts only what it is sure of; whatever else comes (a bad line, but also
 * rare forms, such as 1e5 or a deep tree) is for jansson to judge, so that
 * both agree on every line with the rest of the programs.
 */
#ifndef REPORT_SCAN_H
#define REPORT_SCAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCAN_MEMBERS = 64 };

/* text that somebody else holds; not terminated */
struct span {
	const char *text;
	size_t len;
};

enum scan_kind { SCAN_STRING, SCAN_INTEGER, SCAN_REAL, SCAN_OTHER };

struct scan_member {
	struct span key;
	struct span value; /* without its quotes when a SCAN_STRING */
	enum scan_kind kind;
	json_t *json; /* the value, once jansson had to be asked */
};

/* All zero is an empty one. What it lends is valid until the next line. */
struct scan {
	struct scan_member members[SCAN_MEMBERS];
	size_t n;
	json_t *root;      /* when jansson read the whole line */
	const char *wrong; /* a field asked for that was not of its type */
};

void scan_release(struct scan *scan);

/* Reads a line, whose last byte is its newline. 0, or EX_DATAERR: not an
 * object of JSON. */
int scan_line(struct scan *scan, const char *line, size_t len);

/* The first half of it: whether the scanner alone is sure of the line. */
bool scan_sure(struct scan *scan, const char *line, size_t len);

/* Each gives a field, or false (0, NULL) when there is none. A field of
 * another type counts as none and is remembered in scan->wrong. */
bool scan_string(struct scan *scan, const char *key, struct span *value);
bool scan_integer(struct scan *scan, const char *key, int64_t *value);
bool scan_number(struct scan *scan, const char *key, double *value);
json_t *scan_json(struct scan *scan, const char *key);

bool span_is(struct span span, const char *text);

#endif
