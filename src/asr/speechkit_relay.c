/*
 * speechkit_relay.c: session after session, so that none is cut by the service
 *
 * A session is opened before anybody speaks, kept open with silence in the
 * pauses, and followed by the next one well before the service would end it:
 * between utterances where that can be, else in the middle of one, the last
 * moments of which both hear (speechkit_words.h).
 *
 * An utterance's sound is kept until its text is there. When the service ends a
 * session that was working, another one is told all of it again; when it cannot
 * be reached, or refuses, that is for the next engine.
 */
#include "src/asr/speechkit_relay.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"

enum {
	TICK_MS = 1000,
	/* of nothing sent, after which silence is told; 5 s end a session */
	PAUSE_MS = 2000,
	/* in mid-utterance, when the line itself stands still */
	STALL_MS = 4000,
	STALL_SILENCE_MS = 20,

	OVERLAP_MS = 2000, /* heard by both sessions in a change-over */
	SOON = 750,        /* per mille used: change over when it is easy */
	NOW = 1000,        /* change over at any cost */
	REPLAYS = 2,       /* before a result, by further sessions */
};

static int64_t ms_of(const struct asr *asr, size_t samples)
{
	return sv_samples_ms((int64_t)samples, asr->rate_hz);
}

/* Has the owner told, from the loop and with nothing of ours on the stack: it
 * may close us. */
static void ring(struct asr *asr)
{
	if (!asr->bell.armed)
		sv_loop_arm(asr->place.loop, &asr->bell, sv_now_ms());
}

static int on_bell(void *arg)
{
	struct asr *asr = arg;

	asr->place.notice(asr->place.arg);
	return 0;
}

static void fail(struct asr *asr, int code)
{
	if (asr->failed)
		return;
	asr->failed = code;
	asr->why = sv_strdup(sv_why());
	ring(asr);
}

int relay_failure(const struct asr *asr)
{
	return sv_fail(asr->failed, "%s", asr->why);
}

/* Waits for what may still come, no longer than for that. */
void relay_await(struct asr *asr)
{
	int64_t due_ms = sk_text_due(&asr->text);

	if (due_ms)
		sv_loop_arm(asr->place.loop, &asr->settle, due_ms);
	else
		sv_loop_disarm(asr->place.loop, &asr->settle);
}

static int on_settle(void *arg)
{
	struct asr *asr = arg;

	sk_text_settle(&asr->text, sv_now_ms());
	relay_await(asr);
	if (sk_text_ready(&asr->text))
		ring(asr);
	return 0;
}

/* --- sessions --- */

static void on_answer(void *arg, struct sk_session *session,
                      const Sk__StreamingResponse *response)
{
	struct asr *asr = arg;

	if (sk_text_take(&asr->text, session->id, response, sv_now_ms()))
		ring(asr);
	relay_await(asr);
}

static void on_session_done(void *arg, struct sk_session *session,
                            const struct sv_grpc_status *status);

/* a new session, or NULL when it cannot be opened: then we have failed */
static struct sk_session *open_session(struct asr *asr)
{
	const struct sk_opening opening = {
		.channel = asr->channel,
		.model = asr->model,
		.call = asr->place.call,
		.language = asr->language,
		.rate_hz = asr->rate_hz,
	};
	struct sk_session *session = sv_alloc(sizeof *session);
	int rc;

	session->id = ++asr->last_id;
	session->answer = on_answer;
	session->done = on_session_done;
	session->arg = asr;
	rc = sk_session_open(session, &opening);
	if (rc) {
		sk_session_free(session);
		fail(asr, rc);
		return NULL;
	}
	session->next = asr->sessions;
	asr->sessions = session;
	return session;
}

/* What was sent to a session that has never answered costs nothing. */
static void count(struct asr *asr, struct sk_session *session)
{
	if (!session->worked)
		return;
	asr->seconds += session->seconds;
	session->seconds = 0;
}

static void forget_session(struct asr *asr, struct sk_session *session)
{
	struct sk_session **at = &asr->sessions;

	while (*at != session)
		at = &(*at)->next;
	*at = session->next;
	count(asr, session);
	if (asr->now == session)
		asr->now = NULL;
	if (asr->next == session)
		asr->next = NULL;
	sk_session_free(session);
}

