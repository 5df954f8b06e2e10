/* SQL for what the rules of a kind let go. */
#ifndef ADMIN_SELECT_H
#define ADMIN_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/admin/rules.h"

enum { BATCH = 200 };

/* what is not in the CRM yet */
#define NOT_SENT "state IN ('queued', 'dead')"

/*
 * The next calls behind ?1 whose part of that kind is to go: SELECT call,
 * recording. NULL when the rules keep all of them for good. held: those that
 * would go, but have something that the CRM has not got yet. taking: it is
 * about to be done, so calls wait for their files.
 */
struct selection {
	enum kind kind;
	const struct kind_rules *rules;
	int64_t now_ms;
	bool held, taking;
};

char *select_calls(const struct selection *selection);

/* Likewise calls that the store has no more than objects of, by the time these
 * were entered: of recordings and transcripts; NULL for other kinds. */
char *select_orphans(const struct selection *selection);

#endif
