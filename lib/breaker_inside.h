/*
 * What the files of breaker share: its state, and the small file that all
 * processes have it in.
 */
#ifndef SV_BREAKER_INSIDE_H
#define SV_BREAKER_INSIDE_H

#include "lib/breaker.h"

enum { BREAKER_LONGEST_MS = 3600000 }; /* that a service can ask for */

/* Times are of the monotonic clock, which is the same for all processes. */
struct breaker_record {
	enum sv_breaker_state state;
	int failures;      /* within the window */
	int64_t begun_ms;  /* the window */
	int64_t until_ms;  /* open; or when the one who tries is forgotten */
	int64_t length_ms; /* of being open */
};

struct sv_breaker {
	char *name, *path;
	struct sv_breaker_rule rule;
	struct breaker_record record; /* as it was last seen, or made */
	bool alone;                   /* the file could not be written */
};

/* What holds now: the file's word; ours, where it could not be kept there. */
void breaker_look(struct sv_breaker *breaker);

/* The same, for a change: what to hand to breaker_keep() after it, which is
 * fine with -1, as there is when the file cannot be had. */
int breaker_change(struct sv_breaker *breaker);
void breaker_keep(struct sv_breaker *breaker, int fd);

/* Whether text is a record, and which. Nothing is believed: the file may be
 * another's, of before a boot (times to come), or what a full disk has left. */
bool breaker_parse(const struct sv_breaker *breaker, const char *text,
                   struct breaker_record *out);

#endif
