/*
 * What changed, for a person to read or as JSON: a call with its turns in
 * which something did, and at the end how many of how many.
 */
#ifndef REPLAY_SHOW_H
#define REPLAY_SHOW_H

#include <stdbool.h>

#include "src/replay/difference.h"
#include "src/replay/past.h"

struct tally {
	size_t calls, changed;
	size_t texts, states, slots, outcomes;
};

struct shown {
	const struct past *past;
	const struct difference *difference;
	size_t unreached; /* answers of the caller's, see run.h */
	bool short_of;
	bool cut; /* it was cut off, then */
};

struct show {
	bool json;
	bool redact;
};

/* Prints a call that changed, to stdout. */
void show_call(const struct show *show, const struct shown *shown);

void show_tally(const struct show *show, const struct tally *tally);

#endif
