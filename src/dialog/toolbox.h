/*
 * The tools of one call: which of them stand open in its state, what it may
 * take of them, and what has to be confirmed before. Arguments are held
 * against the tool's schema before anything runs.
 *
 * confirm: caller. The first time nothing is done, and the model is told to ask
 * the caller; the same call again is done when the caller's last words were a
 * yes, by the rules and not by the model.
 *
 * confirm: operator. A file in the folder `approvals` of the run folder says
 * what is to be done; sv-admin approve puts a person's answer beside it.
 */
#ifndef DIALOG_TOOLBOX_H
#define DIALOG_TOOLBOX_H

#include "lib/chat.h"
#include "lib/loop.h"

#include "src/dialog/conversation.h"

struct toolbox;

/* told: something was written into the conversation's outbox. */
struct toolbox *toolbox_new(struct sv_loop *loop,
                            struct conversation *conversation,
                            void (*told)(void *arg), void *arg);

/* What runs still goes to its end, or is killed at once. NULL is fine. */
void toolbox_free(struct toolbox *toolbox);

/* The tool of that name, if it stands open in the state; or NULL. */
const struct tool *toolbox_find(const struct conversation *conversation,
                                const char *name);

/* What is to be done; lent but tool. */
struct toolbox_order {
	const struct tool *tool;
	const char *id; /* the model's call */
	const json_t *arguments;
	/* gets what the model is to be told (lent) */
	void (*done)(void *arg, const char *text);
	void *arg;
};

/* Has it done; done() comes from the loop, or from within this call. */
void toolbox_use(struct toolbox *toolbox, const struct toolbox_order *order);

/* Nobody waits for what runs any longer: it goes to its end, and is told of by
 * its events alone. */
void toolbox_forsake(struct toolbox *toolbox);

#endif
