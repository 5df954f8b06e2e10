/* openai-heard.c: what a realtime session tells of the utterances */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"

#include "src/asr/openai-live.h"
#include "src/asr/openai-session.h"

/* --- whose it is --- */

static bool waits(const struct openai_utterance *utterance,
                  const struct openai_session *session)
{
	return utterance->session == session && !utterance->done;
}

bool openai_session_idle(const struct openai_session *session)
{
	const struct openai_utterance *utterance = session->asr->first;

	while (utterance && !waits(utterance, session))
		utterance = utterance->next;
	return !utterance;
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

/* Said once more, or late: it is no other utterance's. */
static bool is_over(const struct openai_session *session, const char *item)
{
	return session->over && !strcmp(session->over, item);
}

static void item_over(struct openai_session *session, const char *item)
{
	free(session->over);
	session->over = sv_strdup(item);
}

/* The utterance that an item is. One that was not heard of is the earliest
 * without an item: items are made in the order of the sound. */
static struct openai_utterance *of_item(const struct openai_session *session,
                                        const char *item)
{
	struct openai_utterance *utterance = by_item(session, item);

	if (utterance || is_over(session, item))
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

	if (!utterance && !is_over(session, event->item)) {
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

void openai_session_fail(struct openai_session *session, int rc)
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

void openai_session_over(struct openai_session *session, int rc, int retry_ms)
{
	openai_session_fail(session, rc);
	openai_broken(session->asr, rc, retry_ms);
}

/* It is replaced as if we had seen its age ourselves. */
static void expire(struct openai_session *session)
{
	openai_session_fail(session, EX_UNAVAILABLE);
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
	else if (openai_event_fatal(event->code) ||
	         session->state == OPENAI_OPENING)
		openai_session_over(session, rc, error.wait_ms);
	else if (of)
		openai_done(of, rc, NULL);
	else
		sv_warn("%s", sv_why());
}

void openai_session_hear(struct openai_session *session,
                         const struct openai_event *event)
{
	struct openai_utterance *utterance = NULL;
	struct sv_openai_error error;

	if (event->kind == OPENAI_UPDATED && session->state == OPENAI_OPENING)
		session->state = OPENAI_READY;
	else if (event->kind == OPENAI_COMMITTED)
		committed(session, event);
	else if (event->kind == OPENAI_ERROR)
		complain(session, event);
	else if (*event->item && event->kind != OPENAI_OTHER)
		utterance = of_item(session, event->item);
	if (!utterance || utterance->done)
		return;
	if (event->kind == OPENAI_DELTA) {
		sv_buf_puts(&utterance->text, event->text);
		return;
	}
	item_over(session, event->item);
	if (event->kind == OPENAI_COMPLETED)
		completed(utterance, event);
	else
		openai_done(utterance,
		            sv_openai_complaint(&session->asr->model->openai,
		                                event->error, NULL, &error),
		            NULL);
}
