/*
 * openai-session.c: realtime transcription, a WebSocket for the whole call
 *
 * Our own endpointing ends utterances: the service's turn_detection is off,
 * and each utterance is committed. What it then calls an item is told by
 * `committed`, and by deltas that come before that. A session is replaced
 * between utterances before the service ends it; the old one is closed when
 * it has told all it was asked.
 */
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

struct openai_session {
	struct asr *asr;
	struct openai_session *older;
	struct sv_ws *ws;

	enum { OPENING, READY, OVER } state;

	bool leaving; /* we have said goodbye */
	bool expired; /* the service says so */
	int64_t since_ms;
	char *told; /* what was last said of the transcription */
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
	free(session);
}

/* --- utterances of a session --- */

static bool waits(const struct openai_utterance *utterance,
                  const struct openai_session *session)
{
	return utterance->session == session && !utterance->done;
}

static struct openai_utterance *first_waiting(const struct asr *asr,
                                              const struct openai_session *of)
{
	struct openai_utterance *utterance = asr->first;

	while (utterance && !waits(utterance, of))
		utterance = utterance->next;
	return utterance;
}

static struct openai_utterance *by_item(const struct openai_session *session,
                                        const char *item)
{
	struct openai_utterance *utterance = session->asr->first;

	while (utterance &&
	       !(utterance->session == session && utterance->item &&
	         !strcmp(utterance->item, item)))
		utterance = utterance->next;
	return utterance;
}

static void bind_item(struct openai_utterance *utterance, const char *item)
{
	free(utterance->item);
	utterance->item = sv_strdup(item);
}

/* The utterance that an item is. One that was not heard of is the earliest
 * without an item: items are made in the order of the sound. */
static struct openai_utterance *of_item(const struct openai_session *session,
                                        const char *item)
{
	struct openai_utterance *utterance = by_item(session, item);

	if (utterance)
		return utterance;
	utterance = session->asr->first;
	while (utterance && (utterance->item || !waits(utterance, session)))
		utterance = utterance->next;
	if (utterance)
		bind_item(utterance, item);
	return utterance;
}

/* behind the previous one, where that is known */
static void committed(const struct openai_session *session,
                      const struct openai_event *event)
{
	struct openai_utterance *utterance = by_item(session, event->item);

	if (!utterance) {
		utterance = *event->previous ? by_item(session, event->previous)
		                             : NULL;
		utterance = utterance ? utterance->next : session->asr->first;
		while (utterance &&
		       (utterance->committed || !waits(utterance, session)))
			utterance = utterance->next;
	}
	if (!utterance)
		return;
	bind_item(utterance, event->item);
	utterance->committed = true;
}

static void fail_all(struct openai_session *session, int rc)
{
	struct openai_utterance *utterance;

	for (utterance = session->asr->first; utterance;
	     utterance = utterance->next)
		if (waits(utterance, session))
			openai_done(utterance, rc, NULL);
}

/* --- what comes --- */

static int64_t length_ms(const struct openai_utterance *utterance)
{
	return sv_samples_ms((int64_t)utterance->n, utterance->asr->rate_hz);
}

static void completed(struct openai_utterance *utterance,
                      const struct openai_event *event)
{
	double confidence = openai_confidence(event->logprobs);
	json_t *fields = json_pack("{so}", "text", openai_text(event->text));

	if (confidence >= 0)
		json_object_set_new(fields, "confidence",
		                    json_real(confidence));
	openai_count(utterance->asr, event->usage, length_ms(utterance));
	openai_done(utterance, 0, fields);
}

/* "utterance-7" is the event_id of that one's commit */
static struct openai_utterance *by_commit(const struct openai_session *session,
                                          const char *id)
{
	struct openai_utterance *utterance = session->asr->first;
	char name[OPENAI_EVENT_ID];

	for (; utterance; utterance = utterance->next) {
		openai_live_id(utterance, name);
		if (waits(utterance, session) && !strcmp(name, id))
			return utterance;
	}
	return NULL;
}

static void over(struct openai_session *session, int rc, int retry_ms)
{
	fail_all(session, rc);
	openai_broken(session->asr, rc, retry_ms);
}

