/*
 * A chain of SoX effects as sox(1) takes it: "highpass 100 gain -3".
 */
#ifndef CAPTURE_EFFECTS_H
#define CAPTURE_EFFECTS_H

#include <sox.h>

#include "src/capture/args.h"

struct effects {
	struct args words;
};

/* Checks all that can be without a sound: 0, or EX_USAGE with a sentence that
 * names the effect; release it either way. */
int effects_parse(const char *text, struct effects *effects);
void effects_release(struct effects *effects);

/* Adds them to the chain. signal is what goes in, and becomes what comes out.
 * 0, or EX_USAGE where an effect cannot do this signal. */
int effects_add(const struct effects *effects, sox_effects_chain_t *chain,
                sox_signalinfo_t *signal);

/* Adds one effect, for what a line needs itself: as above. */
int effects_add_one(sox_effects_chain_t *chain, sox_signalinfo_t *signal,
                    const sox_signalinfo_t *wanted, char *words[], size_t n);

#endif
