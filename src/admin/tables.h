/* The store's tables as they are: what a later version has added is searched,
 * too. */
#ifndef ADMIN_TABLES_H
#define ADMIN_TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/store.h"

enum { TABLES_MAX = 64, COLUMNS_MAX = 32 };

struct table {
	char *name;
	char *texts[COLUMNS_MAX]; /* columns that hold text */
	size_t n_texts;
	bool has_call; /* one of them is call */
};

struct tables {
	struct table items[TABLES_MAX];
	size_t n;
};

/* All but those of no person: the migrations and the audit log. */
int tables_load(struct tables *tables, struct sv_store *store);
void tables_release(struct tables *tables);

/* a row with all its texts, lent */
struct table_row {
	const struct table *table;
	const char *id; /* a condition that fits this row alone */
	const char *call;
	const char *texts[COLUMNS_MAX];
};

/* Meets each row: 0, or the code that each() ends it with. The store is busy
 * meanwhile. */
int tables_scan(const struct tables *tables, struct sv_store *store,
                int (*each)(void *arg, const struct table_row *row), void *arg);

#endif
