/*
 * What understands a caller. The scenario stays in charge: an engine is told
 * where the conversation stands and what was heard, and answers what it
 * means; turn.c alone decides where that leads.
 */
#ifndef DIALOG_ENGINE_H
#define DIALOG_ENGINE_H

#include "src/dialog/answer.h"
#include "src/dialog/intent.h"
#include "src/dialog/slot.h"

enum { FILLS_MAX = 8 };

struct conversation;
struct engine;

struct fill {
	int slot;
	enum sureness sureness;
	char value[SLOT_VALUE];
};

struct meaning {
	struct scored intents[INTENTS_MAX]; /* the best first */
	size_t n_intents;
	struct fill fills[FILLS_MAX]; /* the slot asked for first, if in it */
	size_t n_fills;
	enum answer answer; /* to a confirmation */
};

struct dialog_engine {
	const char *name;
	const char *about; /* one line for -e help */

	/* *made is yours to close(). 0 or a code, with sv_why(). */
	int (*open)(struct engine **made, const struct scenario *scenario);

	/* Fills *meaning, all zero before. 0 or a code. */
	int (*understand)(struct engine *engine,
	                  const struct conversation *conversation,
	                  const struct hearing *hearing,
	                  struct meaning *meaning);

	void (*close)(struct engine *engine); /* NULL is fine */
};

extern const struct dialog_engine engine_rules;

#endif
