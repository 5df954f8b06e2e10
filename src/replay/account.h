/*
 * What happened in a call, as a person would tell it: what was heard, which
 * states were gone through, what was said, what was learned, how it ended.
 * Times, ids and confidences are no part of it: two accounts of a call are
 * the same when nobody in it could tell them apart.
 */
#ifndef REPLAY_ACCOUNT_H
#define REPLAY_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/event.h"

enum entry_kind {
	ENTRY_HEARD, /* the caller's words */
	ENTRY_KEYS,  /* the caller's keys */
	ENTRY_STATE,
	ENTRY_SAY,
	ENTRY_SLOT,
	ENTRY_HANDOFF,
	ENTRY_BRIEF,
	ENTRY_OUTCOME,
	ENTRY_KINDS
};

struct entry {
	enum entry_kind kind;
	char *text;
	char *personal; /* of a slot: its kind, which tells what to mask */
};

enum { ENTRIES_MAX = 4000 }; /* of a call: the rest is not compared */

struct account {
	struct entry *items;
	size_t n, size;
	bool concluded; /* it has an outcome */
	bool cut;       /* there was more than ENTRIES_MAX */
};

void account_release(struct account *account);

/* Adds what the event tells, if anything. */
void account_take(struct account *account, const struct sv_event *event);

/* whether the caller said or keyed it */
bool entry_heard(const struct entry *entry);
bool entry_same(const struct entry *a, const struct entry *b);

/* "say", "slot" ... */
const char *entry_name(enum entry_kind kind);

#endif
