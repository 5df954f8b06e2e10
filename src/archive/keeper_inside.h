/*
 * What the files of the keeper share.
 *
 *     keeper.c      a file from its row to its end
 *     keeper_put.c  a key for it, and its object
 *     keeper_left.c what earlier runs could not finish with
 */
#ifndef ARCHIVE_KEEPER_INSIDE_H
#define ARCHIVE_KEEPER_INSIDE_H

#include "src/archive/file.h"
#include "src/archive/keeper.h"

/* The first key from this copy on that nobody has, or that the same content
 * has. */
int keeper_claim(const struct keeper *keeper, const struct file *file,
                 struct record *record, int *copy);

/* Puts it there, under a key of its own, and has its row say so. */
int keeper_put(struct keeper *keeper, struct file *file, struct record *record);

#endif
