/*
 * How simulated conversations went, as lines (TAP) or as JUnit's XML.
 */
#ifndef DIALOG_VERDICT_H
#define DIALOG_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"

/* of one conversation, all lent */
struct verdict {
	const char *file, *name;
	const char *transcript; /* lines, */
	const char *wrong;      /* too; "" when it went as expected */
	int64_t took_us;
};

struct report {
	const char *output; /* lent; NULL: stdout */
	bool junit;
	unsigned n, failed;
	struct sv_buf out;   /* what is not written yet */
	struct sv_buf cases; /* junit: of the suite, */
	const char *file;    /* which is this one, */
	unsigned suite_n, suite_failed;
	int64_t suite_us;
};

/* 0, or EX_USAGE when there is no such format */
int report_open(struct report *report, const char *format, const char *output);

/* the verdicts that come are of this file; lent until the next one's */
void report_suite(struct report *report, const char *file);

/* 0 or a code */
int report_add(struct report *report, const struct verdict *verdict);

/* Writes what is left, unless something failed before: rc is that, and is
 * handed back. 0, EX_DATAERR when a conversation failed; a code. */
int report_close(struct report *report, int rc);

#endif
