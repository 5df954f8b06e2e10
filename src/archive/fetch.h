/*
 * What is kept: fetched, listed, and looked at.
 */
#ifndef ARCHIVE_FETCH_H
#define ARCHIVE_FETCH_H

#include "src/archive/keeper.h"

/* An object by its key, or a call's recording, opened where it is sealed, to a
 * file (all of it or none) or stdout (path NULL). The store's audit log tells
 * who had it. EX_NOINPUT, EX_DATAERR. */
int fetch_get(struct keeper *keeper, const char *what, const char *path);

/* A line for each row of a call, a key, or all: key, state, kind, call, bytes,
 * when it was put there, whether the file is here still, between tabs. remote:
 * what is there, whatever the store knows of it: key, bytes, time. */
int fetch_list(struct keeper *keeper, const char *what, bool remote);

/* Looks at each object that is said to be there; full: reads all of it, and
 * opens it. Tells of what is wrong: EX_DATAERR then. */
int fetch_verify(struct keeper *keeper, const char *what, bool full);

#endif
