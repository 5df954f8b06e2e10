/*
 * Two accounts of a call side by side: which entries are the same, and which
 * only one of them has.
 */
#ifndef REPLAY_DIFFERENCE_H
#define REPLAY_DIFFERENCE_H

#include "src/replay/account.h"

enum side { SIDE_BOTH, SIDE_THEN, SIDE_NOW };

struct change {
	enum side side;
	const struct entry *entry; /* lent */
	size_t turn; /* which of the caller's answers, from 0: the start */
};

struct difference {
	struct change *items; /* in order; of a change, then before now */
	size_t n;
	size_t texts, states, slots, outcomes; /* that changed */
};

/* For difference_release(). The accounts must outlive it. cut: what was then
 * breaks off, so what goes on behind it today is no difference. */
void difference_make(struct difference *difference, const struct account *then,
                     const struct account *now, bool cut);
void difference_release(struct difference *difference);

bool difference_any(const struct difference *difference);

#endif
