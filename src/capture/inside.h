/*
 * The inside of a call, for the files that make it up: call.c (its beginning
 * and end), command.c (the pipeline), media.c (sound both ways), talk.c (events both ways), parting.c
 * (how it ends).
 */
#ifndef CAPTURE_INSIDE_H
#define CAPTURE_INSIDE_H

#include "src/capture/call.h"
#include "src/capture/echo.h"
#include "src/capture/hear.h"
#include "src/capture/lines.h"
#include "src/capture/pipeline.h"
#include "src/capture/play.h"
#include "src/capture/record.h"
#include "src/capture/route.h"
#include "src/capture/trace.h"

enum phase {
	CALL_UP,      /* both sides talk */
	CALL_PARTING, /* what is left to be said is played out */
	CALL_LEAVING, /* the far end was told */
	CALL_OVER,    /* the far end is gone; the pipeline finishes */
};

enum {
	FAREWELL_MS = 10000, /* to play out what is left to be said */
	LEAVE_MS = 2000,     /* for the far end to go when it was told */
	SOUND_MS = 500,      /* for the pipeline to see the end of its input */
	KILL_MS = 1000,      /* after SIGTERM */
	STUCK_MS = 2000,     /* for the stream to be read */
	IDLE_MS = 100, /* between looks at those, when there is no sound */
	SETTINGS = 9,  /* NAME=value for the pipeline, and NULL */
};

/* whom an event of ours is for, besides the stream */
enum { TO_STREAM = 0, TO_DIALOG = 1, TO_ASR = 2 };

struct call {
	const struct call_config *config;
	const struct capture_transport *via;
	const struct url *url;
	struct transport *transport;
	struct call_facts facts;
	struct sv_loop *loop;
	struct sv_timer tick;
	enum phase phase;
	int64_t start_ms; /* monotonic */

	struct pipeline pipeline;
	volatile int *group;
	char *settings[SETTINGS];
	struct lines stream, dialog, asr;
	struct route route;

	struct hear hear;
	struct play play;
	struct echo *echo;
	struct record *record;
	struct trace *trace;
	bool told_excess, told_lost;
	bool hush; /* the sound that was made before this is not wanted */
	int64_t stuck_ms; /* since when the stream is read too slowly, or 0 */

	/* how it ends */
	enum call_ending ending;
	char *target, *why, *outcome, *brief; /* for who takes over */
	const char *reason, *by;              /* call.end's */
	int64_t left;     /* samples of the pipeline's to be played yet */
	int64_t since_ms; /* when this phase began */
	int64_t ended_ms; /* when the pipeline was told; 0: it was not */
	int killed;       /* the last signal it got */
	char *end_line;   /* call.end, for the stream when all is done */
};

/* --- command.c --- */

/* what it finds in its environment: call->settings */
void command_settings(struct call *call);

/* Starts it, and watches what it writes. 0, EX_UNAVAILABLE, EX_OSERR. */
int command_start(struct call *call);

/* When it has ended: what it wrote last, and nobody but a trace wants. */
void command_last_words(struct call *call);

/* its events, some at a time */
void command_events(struct call *call);

/* from now on they are read */
void command_watch_events(struct call *call);

/* --- media.c --- */

void media_open(struct call *call);

/* The recording has begun. */
void media_record(struct call *call);

/* No more will be heard: the clock is brought up to now, so that a call is as
 * long as it was, and its recording as long as the call. */
void media_end(struct call *call);

/* sends what is due, and sets the time of the next look */
int media_run(struct call *call);

/* the sound out of the pipeline can be read */
int media_sound(void *arg, short revents);

/* the pipeline's stdin takes sound again */
int media_room(void *arg, short revents);

/* --- talk.c --- */

/* Writes an event of our own; fields are taken. */
void talk_tell(struct call *call, const char *type, json_t *fields,
               unsigned whom);

/* An error event, its reason being sv_why(). */
void talk_error(struct call *call, int code, const char *source);

/* the line of call.end, kept in call->end_line, told to the pipeline */
void talk_end(struct call *call);

/* route's hooks */
void talk_obey(void *arg, const struct sv_event *event);
int talk_bad(void *arg, json_t *fields);

/* --- parting.c --- */

/* The call is to end so: nothing changes when it is ending already. */
void part(struct call *call, enum call_ending ending, const char *reason,
          const char *by);

/* part() with an error event: reason is sv_why() */
void part_failed(struct call *call, int code);

/* all that was to be said was said */
void part_leave(struct call *call);

/* the far end is gone */
void part_over(struct call *call, const char *reason);

/* looks at the deadlines of all phases */
void part_watch(struct call *call);

/* the pipeline's sound or events or process are at their end */
void part_pipeline_ends(struct call *call);

#endif
