/*
 * Conditions of rules: "budget >= 100000 and not email". `and` binds tighter
 * than `or`; there are no brackets.
 */
#ifndef DIALOG_CONDITION_H
#define DIALOG_CONDITION_H

#include <stdbool.h>

#include "src/dialog/scenario.h"

/*
 * Whether the condition holds; an empty one does. value(arg, slot) lends the
 * value of a slot, NULL when it is not filled, for SLOT_VISITS too.
 */
bool condition_holds(const struct condition *condition,
                     const struct scenario *scenario,
                     const char *(*value)(const void *arg, int slot),
                     const void *arg);

#endif
