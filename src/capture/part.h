/*
 * A file that gets its name only when it is complete. Until then it is
 * NAME.XXXXXX.part beside it, which is what a killed process leaves, as far
 * as it came.
 */
#ifndef CAPTURE_PART_H
#define CAPTURE_PART_H

#include <stdbool.h>

struct part {
	int fd;
	char *path; /* the final one */
	char *temp; /* NULL for what is no plain file: a device, a pipe */
};

/* 0, EX_CANTCREAT; release with part_close() either way */
int part_open(struct part *part, const char *path);

/* After rc 0: to disk, and to its name. After anything else the part is
 * removed when nothing is in it worth keeping, else it stays and a warning
 * says where. Returns rc, EX_IOERR, EX_CANTCREAT. */
int part_close(struct part *part, int rc, bool keep);

#endif