/* It is replaced as if we had seen its age ourselves. */
static void expire(struct openai_session *session)
{
	fail_all(session, EX_UNAVAILABLE);
	session->expired = true;
}

/* Most errors are about one event of ours; the session lives on. */
static void complain(struct openai_session *session,
                     const struct openai_event *event)
{
	struct asr *asr = session->asr;
	struct openai_utterance *of = by_commit(session, event->about);
	struct sv_openai_error error;
	int rc = sv_openai_complaint(&asr->model->openai, event->error,
	                             asr->model->session, &error);

	if (!strcmp(event->code, "input_audio_buffer_commit_empty") && of)
		openai_done(of, 0, json_pack("{ss}", "text", ""));
	else if (openai_event_harmless(event->code))
		sv_debug("%s", sv_why());
	else if (!strcmp(event->code, "session_expired"))
		expire(session);
	else if (openai_event_fatal(event->code) || session->state == OPENING)
		over(session, rc, error.wait_ms);
	else if (of)
		openai_done(of, rc, NULL);
	else
		sv_warn("%s", sv_why());
}

static void act(struct openai_session *session,
                const struct openai_event *event)
{
	struct openai_utterance *utterance = NULL;
	struct sv_openai_error error;

	if (event->kind == OPENAI_UPDATED && session->state == OPENING)
		session->state = READY;
	else if (event->kind == OPENAI_COMMITTED)
		committed(session, event);
	else if (event->kind == OPENAI_ERROR)
		complain(session, event);
	else if (*event->item && event->kind != OPENAI_OTHER)
		utterance = of_item(session, event->item);
	if (!utterance || utterance->done)
		return;
	if (event->kind == OPENAI_DELTA)
		sv_buf_puts(&utterance->text, event->text);
	else if (event->kind == OPENAI_COMPLETED)
		completed(utterance, event);
	else
		openai_done(utterance,
		            sv_openai_complaint(&session->asr->model->openai,
		                                event->error, NULL, &error),
		            NULL);
}

static int on_message(void *arg, bool text, const char *data, size_t len)
{
	struct openai_session *session = arg;
	struct openai_event event;

	if (!text || openai_event_read(&event, data, len)) {
		sv_warn("openai: a message that is no event is left out");
		return 0;
	}
	act(session, &event);
	openai_event_release(&event);
	openai_notice(session->asr);
	return 0;
}

/* In silence a lost session is replaced, once it has been of use. */
static void on_closed(void *arg, int code)
{
	struct openai_session *session = arg;
	struct asr *asr = session->asr;
	bool was_ready = session->state == READY;
	bool missed = first_waiting(asr, session) || !was_ready;

	session->state = OVER;
	if (code == EX_NOPERM)
		sv_fail(code, "%s: check SV_OPENAI_API_KEY", sv_why());
	else if (!code)
		code = sv_fail(EX_UNAVAILABLE,
		               "openai: the service has closed the session");
	if (session == asr->session && missed)
		over(session, code, 0);
	else
		fail_all(session, code);
	openai_notice(asr);
}

/* --- the way --- */

static bool idle(const struct asr *asr, const struct openai_session *session)
{
	return !first_waiting(asr, session);
}

/* Old sessions that have told all are closed, and those closed are freed;
 * a new one where the newest is gone, or too old. Called from the loop alone,
 * within no handler of a session's. */
static int tidy(struct asr *asr)
{
	struct openai_session **at = &asr->session->older;
	int64_t age = sv_now_ms() - asr->session->since_ms;

	while (*at) {
		struct openai_session *old = *at;

		if (old->state == OVER) {
			*at = old->older;
			session_free(old);
			continue;
		}
		if (idle(asr, old) && !old->leaving) {
			old->leaving = true;
			sv_ws_close(old->ws);
		}
		at = &old->older;
	}
	if (asr->rc || asr->open)
		return 0;
	if ((asr->session->state == OVER && age >= YOUNG_MS) ||
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
	return asr->session->state == READY;
}

static int live_expect(struct asr *asr)
{
	if (asr->session->state != OVER)
		tell(asr->session);
	return 0;
}

static int live_begin(struct asr *asr, struct openai_utterance *utterance)
{
	if ((asr->session->state == OVER || asr->session->expired) &&
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
