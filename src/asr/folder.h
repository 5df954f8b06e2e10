/* Recordings in a folder, at any depth, sorted by name. */
#ifndef ASR_FOLDER_H
#define ASR_FOLDER_H

#include <stdint.h>

/* Calls found() for each file that has a recording's suffix, and, with code
 * not 0 and sv_why() set, for what cannot be opened. Names that begin with a
 * dot are left out. Links are followed, but no folder is entered twice: links
 * across one another would have no end. SIGTERM ends the search. 0, what
 * found() returned if not 0, or EX_NOINPUT. */
int folder_walk(const char *path,
                int (*found)(void *arg, const char *path, int64_t bytes,
                             int code),
                void *arg);

#endif
