/*
 * Reading and writing descriptors and whole files, checked. Paths are UTF-8
 * bytes as the kernel takes them.
 */
#ifndef SV_IO_H
#define SV_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/buf.h"

/* Writes all of it, whatever the pipe's size, waiting where it must. 0,
 * SV_GONE when the reader left, EX_IOERR. name is for the sentence. */
int sv_write(int fd, const void *data, size_t len, const char *name);

/* One read(2), again on EINTR unless sv_stopping(): the count, 0 at the end
 * (also when stopping), -1 with sv_why() set (EAGAIN gives -1 and errno). */
ssize_t sv_read(int fd, void *data, size_t len, const char *name);

/* Waits until fd can be read; false when we are to stop instead. Unlike a
 * look at sv_stopping() before a read(2), it cannot miss the signal. */
bool sv_readable(int fd);

/* Appends the whole file to buf, whose max is the ceiling. 0, EX_NOINPUT,
 * EX_IOERR, EX_DATAERR when it is larger. */
int sv_file_read(const char *path, struct sv_buf *buf);

/* Gives the file new contents all at once: written beside it, synced and
 * renamed, so that path holds the old bytes or the new ones, never half. 0,
 * EX_CANTCREAT, EX_IOERR. mode as for open(2), 0600 or 0644. */
int sv_file_replace(const char *path, const void *data, size_t len, int mode);

/* Makes the folder and those above it, mode 0700 for each new one. 0 or
 * EX_CANTCREAT. */
int sv_folder_make(const char *path);

/* The folder for what can be made again: SV_CACHE, or $XDG_CACHE_HOME or
 * ~/.cache with /sales-voice. Yours to free(). */
char *sv_cache_folder(void);

/* The folder for what must not be lost: SV_STATE, or $XDG_STATE_HOME or
 * ~/.local/state with /sales-voice. Yours to free(). */
char *sv_state_folder(void);

/* The folder for what the machine's programs share while it runs: SV_RUN, or
 * $XDG_RUNTIME_DIR/sales-voice, or /run/sales-voice. Yours to free(). */
char *sv_run_folder(void);

#endif
