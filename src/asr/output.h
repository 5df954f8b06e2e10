/*
 * Where the results go: one stream, stdout or a file, and with
 * --output-folder a file for each recording. Then the stream stays events, so
 * that the next stage can read on, and the files have the format.
 */
#ifndef ASR_OUTPUT_H
#define ASR_OUTPUT_H

#include <stddef.h>

#include "src/asr/config.h"
#include "src/asr/inputs.h"
#include "src/asr/journal.h"

struct output;

/* All that may be given out is among the inputs, lent. 0 and *made for
 * output_close(), EX_USAGE, EX_CANTCREAT. */
int output_open(struct output **made, const struct asr_config *config,
                const struct inputs *inputs);

/* One recording, whole. 0, SV_GONE, EX_IOERR, EX_CANTCREAT. */
int output_result(struct output *output, const struct input *input,
                  const struct result *result);

/* One that gave nothing: an `error` event, or a line on stderr where the
 * stream holds no events. 0, SV_GONE, EX_IOERR. */
int output_error(struct output *output, const struct input *input, int code,
                 const char *why);

/* Frees it. A file gets its name now if rc is 0, and is thrown away
 * otherwise. rc, or what went wrong. */
int output_close(struct output *output, int rc);

#endif
