/* wait.c: how long a call waits for what */
#include "lib/clock.h"

#include "src/dialog/live.h"

enum {
	SPEECH_MS = 60000, /* sv-asr ends an utterance long before */
	RESULT_MS = 5000,
	MODEL_MS = 60000, /* it has budgets of its own */
	KEYS_MS = 3000,
	/* what sv-tts takes to begin, and a slow voice's time for a letter:
	 * past this its report is not waited for any longer */
	SAY_BEGIN_MS = 4000,
	SAY_LETTER_MS = 120
};

static enum wait waits_for(const struct call *call)
{
	if (call->speaking)
		return WAIT_SPEECH;
	if (call->pending)
		return WAIT_RESULT;
	if (thinking_busy(call->thinking))
		return WAIT_MODEL;
	if (call->n_says)
		return WAIT_SAYS;
	if (call->conversation->ended)
		return WAIT_NOTHING;
	return call->conversation->keys[0] ? WAIT_KEYS : WAIT_SILENCE;
}

/* A filler is due when the answer takes long, and nothing else is said. */
static bool filler_due(const struct call *call)
{
	const struct filler *filler = &call->live->scenario->filler;

	return filler->say.n && filler->after_ms < RESULT_MS && !call->filled &&
	       !call->n_says && !call->conversation->ended;
}

static int64_t result_ms(const struct call *call)
{
	int64_t after_ms = call->live->scenario->filler.after_ms;

	if (filler_due(call))
		return after_ms;
	return call->filled ? RESULT_MS - after_ms : RESULT_MS;
}

static int64_t time_for(const struct call *call, enum wait wait)
{
	const struct conversation *conversation = call->conversation;
	int64_t ms = SAY_BEGIN_MS;
	size_t i;

	switch (wait) {
	case WAIT_SPEECH:
		return SPEECH_MS;
	case WAIT_RESULT:
		return result_ms(call);
	case WAIT_MODEL:
		return filler_due(call) ? call->live->scenario->filler.after_ms
		                        : MODEL_MS;
	case WAIT_KEYS:
		return KEYS_MS;
	case WAIT_SAYS:
		for (i = 0; i < call->n_says; i++)
			ms += (int64_t)call->says[i].len * SAY_LETTER_MS;
		return ms;
	default:
		return conversation->scenario->states[conversation->state]
		        .no_input.after_ms;
	}
}

static int silence(struct call *call)
{
	conversation_silence(call->conversation);
	return call_post(call, true);
}

static int fill(struct call *call)
{
	call->filled = true;
	conversation_say(call->conversation, &call->live->scenario->filler.say);
	return call_post(call, false);
}

static int run_out(struct call *call)
{
	switch (call->wait) {
	case WAIT_SPEECH:
		call->speaking = false;
		return floor_resume(call);
	case WAIT_RESULT:
		if (filler_due(call))
			return fill(call);
		call->pending = false;
		return floor_resume(call);
	case WAIT_MODEL:
		return filler_due(call) ? fill(call) : 0;
	case WAIT_SAYS:
		floor_forget(call, call->n_says);
		call->paused = false;
		return 0;
	case WAIT_KEYS:
		return floor_keyed(call);
	default:
		return silence(call);
	}
}

/* The media clock stands still between events: it is carried on by ours. */
static void carry_on(struct call *call)
{
	int64_t now = sv_now_ms();

	call->conversation->t += now - call->event_ms;
	call->event_ms = now;
}

static int fire(void *arg)
{
	struct call *call = arg;
	int rc;

	carry_on(call);
	call->moved = true;
	rc = run_out(call);
	return rc ? rc : wait_update(call);
}

int wait_until(struct call *call, int64_t t)
{
	int rc = 0;

	while (!rc && call->due_t >= 0 && call->due_t <= t) {
		call->conversation->t = call->due_t;
		call->due_t = -1;
		call->moved = true;
		rc = run_out(call);
		if (!rc)
			rc = wait_update(call);
	}
	return rc;
}

static void disarm(struct call *call)
{
	call->due_t = -1;
	if (call->live->loop)
		sv_loop_disarm(call->live->loop, &call->timer);
}

static void arm(struct call *call, int64_t ms)
{
	call->timer.fire = fire;
	call->timer.arg = call;
	call->due_t = call->conversation->t + ms;
	if (call->live->loop)
		sv_loop_arm(call->live->loop, &call->timer, sv_now_ms() + ms);
}

int wait_update(struct call *call)
{
	enum wait wait = waits_for(call);

	if (!call->live->timed)
		return 0;
	if (wait == call->wait && !call->moved)
		return 0;
	call->wait = wait;
	call->moved = false;
	if (wait == WAIT_NOTHING) {
		disarm(call);
		return call->conversation->parting == PART_DONE
		               ? 0
		               : call_part(call);
	}
	arm(call, time_for(call, wait));
	return 0;
}
