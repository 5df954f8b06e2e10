/*
 * A person's yes before a tool runs. What is asked is a file NAME.ask in the
 * folder `approvals` of the run folder: {"call","tool","arguments","until"};
 * the answer is NAME.yes or NAME.no beside it, which sv-admin approve makes.
 * All of it is gone when it is over.
 */
#ifndef DIALOG_APPROVAL_H
#define DIALOG_APPROVAL_H

#include <jansson.h>

#include "lib/loop.h"

#include "src/dialog/scenario.h"

enum approved { APPROVED, APPROVAL_DENIED, APPROVAL_LATE };

struct approval;

/* What is asked for; lent. */
struct approval_order {
	const struct tool *tool;
	const char *call; /* its id */
	const json_t *arguments;
	void (*done)(void *arg, enum approved approved);
	void *arg;
};

/* done() comes once, from the loop; the approval is gone then. NULL with
 * sv_why() when it cannot be asked for. */
struct approval *approval_ask(struct sv_loop *loop,
                              const struct approval_order *order);
void approval_cancel(struct approval *approval); /* NULL is fine */

#endif
