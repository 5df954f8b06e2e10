/* What a scenario can say, so that it is spoken before it is needed. */
#ifndef DIALOG_PROMPTS_H
#define DIALOG_PROMPTS_H

#include "src/dialog/scenario.h"

/* Writes a dialog.say for each sentence of each prompt that needs no slot. 0,
 * SV_GONE or a code. */
int prompts_write(const struct scenario *scenario);

#endif
