/*
 * The recording of a call: stereo, the caller left, we right, both counted in
 * samples from the call's beginning. FLAC, or Ogg Opus, written as it comes:
 * a reader may open it while the call goes on, and after kill -9 all but the
 * last second is there.
 */
#ifndef CAPTURE_RECORD_H
#define CAPTURE_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct record;

/* FOLDER/YYYY-MM-DD/CALL.flac (.opus), folders made when missing. format is
 * "flac" or "opus". 0 and *made for record_close(), EX_CANTCREAT, EX_USAGE. */
int record_open(struct record **made, const char *folder, const char *call,
                const char *format, int rate_hz);

/* What was heard, what was sent: each side's next samples. Sides may run apart
 * by a second and are padded with silence beyond. After a failure (disk full)
 * nothing more is written and the code is returned once; the call goes on. */
int record_heard(struct record *record, const int16_t *samples, size_t n);
int record_sent(struct record *record, const int16_t *samples, size_t n);

/* Pads the shorter side, completes the file. NULL is fine. 0, EX_IOERR. */
int record_close(struct record *record);

/* the file's path, lent */
const char *record_path(const struct record *record);

#endif
