/*
 * How many requests the portal lets us send: a leaky bucket for each of its
 * callers' addresses, so for all programs of this machine together. Each
 * request adds one to the level, which sinks by rate a second; above burst the
 * portal refuses.
 *
 * The level is a small file in the run folder, changed under flock(2) by one
 * write: who is killed with the lock has changed it or not. Times are
 * CLOCK_BOOTTIME's: it counts while the machine sleeps, and nobody sets it.
 */
#ifndef CRM_PORTAL_BUCKET_H
#define CRM_PORTAL_BUCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct portal_rule {
	int rate;    /* requests a second: 2, Enterprise 5 */
	int burst;   /* 50, Enterprise 250 */
	int reserve; /* of it, kept from what is done in the background */
};

/* what all of them know; zero: an empty bucket */
struct portal_level {
	int64_t level;   /* millionths of a request */
	int64_t at_us;   /* when it was so */
	int64_t hold_us; /* nobody sends before */
	int strikes;     /* refusals since the last good answer */
};

/* Takes a place: 0, or for how many us to wait before asking again. */
int64_t portal_level_take(struct portal_level *level,
                          const struct portal_rule *rule, int64_t now_us,
                          bool background);

/* The portal says that its bucket is full: others send, too. Nobody sends
 * until it has sunk, and longer each time in a row. */
void portal_level_full(struct portal_level *level,
                       const struct portal_rule *rule, int64_t now_us);

enum { PORTAL_RECORD = 128 };

/* The file's PORTAL_RECORD bytes (and a NUL), and what they say; false when
 * they say nothing. */
void portal_level_print(const struct portal_level *level,
                        char text[PORTAL_RECORD + 1]);
bool portal_level_parse(const char *text, struct portal_level *level);

/* --- the file --- */

struct portal_bucket;

/* place: "HOST:PORT". Never fails: where the file cannot be, this process
 * counts for itself and says so. */
struct portal_bucket *portal_bucket_new(const char *place,
                                        const struct portal_rule *rule);
void portal_bucket_free(struct portal_bucket *bucket); /* NULL is fine */

/* Waits for a place, until sv_now_ms() is until_ms. 0; EX_TEMPFAIL when there
 * will be none by then (*wait_ms: in how long there is), or we are to stop. */
int portal_bucket_wait(struct portal_bucket *bucket, bool background,
                       int64_t until_ms, int *wait_ms);

/* how it went: refused because the portal's was full, or answered */
void portal_bucket_full(struct portal_bucket *bucket);
void portal_bucket_good(struct portal_bucket *bucket);

#endif
