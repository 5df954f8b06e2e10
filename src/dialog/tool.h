/*
 * A program that is run for a conversation: JSON on its stdin, JSON on its
 * stdout, in a process group of its own that does not outlive it. No shell is
 * involved. It has the environment of ours, and SV_CALL_ID.
 */
#ifndef DIALOG_TOOL_H
#define DIALOG_TOOL_H

#include "lib/loop.h"

#include "src/dialog/scenario.h"

enum { TOOL_OUTPUT = 64 << 10 }; /* bytes that it may write */

struct tool_run;

/* How it ended; lent for done(). */
struct tool_end {
	const json_t *result; /* what it wrote; NULL when it failed */
	const char *why;      /* it failed; NULL */
	int code;             /* its exit status; 128 + a signal's number */
	int ms;
};

/* What is to be run; all lent but tool, which stays. */
struct tool_order {
	const struct tool *tool;
	const char *call;  /* its id */
	const char *input; /* JSON, one line */
	void (*done)(void *arg, const struct tool_end *end);
	void *arg;
};

/* done() is called once, from the loop; the run is gone then. NULL with
 * sv_why() when it cannot be run. */
struct tool_run *tool_start(struct sv_loop *loop,
                            const struct tool_order *order);

/* Kills it; done() is not called. */
void tool_cancel(struct tool_run *run);

#endif
