/*
 * Files of lines (NDJSON) without some of them: the new file is complete
 * beside the old one before it takes its place, so that after any crash one
 * of the two is there.
 */
#ifndef ADMIN_NDJSON_H
#define ADMIN_NDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/admin/shelf.h"

struct ndjson_sieve {
	/* whether the line stays; its newline is not part of it */
	bool (*stays)(void *arg, const char *line, size_t len);
	void *arg;
	int64_t lines, bytes; /* counted: of those that do not */
};

/* whether it is such a file, by its name */
bool ndjson_named(const char *name);

/* whether it is what a rewriting that was killed left: to be deleted */
bool ndjson_remains(const char *name);

/* Asks of each line. With take set the file is rewritten if any is to go; it
 * is not when somebody has it open, who might be adding lines: EX_TEMPFAIL. 0,
 * EX_IOERR, EX_CANTCREAT, EX_NOPERM. */
int ndjson_sift(const struct shelf_item *item, struct ndjson_sieve *sieve,
                bool take);

#endif
