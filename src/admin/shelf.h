/*
 * Files that may be deleted: those below the folders that the rules name, and
 * no others. A symbolic link is never followed, on no part of the way below
 * such a folder, and ".." is refused.
 */
#ifndef ADMIN_SHELF_H
#define ADMIN_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "src/admin/rules.h"

enum shelf_found {
	SHELF_ABSENT,  /* there is no such file (any more) */
	SHELF_FILE,    /* a file, in a folder of ours */
	SHELF_REFUSED, /* sv_why() tells: outside of them, no file … */
};

/* Looks at the file, and deletes it when take is set; then it is gone from
 * the disk when this returns. *bytes gets its size. */
enum shelf_found shelf_file(const struct rules *rules, const char *path,
                            bool take, int64_t *bytes);

/* a file that was met below a folder: lent */
struct shelf_item {
	int folder;       /* descriptor of the folder it is in */
	const char *name; /* there */
	const char *path; /* for people, and for the store */
	struct stat info;
};

/*
 * Meets each regular file below root, in no order. The code that each() ends
 * it with, if any; EX_NOINPUT when there is no such folder, EX_IOERR …
 * Folders that are empty afterwards are removed when tidy is set.
 */
int shelf_walk(const char *root, bool tidy,
               int (*each)(void *arg, const struct shelf_item *item),
               void *arg);

/* Deletes what was met. 0, EX_IOERR, EX_NOPERM; one that is gone is fine. */
int shelf_take(const struct shelf_item *item);

#endif
