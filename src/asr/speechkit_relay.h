/*
 * A recogniser of SpeechKit's, and the sessions it has: which one hears what is
 * said, when the next one takes over, and what is told again when one is lost.
 */
#ifndef ASR_SPEECHKIT_RELAY_H
#define ASR_SPEECHKIT_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/grpc.h"
#include "lib/loop.h"

#include "src/asr/engine.h"
#include "src/asr/speechkit_model.h"
#include "src/asr/speechkit_session.h"
#include "src/asr/speechkit_text.h"

struct asr {
	struct asr_model *model;
	struct asr_place place;
	struct sv_grpc *channel;
	struct sk_text text;
	char language[3];
	bool speaking; /* an utterance goes on */
	int rate_hz;

	struct sk_session *sessions; /* all of them */
	struct sk_session *now;      /* what is said goes there; or NULL */
	struct sk_session *next;     /* opened ahead, or NULL */
	int last_id;
	int replays;
	bool refreshed; /* the key was read again after it was refused */

	int retry_ms; /* as the service asks when it refuses; or 0 */
	int failed;   /* a code, and why */
	char *why;
	double seconds; /* sent to sessions that are over, and not told of */
	struct sv_timer tick, bell, settle;
};

/* Opens the first session; the rest of asr is set. 0 or a code. */
int relay_start(struct asr *asr);
void relay_stop(struct asr *asr);

/* Sees that a session stands where there will be need of one. */
void relay_look_ahead(struct asr *asr);

/* No more for the session there is; what it has heard is still to come. */
void relay_retire(struct asr *asr);

/* Has a session hear what is there of an utterance, from at_ms of it on. */
void relay_tell(struct asr *asr, struct sk_session *session,
                struct sk_utterance *utterance, int64_t at_ms);

/* seconds of sound, told silence among it, that were not told of before */
double relay_spent(struct asr *asr);

/* Waits for what may still come, no longer than for that. */
void relay_await(struct asr *asr);

/* the code it has failed with, its sentence said again */
int relay_failure(const struct asr *asr);

#endif
