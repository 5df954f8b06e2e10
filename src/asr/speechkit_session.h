/*
 * One session of SpeechKit's: a stream of sound, and of answers about it. It
 * ends after five minutes or 10 MB, and before that when nothing is sent for
 * 5 s; what to do about that is who opened it to decide.
 */
#ifndef ASR_SPEECHKIT_SESSION_H
#define ASR_SPEECHKIT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/grpc.h"

#include "src/asr/speechkit.pb-c.h"
#include "src/asr/speechkit_model.h"

enum { SK_UUID_MAX = 40 };

struct sk_session {
	int id;
	int rate_hz;
	struct sv_grpc_call *call; /* NULL when it is over */
	int64_t samples;           /* sent, or told as silence: its clock */
	size_t bytes;              /* of sound */
	double seconds; /* of sound and silence, for its owner to count */
	int64_t opened_ms, sent_ms;
	int retry_ms; /* how long the service wants to be left alone; or 0 */
	bool worked;  /* it has answered */
	bool ended;   /* by us */
	char language[3];
	char uuid[SK_UUID_MAX]; /* the service's name of it */

	/* Set by who opens it. answer() is called from the loop; done() once,
	 * the last call, and frees the session. */
	void (*answer)(void *arg, struct sk_session *session,
	               const Sk__StreamingResponse *response);
	void (*done)(void *arg, struct sk_session *session,
	             const struct sv_grpc_status *status);
	void *arg;
	struct sk_session *next;
};

/* what a session is opened for */
struct sk_opening {
	struct sv_grpc *channel;
	const struct asr_model *model;
	const char *call;     /* its id, or NULL */
	const char *language; /* "ru" */
	int rate_hz;
};

/* Opens the session, which has its id and handlers. 0, EX_CONFIG. */
int sk_session_open(struct sk_session *session,
                    const struct sk_opening *opening);
void sk_session_free(struct sk_session *session); /* NULL is fine */

void sk_session_sound(struct sk_session *session, const int16_t *samples,
                      size_t n);
void sk_session_silence(struct sk_session *session, int64_t ms);

/* the utterance is over */
void sk_session_eou(struct sk_session *session);

/* No more is sent; what it was sent is finished. */
void sk_session_end(struct sk_session *session);

/* what it was sent, in ms */
int64_t sk_session_ms(const struct sk_session *session);

/* how much of what a session may be given is used, per mille */
int64_t sk_session_used(const struct sk_session *session,
                        const struct asr_model *model);

#endif
