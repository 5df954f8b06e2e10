/* Source mode and sink mode: the operands, one behind the other, to stdout, a
 * file or a device. */
#ifndef CAPTURE_SOUNDS_H
#define CAPTURE_SOUNDS_H

#include <stdbool.h>

struct sounds_config {
	int rate_hz, out_rate_hz, channel;
	const char *output, *effects;
	const char *raw;
	bool pace;
};

/* whether all is as nobody has said anything */
bool sounds_unused(const struct sounds_config *config);

/* n operands, stdin when there are none */
int sounds_run(const struct sounds_config *config, char **what, int n);

#endif
