/* The events into the store, one by one. */
#ifndef REPORT_GATHER_H
#define REPORT_GATHER_H

#include <stdbool.h>

#include "src/report/store.h"

/* an event as its takers get it */
struct event {
	struct scan *scan;
	struct span type, stage;
	int64_t t;       /* ms on the call's clock */
	int64_t time_ms; /* wall clock, or NEVER */
};

/* Takes in what a line said, which scan_line() has read. 0, or EX_DATAERR
 * when it is no event, or a field is not of its type; what could be used of
 * it was. EX_SOFTWARE when there are more calls than we can count. */
int gather(struct store *store, struct scan *scan);

/* a text field into the store, or NULL when the event has none */
const char *event_text(struct store *store, struct event *event,
                       const char *key);

/* the text, or what stands in when it is NULL */
const char *either(const char *text, const char *otherwise);

/* a length or a count: 0 or more, `otherwise` when the event has none */
int64_t event_count(struct event *event, const char *key, int64_t otherwise);

/* a share, 0 to 1: whether the event has it */
bool event_share(struct event *event, const char *key, double *value);

/* Adds a line to the transcript, where one is wanted (spoken.c). */
void spoken(struct store *store, const struct call *call, struct event *event);

#endif
