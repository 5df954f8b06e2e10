/*
 * A circuit breaker shared by all programs on the machine: a service that has
 * failed is left alone for a while, then one call tries it. Its state is a
 * small file in $SV_RUN/breakers, or where that cannot be written, this
 * process's memory.
 *
 *     closed     all is well; failures are counted within a window, from the
 *                last success on
 *     open       nobody asks it until the time is up
 *     half-open  one caller tries it; its success closes, its failure opens
 *                again for twice as long, up to a ceiling
 */
#ifndef SV_BREAKER_H
#define SV_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

struct sv_breaker;

struct sv_breaker_rule {
	int failures;  /* within the window, that open it: 3 */
	int window_ms; /* 30 s */
	int open_ms;   /* 10 s at first */
	int most_ms;   /* at most: 5 min */
};

enum sv_breaker_state { SV_CLOSED, SV_OPEN, SV_HALF_OPEN };

extern const struct sv_breaker_rule sv_breaker_usual;

/* The breaker of a service, by a name as "asr-speechkit-HOST:PORT" (what is not
 * a letter, digit, '-', '.' or ':' becomes '_'). Never fails: see above. */
struct sv_breaker *sv_breaker_new(const char *name,
                                  const struct sv_breaker_rule *rule);
void sv_breaker_free(struct sv_breaker *breaker); /* NULL is fine */

/* Whether to ask the service now. When it is half-open, the first who asks is
 * the one who tries; a try that nobody reports on for open_ms is forgotten. */
bool sv_breaker_allows(struct sv_breaker *breaker);

/* How it went. what kind of failure counts is the caller's to say: a wrong
 * setting should not open it. at_least_ms: how long the service itself asks to
 * be left alone (Retry-After): it then is open for so long, an hour at most,
 * at the first failure. 0: as the rule has it. */
void sv_breaker_worked(struct sv_breaker *breaker);
void sv_breaker_failed(struct sv_breaker *breaker, int at_least_ms);

/* as it is now, and for how long it stays open */
enum sv_breaker_state sv_breaker_look(struct sv_breaker *breaker, int *left_ms);

#endif