/* A session that what is said now goes to: the one opened ahead, else a new
 * one. */
static void take_session(struct asr *asr)
{
	asr->now = asr->next ? asr->next : open_session(asr);
	asr->next = NULL;
}

/* no more for this session; what it has heard is still to come */
void relay_retire(struct asr *asr)
{
	if (asr->now)
		sk_session_end(asr->now);
	asr->now = NULL;
}

/* Has a session hear what is there of an utterance, from at_ms of it on. */
void relay_tell(struct asr *asr, struct sk_session *session,
                struct sk_utterance *utterance, int64_t at_ms)
{
	const size_t size = sizeof(int16_t);
	const size_t from = (size_t)sv_samples(at_ms, asr->rate_hz);
	const size_t n = utterance->audio.len / size;

	sk_utterance_hear(utterance, session->id, sk_session_ms(session),
	                  at_ms);
	if (from < n) {
		int16_t *copy = sv_calloc(n - from, size);

		memcpy(copy, utterance->audio.data + from * size,
		       (n - from) * size);
		sk_session_sound(session, copy, n - from);
		free(copy);
	}
	if (!utterance->finished)
		return;
	sk_utterance_cut(utterance, session->id, sk_session_ms(session));
	sk_session_eou(session);
}

/* Has a new session hear what none hears. It is the one to go on with if there
 * is none, or if what is said now is among that. */
static void replay(struct asr *asr)
{
	struct sk_utterance *last = asr->text.last;
	bool goes_on = !asr->now || (asr->speaking && last->unheard_ms >= 0);
	struct sk_session *session = open_session(asr);
	struct sk_utterance *utterance = asr->text.first;

	if (!session)
		return;
	for (; utterance; utterance = utterance->next)
		if (utterance->unheard_ms >= 0)
			relay_tell(asr, session, utterance,
			           utterance->unheard_ms);
	if (!goes_on) {
		sk_session_end(session);
		return;
	}
	relay_retire(asr);
	asr->now = session;
}

/* a quarter of a session at most */
static int64_t overlap_ms(const struct asr *asr)
{
	const size_t bytes = (size_t)asr->model->session_bytes;
	int64_t most_ms = ms_of(asr, bytes / sizeof(int16_t)) / 4;

	if (most_ms > asr->model->session_ms / 4)
		most_ms = asr->model->session_ms / 4;
	return most_ms < OVERLAP_MS ? most_ms : OVERLAP_MS;
}

/* In mid-utterance: the new session hears the last moments again, and the old
 * one is told that there is no more. */
static void change_over(struct asr *asr)
{
	struct sk_utterance *utterance = asr->text.last;
	struct sk_session *old = asr->now;
	int64_t heard_ms = ms_of(asr, utterance->audio.len / sizeof(int16_t));
	int64_t back_ms = overlap_ms(asr);

	if (back_ms > heard_ms)
		back_ms = heard_ms;
	sk_utterance_cut(utterance, old->id, sk_session_ms(old));
	relay_retire(asr);
	take_session(asr);
	if (asr->now)
		relay_tell(asr, asr->now, utterance, heard_ms - back_ms);
}

/* Sees that a session stands where there will be need of one. */
void relay_look_ahead(struct asr *asr)
{
	int64_t used;

	if (asr->failed)
		return;
	if (!asr->now && !asr->speaking) {
		take_session(asr);
		return;
	}
	used = asr->now ? sk_session_used(asr->now, asr->model) : 0;
	if (used >= NOW && asr->speaking)
		change_over(asr);
	else if (used >= SOON && asr->speaking && !asr->next)
		asr->next = open_session(asr);
	else if (used >= SOON && !asr->speaking) {
		relay_retire(asr);
		take_session(asr);
	}
}

static void keep_open(struct asr *asr, struct sk_session *session)
{
	bool speaking = asr->speaking && session == asr->now;
	int64_t quiet_ms = sv_now_ms() - session->sent_ms;

	if (session->ended)
		return;
	if (speaking && quiet_ms >= STALL_MS)
		sk_session_silence(session, STALL_SILENCE_MS);
	else if (!speaking && quiet_ms >= PAUSE_MS)
		sk_session_silence(session, quiet_ms);
}

