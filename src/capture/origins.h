/* Where calls come from, as the command line has it: URLs, then COMMAND. */
#ifndef CAPTURE_ORIGINS_H
#define CAPTURE_ORIGINS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/capture/transport.h"
#include "src/capture/url.h"

struct origin {
	const struct capture_transport *transport;
	struct url url;
};

/* Whether this operand says where calls come from: it begins with a scheme of
 * ours, or looks like a URL and is no file. */
bool origins_begin(const char *what);

/* The URLs that what (ended by NULL) begins with; origins has a place for
 * each. 0, or EX_USAGE: a bad URL, an unknown scheme, no COMMAND behind them,
 * or others beside one of a transport that does not listen. origins_release() either way. */
int origins_parse(char *const what[], struct origin *origins, size_t *n);
void origins_release(struct origin *origins, size_t n);

#endif
