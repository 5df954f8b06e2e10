/*
 * The file of a recording: it has its name from the beginning, and is whole
 * whenever it is looked at, for it grows by pieces that stand for themselves.
 */
#ifndef CAPTURE_RECORD_FILE_H
#define CAPTURE_RECORD_FILE_H

#include <sys/types.h>

#include "lib/buf.h"

#include "src/capture/record_format.h"

struct record_file {
	char *path;
	int fd;
	off_t len; /* to where it is whole */
};

/* FOLDER/YYYY-MM-DD/CALL.SUFFIX, and CALL-2 where that is there. 0 or
 * EX_CANTCREAT; record_file_close() either way. */
int record_file_open(struct record_file *file, const char *folder,
                     const char *call, const char *suffix);

/* All of the piece or nothing of it; a file that was removed is a failure. 0
 * or EX_IOERR. */
int record_file_add(struct record_file *file, const struct sv_buf *piece);
int record_file_patch(struct record_file *file,
                      const struct record_patch *patch);

/* rc, or EX_IOERR when that was 0 */
int record_file_close(struct record_file *file, int rc);

#endif
