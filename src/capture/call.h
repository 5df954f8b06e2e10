/*
 * A call, from ring to hang-up, in a process of its own: the transport on one
 * side, the pipeline (COMMAND and its descriptors 0 to 5, sv-pipelines(7)) on
 * the other, and between them pacing, recording, echo guard and events.
 *
 * Its clock is the caller's samples. A gap in what the far end sends is filled
 * with silence, so that the clock keeps up with the wall and pauses are heard;
 * what comes too fast is dropped, and counted.
 */
#ifndef CAPTURE_CALL_H
#define CAPTURE_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"

#include "src/capture/transport.h"

/* what the command line says of every call */
struct call_config {
	char **command;        /* COMMAND and its arguments, ended by NULL */
	int rate_hz;           /* where the transport leaves it open */
	const char *language;  /* of the prompts, "ru" or "en" */
	const char *record;    /* folder for recordings; NULL: none */
	const char *record_as; /* "flac" or "opus" */
	const char *trace;     /* folder that keeps each pipe's bytes; NULL */
	const char *run;       /* folder of known calls, known.h */
	const char *fallback;  /* whom the caller reaches when we fail; NULL:
	                         * whom the dialplan names */
	int max_call_ms;       /* a call's length, 0: no limit */
	int grace_ms;          /* for the pipeline to finish after the end */
	int silence_ms;    /* without a frame from the far end: it is gone */
	int max_memory_mb; /* address space of each process of a call */
	bool echo_guard;
};

/*
 * Runs one call to its end: 0, or why it could not be had. Events go to
 * events_fd in whole lines, without ever blocking; the pipeline's process
 * group is written to *pipeline (memory shared with who must kill it when we
 * are killed ourselves), 0 when there is none. arrival's fd is taken, and
 * events_fd (-1: no events).
 */
int call_run(const struct call_config *config, const struct arrival *arrival,
             int events_fd, volatile int *pipeline);

/* --- for the transport --- */

struct sv_loop *call_loop(struct call *call);
const struct call_config *call_config(const struct call *call);

/* n samples of the caller's at facts.rate_hz, any number at a time */
int call_heard(struct call *call, const int16_t *samples, size_t n);

/* a key, '0' to '9', '*', '#', 'A' to 'D'; duration_ms 0 when unknown */
int call_heard_dtmf(struct call *call, char digit, int duration_ms);

/* An event of the transport's own (agi.reply ...) for the pipeline's fd 4 and
 * for the stream; fields are taken. */
int call_heard_event(struct call *call, const char *type, json_t *fields);

/* The far end is done, in good order or not ("hangup", "reset", "timeout",
 * "error": call.end's reason). No more is heard, and the transport watches
 * nothing any more. */
int call_heard_end(struct call *call, const char *reason);

/* ms since the call began, on its clock */
int64_t call_now_ms(const struct call *call);

#endif
