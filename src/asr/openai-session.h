/*
 * A realtime session and the utterances it was given: openai-session.c opens,
 * replaces and closes it, openai-heard.c has what it tells.
 */
#ifndef ASR_OPENAI_SESSION_H
#define ASR_OPENAI_SESSION_H

#include "lib/ws.h"

#include "src/asr/openai-event.h"
#include "src/asr/openai.h"

struct openai_session {
	struct asr *asr;
	struct openai_session *older;
	struct sv_ws *ws;

	enum { OPENAI_OPENING, OPENAI_READY, OPENAI_OVER } state;

	bool leaving; /* we have said goodbye */
	bool expired; /* the service says so */
	int64_t since_ms;
	char *told; /* what was last said of the transcription */
	char *over; /* the item whose words were told last */
};

/* whether it owes nobody anything */
bool openai_session_idle(const struct openai_session *session);

/* It has no words for what it was given: sv_why() says why. */
void openai_session_fail(struct openai_session *session, int rc);

/* The same, and the recogniser is of no use any more. */
void openai_session_over(struct openai_session *session, int rc, int retry_ms);

/* what an event says */
void openai_session_hear(struct openai_session *session,
                         const struct openai_event *event);

#endif
