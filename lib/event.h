/*
 * NDJSON in and out, and the fields every event has: sv-events(7).
 *
 * A stage reads events from a source (stdin, a descriptor, a file) and writes
 * to the process's one event stream, which is stdout unless sv_event_to() has
 * said otherwise. What is passed on leaves as the bytes that came.
 */
#ifndef SV_EVENT_H
#define SV_EVENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	SV_EVENT_MAX = 1 << 20, /* bytes in a line, its newline included */
	SV_CALL_MAX = 64,       /* bytes in a call id */
};

/* No t or seq beyond this is believed (JSON's numbers are sure up to here), so
 * that what adds to them need not think of overflow. */
#define SV_EVENT_NUMBER_MAX (INT64_C(1) << 53)

/* One event as read. All of it is lent by the source until its next event. */
struct sv_event {
	const char *type;
	const char *call; /* "" when the event names none */
	int64_t t;        /* ms on the call's media clock; 0 when absent, less,
	                   * or more than SV_EVENT_NUMBER_MAX */
	json_t *json;     /* the whole object */
	const char *line; /* as it came, newline included (added if missing) */
	size_t len;
};

struct sv_events;

/* A source of events. fd stays the caller's; name stands in messages and in
 * the error events that replace bad lines ("stdin", a path). */
struct sv_events *sv_events_new(int fd, const char *name);

void sv_events_free(struct sv_events *events);

/* From now on bad() is called instead of writing that error event: sv_why() is
 * its reason, fields (its own now) its `line` and `source`. What it returns,
 * if not 0, becomes sv_events_code(). sv_events_pop() then gives 2 for such a
 * line. */
void sv_events_on_bad(struct sv_events *events,
                      int (*bad)(void *arg, json_t *fields), void *arg);

/* From now on tap() is shown the bytes that are read, as they come. */
void sv_events_tap(struct sv_events *events,
                   void (*tap)(void *arg, const void *data, size_t len),
                   void *arg);

/* The next event, waiting for it: 1, or 0 at the end, also when sv_stopping().
 * A line that is not an event has been replaced in our output by an `error`
 * event that names its number and the reason, and makes the exit code 65.
 * -1 when reading or that writing failed: hand sv_events_code() up. */
int sv_events_next(struct sv_events *events, struct sv_event *event);

/* For a poll loop: one read(2) of what is there. 1 when something came, 0 at
 * the end, -1 as above. Then sv_events_pop() until it gives 0 takes what is
 * complete (at the end, the last line without its newline too). */
int sv_events_fill(struct sv_events *events);
int sv_events_pop(struct sv_events *events, struct sv_event *event);

/* the code of the last -1, with sv_why() as it was; 0 otherwise */
int sv_events_code(const struct sv_events *events);

/* the number of the line last read, from 1 */
long sv_events_line(const struct sv_events *events);

/* where this process writes its events (1 from the start), and what it calls
 * itself in `stage` ("asr"; sv_start() sets it to the name after "sv-") */
void sv_event_to(int fd);
void sv_event_stage(const char *stage);

/* When the call began, in wall ms: from now on `time` is counted from there
 * by t, so that what is written does not depend on when it is. sv_start()
 * calls it with SV_CALL_TIME. Negative: by the wall clock, as at first. */
void sv_event_began(int64_t wall_ms);

/* Writes an event: fields (taken, NULL is a failure to be reported: it is
 * what json_pack() gives for bad UTF-8) with v, type, call, seq, t, time and
 * stage put before them. One write(2). call may be NULL or "". 0, SV_GONE,
 * EX_IOERR, EX_SOFTWARE. */
int sv_event_write(const char *call, int64_t t, const char *type,
                   json_t *fields);

/* The same line without writing it, yours to free(), for what goes into a
 * file or another stage; NULL with sv_why() set. */
char *sv_event_line(const char *call, int64_t t, const char *type,
                    json_t *fields);

/* Writes the event as it came. 0, SV_GONE, EX_IOERR. */
int sv_event_pass(const struct sv_event *event);

/* text as a field, new; repaired where it is not UTF-8: a sentence of fail.h
 * may name a path, or be cut short. */
json_t *sv_event_text(const char *text);

/* Writes an `error` event with reason = sv_why(), code and fields (taken; may
 * be NULL), and makes the exit code 65. For what is wrong with an input. */
int sv_event_error(const char *call, int64_t t, int code, json_t *fields);

/* The seq the next event of that call gets. Kept for the last 4096 calls;
 * a stage that resumes a call sets it so that (call, stage, seq) stays
 * unique. Events of our own stage that are read again (a stream fed twice)
 * raise it, too. */
int64_t sv_event_seq(const char *call);
void sv_event_set_seq(const char *call, int64_t seq);
void sv_event_seen(const struct sv_event *event);

/* The descriptors of a live call, see sv-pipelines(7): -1 unless
 * SV_CALL_FDS=1 is in the environment. */
enum { SV_FD_EVENTS = 3, SV_FD_DIALOG = 4, SV_FD_ASR = 5 };

int sv_call_fd(int fd);

#endif
