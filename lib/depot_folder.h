/*
 * What the files of the folder engine share.
 *
 *     depot_folder.c      the interface, and one object
 *     depot_folder_put.c  a file that is whole or not there
 *     depot_folder_walk.c all that is there
 */
#ifndef SV_DEPOT_FOLDER_H
#define SV_DEPOT_FOLDER_H

#include <sys/stat.h>

#include "lib/depot.h"

struct sv_depot {
	char *path;
	char *place;
};

/* the file of a key, yours to free() */
char *folder_file(const struct sv_depot *depot, const char *key);

/* The code and the sentence for errno: what may be better later, a disk that
 * is full, is told from what will not. */
int folder_failed(const char *what, const char *path);

int64_t folder_modified(const struct stat *info);

int folder_put(struct sv_depot *depot, const char *key,
               const struct sv_depot_source *source);
int folder_list(struct sv_depot *depot, const char *prefix,
                int (*each)(void *arg, const struct sv_depot_object *object),
                void *arg);
int folder_tidy(struct sv_depot *depot, int64_t before_ms);

#endif
