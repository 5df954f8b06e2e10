/*
 * The clocks, never mixed. Samples count positions in a call (see pcm.h);
 * the monotonic clock times waits and latencies; the wall clock dates events
 * and files.
 */
#ifndef SV_CLOCK_H
#define SV_CLOCK_H

#include <stdint.h>

enum { SV_TIME_LEN = 25 }; /* "2026-01-31T23:59:59.123Z" and its NUL */

/* monotonic, from an arbitrary start */
int64_t sv_now_ms(void);
int64_t sv_now_us(void);

/* wall clock, ms since 1970 UTC */
int64_t sv_wall_ms(void);

/* RFC 3339, UTC, with ms */
void sv_time_format(int64_t wall_ms, char out[SV_TIME_LEN]);

/* Reads RFC 3339 (any offset, fraction optional) or a plain YYYY-MM-DD as
 * midnight UTC. 0, or EX_DATAERR. */
int sv_time_parse(const char *text, int64_t *wall_ms);

#endif
