/*
 * From a source to a sink: its channel, the effects, the rate.
 */
#ifndef CAPTURE_LINE_H
#define CAPTURE_LINE_H

#include "src/capture/effects.h"
#include "src/capture/engine.h"

enum { LINE_MIX = -1 }; /* all channels into one, each as loud as the next */

struct line {
	int channel; /* counted from 0, or LINE_MIX */
	const struct effects *effects;
	const struct capture_sink *to;
	struct sink *sink;
	int rate_hz; /* of the sink */
	int64_t n;   /* samples it has had */
	int out_rc;  /* what went wrong with it; nothing more can be done */
};

/* The whole of what, to the sink: 0, or the code of a failure of the input's;
 * when the output fails it is out_rc that is set and returned. */
int line_run(struct line *line, const char *what,
             const struct capture_how *how);

#endif
