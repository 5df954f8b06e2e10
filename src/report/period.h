/*
 * From when to when a report looks. Days are those of the local time zone
 * (TZ), and may have 23 or 25 hours.
 */
#ifndef REPORT_PERIOD_H
#define REPORT_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

struct period {
	int64_t since_ms, until_ms; /* wall clock; until is the first outside */
};

/* no bounds */
#define PERIOD_ALL                                                             \
	{                                                                      \
		INT64_MIN, INT64_MAX                                           \
	}

/*
 * Reads `today`, `yesterday`, `7d`, `2026-11-20`, a local time as in
 * `2026-11-20T14:30`, or RFC 3339 with its offset, as of now_ms. A day gives
 * its beginning as --since and its end as --until. `7d` is seven whole days
 * ago, `12h` and `30m` count back from now. 0 or EX_USAGE.
 */
int period_since(const char *text, int64_t now_ms, int64_t *ms);
int period_until(const char *text, int64_t now_ms, int64_t *ms);

/* Whether the time lies in it. NEVER (-1) lies in no period with a bound. */
bool period_holds(const struct period *period, int64_t ms);

/* the local day of a time, as 20261120; 0 for a negative one */
int32_t period_day(int64_t ms);

/* when the local day of a time began, and whether it is just then */
int64_t period_midnight(int64_t ms);
bool period_is_midnight(int64_t ms);

/* the local hour, 0 to 23 */
int period_hour(int64_t ms);

/* the next day: 20261130 gives 20261201 */
int32_t period_next_day(int32_t day);

/* "2026-11-20 14:30:05", local; out holds PERIOD_TIME_LEN */
enum { PERIOD_TIME_LEN = 48 };

void period_format(int64_t ms, char out[PERIOD_TIME_LEN]);

#endif