static int on_tick(void *arg)
{
	struct asr *asr = arg;
	struct sk_session *session;

	relay_look_ahead(asr);
	for (session = asr->sessions; session; session = session->next)
		keep_open(asr, session);
	if (!asr->failed)
		sv_loop_arm(asr->place.loop, &asr->tick, sv_now_ms() + TICK_MS);
	return 0;
}

/* A session was lost in a pause: another one, at most one each second. */
static void look_ahead_soon(struct asr *asr, int64_t opened_ms)
{
	int64_t now_ms = sv_now_ms();
	int64_t due_ms = opened_ms + TICK_MS;

	sv_loop_arm(asr->place.loop, &asr->tick,
	            due_ms > now_ms ? due_ms : now_ms);
}

/* Whether the service has ended a session as it may, so that another one will
 * do: its statuses for that are written nowhere. */
static bool may_end_so(enum sv_grpc_code code)
{
	switch (code) {
	case SV_GRPC_OK:
	case SV_GRPC_CANCELLED:
	case SV_GRPC_DEADLINE_EXCEEDED:
	case SV_GRPC_RESOURCE_EXHAUSTED:
	case SV_GRPC_ABORTED:
	case SV_GRPC_OUT_OF_RANGE:
		return true;
	default:
		return false;
	}
}

/* whether another session is worth a try */
static bool worth_it(struct asr *asr, const struct sk_session *session,
                     const struct sv_grpc_status *status, bool lost)
{
	if (status->code == SV_GRPC_UNAUTHENTICATED && !asr->refreshed) {
		asr->refreshed = true; /* a token may have been renewed */
		return true;
	}
	if (!session->worked)
		return false;
	/* a connection is lost in a pause: nobody has noticed yet */
	if (status->code == SV_GRPC_UNAVAILABLE && !lost)
		return true;
	return may_end_so(status->code) && (!lost || asr->replays++ < REPLAYS);
}

static void on_session_done(void *arg, struct sk_session *session,
                            const struct sv_grpc_status *status)
{
	struct asr *asr = arg;
	/* one that we have not ended may say that all is well, and leave out
	 * what it owes */
	bool well =
		session->ended && status->code == SV_GRPC_OK && !status->exit;
	bool lost = sk_text_end(&asr->text, session->id, well);
	bool needed = session == asr->now || session == asr->next;
	bool again = worth_it(asr, session, status, lost);
	int64_t opened_ms = session->worked ? session->opened_ms : 0;

	if ((needed || lost) && !again) {
		asr->retry_ms = session->retry_ms;
		fail(asr, sk_fail(status, session->uuid));
	} else if (needed || lost)
		sv_info("speechkit: session %s: %s: opening another",
		        session->uuid, sv_grpc_code_name(status->code));
	forget_session(asr, session);
	if (lost && !asr->failed)
		replay(asr);
	else if (needed && !asr->failed)
		look_ahead_soon(asr, opened_ms);
	relay_await(asr);
	if (sk_text_ready(&asr->text))
		ring(asr);
}

int relay_start(struct asr *asr)
{
	int rc;

	asr->tick = (struct sv_timer){ .fire = on_tick, .arg = asr };
	asr->bell = (struct sv_timer){ .fire = on_bell, .arg = asr };
	asr->settle = (struct sv_timer){ .fire = on_settle, .arg = asr };
	rc = sv_grpc_new(&asr->channel, asr->place.loop, &asr->model->service);
	if (rc)
		return rc;
	sv_grpc_warm(asr->channel);
	on_tick(asr);
	return asr->failed ? relay_failure(asr) : 0;
}

void relay_stop(struct asr *asr)
{
	sv_loop_disarm(asr->place.loop, &asr->tick);
	sv_loop_disarm(asr->place.loop, &asr->bell);
	sv_loop_disarm(asr->place.loop, &asr->settle);
	while (asr->sessions)
		forget_session(asr, asr->sessions);
	if (asr->channel)
		sv_grpc_free(asr->channel);
}

double relay_spent(struct asr *asr)
{
	double seconds;

	for (struct sk_session *one = asr->sessions; one; one = one->next)
		count(asr, one);
	seconds = asr->seconds;
	asr->seconds = 0;
	return seconds;
}
