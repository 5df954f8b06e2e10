/*
 * Rows for a table of the store, kept until they are there: texts, and numbers
 * as texts.
 */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/store.h"

struct rows {
	const char *table, *columns; /* "a, b, c" */
	size_t width;                /* how many those are */
	struct sv_buf text;          /* each value with its NUL */
	size_t *at;                  /* of each value */
	size_t n, cap;               /* values */
};

void rows_init(struct rows *rows, const char *table, const char *columns);
void rows_release(struct rows *rows);
void rows_clear(struct rows *rows);

/* Each adds one value: those of a row in the order of its columns. NULL is
 * NULL. */
void rows_put(struct rows *rows, const char *text, size_t len);
void rows_put_text(struct rows *rows, const char *text);
void rows_put_int(struct rows *rows, int64_t number);
void rows_put_real(struct rows *rows, double number);

/* Puts them into the store, within a transaction; those that are there already
 * stay as they are. */
int rows_store(const struct rows *rows, struct sv_store *store);

#endif
