/*
 * SV_TRACE_DIR: every byte on every pipe of a call, for who must find out
 * what happened, and for sv-replay(1). DIR/CALL/ gets one file a descriptor
 * (0.pcm, 1.pcm, 3.ndjson, 4.ndjson, 5.ndjson, 2.log) and index.ndjson: for each
 * piece its descriptor, length, and the caller's samples and wall ms at that
 * moment.
 */
#ifndef CAPTURE_TRACE_H
#define CAPTURE_TRACE_H

#include <stddef.h>
#include <stdint.h>

struct trace;

/* 0 and *made, EX_CANTCREAT. environment: "NAME=value" that the pipeline was
 * given, and its command, kept in index.ndjson's first line. */
int trace_open(struct trace **made, const char *folder, const char *call,
               char *const environment[], char *const command[]);
void trace_close(struct trace *trace); /* NULL is fine */

/* Bytes that passed; samples: of the caller's so far. A failure is warned of
 * once and ends the trace, never the call. NULL is fine. */
void trace_bytes(struct trace *trace, int fd, const void *data, size_t len,
                 int64_t samples);

#endif
