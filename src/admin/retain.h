/* What the rules let go, kind by kind: counted, or deleted. */
#ifndef ADMIN_RETAIN_H
#define ADMIN_RETAIN_H

#include "src/admin/admin.h"
#include "src/admin/remote.h"

struct retain {
	struct admin *admin;
	struct remote remote;
	struct tally tallies[KINDS];
};

/* Each deletes batch by batch, a line in the audit log with each, and goes on
 * after what cannot be deleted (admin_left()). 0, or the store's code. */
int retain_calls(struct retain *retain, enum kind kind);
int retain_months(struct retain *retain); /* of events, in PostgreSQL */
int retain_rows(struct retain *retain, enum kind kind);
int retain_files(struct retain *retain, enum kind kind);

/* a line in the audit log, within what it is about */
int retain_audit(struct retain *retain, enum kind kind,
                 const struct tally *done);

#endif
