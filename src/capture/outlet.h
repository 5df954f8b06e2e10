/*
 * Where the events of all calls go: stdout, or a file. Lines wait here, up to
 * a ceiling, when who reads them is slow; nothing in the server ever waits
 * for it. When the reader leaves, or the disk is full, what is not yet written
 * and all that still comes goes to undelivered.ndjson in the state folder.
 */
#ifndef CAPTURE_OUTLET_H
#define CAPTURE_OUTLET_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/loop.h"

struct outlet;

/* Opens FILE for events, at its end, created when missing: 0, EX_CANTCREAT,
 * EX_TEMPFAIL when it is a named pipe that nobody reads. *fd is close-on-exec;
 * with file NULL it is stdout. */
int outlet_file(const char *file, int *fd);

/* fd stays the caller's */
struct outlet *outlet_new(struct sv_loop *loop, int fd);

/* From now on the events go to FILE, as outlet_file() has it: the same one
 * after it was moved away, or another. After a failure they go on where they
 * went. */
int outlet_reopen(struct outlet *outlet, const char *file);

/* Calls room(arg) when there is room again, or nothing waits any more; and
 * gone(arg) once, when the
 * events can no longer be written where they belong. */
void outlet_on(struct outlet *outlet, int (*room)(void *arg),
               int (*gone)(void *arg), void *arg);

/* whether more lines may be put; a line that is begun must not wait */
bool outlet_room(const struct outlet *outlet);

/* whole lines, newlines included */
void outlet_put(struct outlet *outlet, const char *lines, size_t len);

/* An event of the server's own; fields are taken. */
void outlet_event(struct outlet *outlet, const char *type, json_t *fields);

/* bytes that wait to be written */
size_t outlet_waiting(const struct outlet *outlet);

/* Nobody waits for the reader any more: what waits is put aside. */
void outlet_divert(struct outlet *outlet);

/* How all went: 0; SV_GONE when the reader left, EX_IOERR when writing failed
 * or something is lost for good. */
int outlet_end(const struct outlet *outlet);
void outlet_free(struct outlet *outlet); /* NULL is fine */

#endif
