/*
 * The conversation in a terminal: a line typed is what the caller says, an
 * empty one is silence; ":help" lists the few commands.
 */
#ifndef DIALOG_TERMINAL_H
#define DIALOG_TERMINAL_H

#include "src/dialog/live.h"

int terminal_run(const struct live *live);

#endif
