/* A folder of SV_TRACE_DIR's: a call's, or one of calls' folders. */
#ifndef REPLAY_FOLDER_H
#define REPLAY_FOLDER_H

#include "src/replay/input.h"

/* Its events into input. 0, EX_NOINPUT or what reading gave. */
int folder_read(struct input *input, const char *path);

#endif
