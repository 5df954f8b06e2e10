/*
 * Calls and their events: reads the stream, keeps a conversation per call,
 * and knows who has the floor. In a live call (SV_CALL_FDS=1) what sv-tts
 * reports says when a prompt was played, and timers run; elsewhere each
 * utterance is simply answered.
 */
#ifndef DIALOG_LIVE_H
#define DIALOG_LIVE_H

#include "lib/event.h"
#include "lib/loop.h"

#include "src/dialog/conversation.h"
#include "src/dialog/mind.h"

enum { SAYS_MAX = 16, CALLS_MAX = 4096, OVER_MAX = 1024 };

/* a prompt on its way to the caller's ear */
struct say {
	char id[SAY_ID];
	bool interruptible;
	bool started;
	bool filler; /* said while an answer is worked out */
	size_t len;  /* of its text */
	char *text;  /* as it is spoken, where that is known */
};

/* what a call waits for; each has its time (wait.c) */
enum wait {
	WAIT_NOTHING,
	WAIT_SILENCE, /* the caller's answer */
	WAIT_SPEECH,  /* the end of their speech */
	WAIT_RESULT,  /* its recognition */
	WAIT_MODEL,   /* a model's answer */
	WAIT_SAYS,    /* the end of ours */
	WAIT_KEYS     /* the next key */
};

struct call {
	struct call *next;
	struct live *live;
	struct conversation *conversation;
	struct thinking *thinking; /* NULL without a model */
	struct say says[SAYS_MAX]; /* not yet heard to the end, in order */
	size_t n_says;
	bool speaking;  /* the caller, by vad.* */
	bool pending;   /* speech whose asr.final is still due */
	bool paused;    /* the first of says */
	bool cancelled; /* for the speech going on */
	bool filled;    /* likewise: a filler was said */
	char *over; /* the text of ours that the caller speaks over, or NULL */
	char *held; /* said over a prompt that may not be interrupted */
	double held_confidence;
	char today[11];
	enum wait wait;
	bool moved;       /* something happened: the wait begins anew */
	int64_t event_ms; /* monotonic: when t was last told */
	struct sv_timer timer;
	int64_t due_t; /* instead of it, by the call's clock; -1: none */
};

struct live {
	const struct scenario *scenario;
	const struct dialog_engine *type;
	struct engine *engine;
	struct mind *mind;  /* NULL: rules alone */
	const char *folder; /* of checkpoints, or NULL */
	bool by_call;       /* time is what the events' t says */
	bool timed;         /* the call is live: prompts are played, and silence
	                     * lasts */
	struct sv_loop *loop; /* of a live call, by the wall clock */
	struct sv_events *in;
	struct sv_events *line; /* fd 4 */
	struct call *calls;
	size_t n_calls;
	char (*over)[SV_CALL_MAX + 1]; /* a ring of calls that have ended */
	size_t n_over;
};

/* Runs until the events end. 0, SV_GONE or a code. */
int live_run(struct live *live);

/* call.c: calls come and go */

/* The call, begun or resumed if need be; *call is NULL when it is over or
 * does not begin with such an event. event may be NULL: SV_CALL_ID's. */
int call_find(struct live *live, const struct sv_event *event,
              struct call **call);

/* call.start: call_find() has begun the conversation; perhaps a word came
 * first, and now the number of the caller is known. */
int call_started(struct call *call, const struct sv_event *event);

/* Sends what the conversation has to send. turn as in post_send(). */
int call_post(struct call *call, bool turn);

/* After the last word: out of the call. */
int call_part(struct call *call);

/* It is over, from the line's side. Frees it, unless it fails. */
int call_end(struct call *call);

/* frees it, and keeps in mind that it is over */
void call_forget(struct call *call);

/* floor.c: who speaks; each handles one type of event */
int floor_vad_start(struct call *call, const struct sv_event *event);
int floor_vad_end(struct call *call, const struct sv_event *event);
int floor_partial(struct call *call, const struct sv_event *event);
int floor_final(struct call *call, const struct sv_event *event);
int floor_key(struct call *call, const struct sv_event *event);
int floor_started(struct call *call, const struct sv_event *event);
int floor_played(struct call *call, const struct sv_event *event);

/* takes note of the prompts in the outbox */
void floor_note(struct call *call);

/* the first n of says are over */
void floor_forget(struct call *call, size_t n);

/* lets a paused prompt go on */
int floor_resume(struct call *call);

/* The prompt that is played now, or in a live call about to be; or NULL. */
struct say *floor_front(struct call *call);

/* Cuts all prompts that may be, the last first: so that none of them begins
 * between two of these events. */
int floor_cancel(struct call *call);

/* what was heard, text lent */
struct hearing floor_hear(const struct call *call, const char *text,
                          double confidence);

/* a turn with it, sent */
int floor_answer(struct call *call, const struct hearing *hearing);

/* keys.c: what was keyed so far is the answer */
int floor_keyed(struct call *call);

/* wait.c: after each event, sees what the call now waits for. */
int wait_update(struct call *call);

/* By the call's clock: what was due until t happens, each at its time. */
int wait_until(struct call *call, int64_t t);

#endif
