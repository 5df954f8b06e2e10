/* Other programs of ours, asked for what they are. */
#ifndef ADMIN_ASK_H
#define ADMIN_ASK_H

#include <stddef.h>

#include "lib/buf.h"

/* The folder that this program is in, yours to free(). */
char *ask_folder(void);

/* Runs the program with those arguments, NULL-terminated, and adds what it
 * prints to out. 0 when it ended well; EX_UNAVAILABLE, with sv_why(). */
int ask(const char *path, char *const argv[], struct sv_buf *out);

#endif
