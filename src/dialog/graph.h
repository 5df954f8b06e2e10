/* The states of a scenario and the ways between them, as DOT for graphviz. */
#ifndef DIALOG_GRAPH_H
#define DIALOG_GRAPH_H

#include <stdio.h>

#include "src/dialog/scenario.h"

/* 0 or EX_IOERR */
int graph_write(const struct scenario *scenario, FILE *out);

#endif
