/*
 * Folders whose finished files are kept: once, or again and again.
 */
#ifndef ARCHIVE_WATCH_H
#define ARCHIVE_WATCH_H

#include "src/archive/keeper.h"

struct watch_options {
	int settle_ms; /* not touched for so long: see file_is_finished() */
	int every_ms;  /* how often folders are looked at; 0: once */
};

/* Until it is told to stop. A file that cannot be kept is tried again later, a
 * place that cannot be reached is waited for; but what is wrong from the first
 * on (a key that is refused) is handed up. Once: the code of the last failure.
 */
int watch(struct keeper *keeper, char **folders,
          const struct watch_options *options);

/* Waits so long, or until it is told to stop. */
void watch_wait(int ms);

#endif
