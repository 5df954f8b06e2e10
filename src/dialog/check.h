/*
 * What can be said about a scenario without a caller: states nobody gets to
 * or out of, words never said, intents and slots nobody uses.
 */
#ifndef DIALOG_CHECK_H
#define DIALOG_CHECK_H

#include "lib/problem.h"

#include "src/dialog/scenario.h"

/* scenario was loaded without errors */
void check_scenario(const struct scenario *scenario,
                    struct sv_problems *problems);

#endif
