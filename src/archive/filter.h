/*
 * Events from stdin to stdout as they are, and the recordings that call.end
 * names kept meanwhile, by a process of its own: however slow the place is, no
 * event waits for it.
 */
#ifndef ARCHIVE_FILTER_H
#define ARCHIVE_FILTER_H

#include "src/archive/keeper.h"

/* Until the end of stdin, or a signal; then what is left is tried once more.
 * 0, SV_GONE, EX_TEMPFAIL when files are left, or a code. */
int filter(const struct keeper_options *options);

/* The process that keeps files: requests, "PATH\0CALL\0" each, from a
 * descriptor, events to where they go, until the requests end. */
int filter_work(const struct keeper_options *options, int requests);

#endif
