/*
 * The store's audit log: who looked at, sent out or deleted a person's data.
 * Each row has the digest of itself and of the row before it, so that
 * `sv-admin audit --verify` sees one that was changed or taken out; of rows
 * missing at the end only who kept the last digest can tell (a signed report
 * of sv-admin has it).
 */
#ifndef SV_AUDIT_H
#define SV_AUDIT_H

#include <stdint.h>

#include "lib/digest.h"
#include "lib/store.h"

/*
 * Adds a row. action: one word ("look", "export", "delete", "forget",
 * "retain", "retry", "drop", "edit"); subject: what it was done to,
 * a call id, an outbox key, a person's keyed hash, never a telephone number;
 * detail: a JSON object, or NULL. Time, person (of the real user, or who
 * called sudo), host and program are added. 0, or the store's code: then what
 * was to be shown or deleted is not.
 */
int sv_audit(struct sv_store *store, const char *action, const char *subject,
             const char *detail);

/* The same within a transaction that is going on: what is done and the row
 * about it are there together, or neither is. */
int sv_audit_within(struct sv_store *store, const char *action,
                    const char *subject, const char *detail);

/* the last row that is known: where the chain ends */
struct sv_audit_head {
	int64_t id; /* 0: no row */
	char digest[SV_SHA256_HEX];
};

int sv_audit_head(struct sv_store *store, struct sv_audit_head *head);

/* Goes along the whole chain: 0 with *head, or EX_DATAERR with a sentence that
 * names the first row that does not fit. known: a head as it was once, which
 * must still be there; or NULL. */
int sv_audit_check(struct sv_store *store, const struct sv_audit_head *known,
                   struct sv_audit_head *head);

/* The person at this process, yours to free(). */
char *sv_audit_person(void);

#endif
