/* What is held of a call besides rows: its files and its objects. */
#ifndef ADMIN_HELD_H
#define ADMIN_HELD_H

#include "src/admin/admin.h"
#include "src/admin/remote.h"

/* Deletes (with --apply, else only counts) the call's objects of that object
 * kind ("recording", "transcript", or NULL for all), first where they are
 * kept, then the local file. 0, or the code of the first that stays, with
 * sv_why(): the call's rows stay then, too, so that it is found again. */
int held_objects(struct admin *admin, struct remote *remote, const char *call,
                 const char *kind, struct tally *tally);

/* a local file that the store names; NULL is none */
int held_file(struct admin *admin, const char *path, struct tally *tally);

#endif
