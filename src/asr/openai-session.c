/*
 * openai-session.c: realtime transcription, a WebSocket for the whole call
 *
 * Our own endpointing ends utterances: the service's turn_detection is off,
 * and each utterance is committed. What it then calls an item is told by
 * `committed`, and by deltas that come before that. A session is replaced
 * between utterances before the service ends it; the old one is closed when
 * it has told all it was asked.
 */
#include "src/asr/openai-session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"
#include "lib/ws.h"

#include "src/asr/openai-event.h"
#include "src/asr/openai-live.h"
#include "src/asr/openai.h"

enum {
	MESSAGE_MAX = 1 << 20,
	YOUNG_MS =
		1000, /* a session that ends so soon is not replaced at once */
};

static int on_message(void *arg, bool text, const char *data, size_t len);
static void on_closed(void *arg, int code);

/* --- what we send --- */

static void send_json(struct openai_session *session, json_t *event)
{
	char *text = event ? json_dumps(event, JSON_COMPACT) : NULL;

	if (text)
		sv_ws_send(session->ws, true, text, strlen(text));
	free(text);
	json_decref(event);
}

/* Language, prompt and keywords, where they are not what was said last. */
static void tell(struct openai_session *session)
{
	json_t *update = openai_live_update(session->asr);
	char *text = json_dumps(update, JSON_COMPACT | JSON_SORT_KEYS);

	if (session->told && text && !strcmp(session->told, text)) {
		json_decref(update);
		free(text);
		return;
	}
	free(session->told);
	session->told = text;
	send_json(session, update);
}

static int session_new(struct asr *asr)
{
	const struct sv_openai *openai = &asr->model->openai;
	struct openai_session *session = sv_alloc(sizeof *session);
	const char *headers[SV_OPENAI_HEADERS];
	struct sv_ws_setup setup = {
		.service = &openai->service,
		.path = "/realtime?intent=transcription",
		.headers = headers,
		.secret_header = openai->authorization,
		.most = MESSAGE_MAX,
		.message = on_message,
		.closed = on_closed,
		.arg = session,
	};
	int rc;

	session->asr = asr;
	session->since_ms = sv_now_ms();
	sv_openai_headers(openai, headers, NULL, NULL);
	rc = sv_ws_open(&session->ws, asr->place->loop, &setup);
	if (rc) {
		free(session);
		return rc;
	}
	session->older = asr->session;
	asr->session = session;
	sv_loop_arm(asr->place->loop, &asr->roll,
	            session->since_ms + asr->model->session_ms);
	tell(session);
	return 0;
}

static void session_free(struct openai_session *session)
{
	sv_ws_free(session->ws);
	free(session->told);
	free(session->over);
	free(session);
}

/* --- what comes --- */

static int on_message(void *arg, bool text, const char *data, size_t len)
{
	struct openai_session *session = arg;
	struct openai_event event;

	if (!text || openai_event_read(&event, data, len)) {
		sv_warn("openai: a message that is no event is left out");
		return 0;
	}
	openai_session_hear(session, &event);
	openai_event_release(&event);
	openai_notice(session->asr);
	return 0;
}

/* In silence a lost session is replaced, once it has been of use. */
static void on_closed(void *arg, int code)
{
	struct openai_session *session = arg;
	struct asr *asr = session->asr;
	bool was_ready = session->state == OPENAI_READY;
	bool missed = !openai_session_idle(session) || !was_ready;

	session->state = OPENAI_OVER;
	if (code == EX_NOPERM)
		sv_fail(code, "%s: check SV_OPENAI_API_KEY", sv_why());
	else if (!code)
		code = sv_fail(EX_UNAVAILABLE,
		               "openai: the service has closed the session");
	if (session == asr->session && missed)
		openai_session_over(session, code, 0);
	else
		openai_session_fail(session, code);
	openai_notice(asr);
}

/* --- the way --- */

/* Old sessions that have told all are closed, and those closed are freed;
 * a new one where the newest is gone, or too old. Called from the loop alone,
 * within no handler of a session's. */
static int tidy(struct asr *asr)
{
	struct openai_session **at = &asr->session->older;
	int64_t age = sv_now_ms() - asr->session->since_ms;

	while (*at) {
		struct openai_session *old = *at;

		if (old->state == OPENAI_OVER) {
			*at = old->older;
			session_free(old);
			continue;
		}
		if (openai_session_idle(old) && !old->leaving) {
			old->leaving = true;
			sv_ws_close(old->ws);
		}
		at = &old->older;
	}
	if (asr->rc || asr->open)
		return 0;
	if ((asr->session->state == OPENAI_OVER && age >= YOUNG_MS) ||
	    asr->session->expired || age >= asr->model->session_ms)
		return session_new(asr);
	return 0;
}

static void tidy_up(struct asr *asr)
{
	int rc = tidy(asr);

	if (rc)
		openai_broken(asr, rc, 0);
}

static int on_roll(void *arg)
{
	struct asr *asr = arg;

	tidy_up(asr);
	return 0;
}

static int live_open(struct asr *asr)
{
	asr->roll = (struct sv_timer){ .fire = on_roll, .arg = asr };
	return session_new(asr);
}

static void live_close(struct asr *asr)
{
	sv_loop_disarm(asr->place->loop, &asr->roll);
	while (asr->session) {
		struct openai_session *older = asr->session->older;

		session_free(asr->session);
		asr->session = older;
	}
	openai_live_release(asr);
}

static bool live_ready(const struct asr *asr)
{
	return asr->session->state == OPENAI_READY;
}

static int live_expect(struct asr *asr)
{
	if (asr->session->state != OPENAI_OVER)
		tell(asr->session);
	return 0;
}

static int live_begin(struct asr *asr, struct openai_utterance *utterance)
{
	if ((asr->session->state == OPENAI_OVER || asr->session->expired) &&
	    session_new(asr))
		return EX_UNAVAILABLE;
	utterance->session = asr->session;
	return openai_live_begin(asr);
}

static int live_feed(struct openai_utterance *utterance, const int16_t *samples,
                     size_t n)
{
	if (utterance->done) /* its session is gone: partial() has told */
		return utterance->rc
		               ? sv_fail(utterance->rc, "%s", utterance->why)
		               : 0;
	return openai_live_feed(utterance, utterance->session->ws, samples, n);
}

static int live_finish(struct openai_utterance *utterance)
{
	int rc = 0;

	if (!utterance->done)
		rc = openai_live_finish(utterance, utterance->session->ws);
	if (!rc)
		tidy_up(utterance->asr);
	return rc;
}

static void live_drop(struct openai_utterance *utterance)
{
	free(utterance->item);
}

static size_t live_waiting(const struct asr *asr)
{
	return openai_live_samples(asr, sv_ws_waiting(asr->session->ws));
}

const struct openai_way openai_session = {
	.open = live_open,
	.close = live_close,
	.ready = live_ready,
	.expect = live_expect,
	.begin = live_begin,
	.feed = live_feed,
	.finish = live_finish,
	.drop = live_drop,
	.tidy = tidy_up,
	.waiting = live_waiting,
};
