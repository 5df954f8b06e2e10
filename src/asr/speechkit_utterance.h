/*
 * One utterance, out of what SpeechKit's sessions heard of it. A session counts
 * the ms of all the sound it was sent; an utterance is one piece of a session,
 * or several where a session had to end in its middle and the next one heard
 * its last moments again.
 */
#ifndef ASR_SPEECHKIT_UTTERANCE_H
#define ASR_SPEECHKIT_UTTERANCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

#include "src/asr/speechkit_final.h"

/* what one session hears of an utterance */
struct sk_piece {
	int session;
	int64_t from_ms,
		to_ms; /* in the session's time; to -1 while it goes on */
	int64_t at_ms; /* from_ms in the utterance's time */
	struct sk_final *finals; /* words in the piece's time */
	size_t n;
	struct sk_final partial; /* its text NULL when there is none */
	bool over;               /* nothing but refinements will come */
	int64_t settle_ms;       /* when they are no longer waited for, or 0 */
};

struct sk_utterance {
	struct sk_piece *pieces;
	size_t n;
	bool finished;
	int64_t offset_ms; /* its place in the call */
	int64_t unheard_ms; /* from where no session hears it; -1: from nowhere */
	struct sv_buf audio; /* all of it, for a session that takes over */
	json_t *classifiers; /* what they said, or NULL */
	size_t n_classifiers;
	struct sk_utterance *next;
};

struct sk_utterance *sk_utterance_new(void);
void sk_utterance_free(struct sk_utterance *utterance);

/* A session hears it from at_ms on, which is from_ms of the session's time. */
void sk_utterance_hear(struct sk_utterance *utterance, int session,
                       int64_t from_ms, int64_t at_ms);

/* What that session hears of it ends at to_ms. */
void sk_utterance_cut(struct sk_utterance *utterance, int session,
                      int64_t to_ms);

/* The session has ended. If well, what it was sent to the end is over. Its
 * other pieces are taken away, with those that come after them, and the
 * utterance is unheard from there: whether there are any is the result. */
bool sk_utterance_end(struct sk_utterance *utterance, int session, bool well);

/* adds what was said so far, or in all */
void sk_utterance_text(const struct sk_utterance *utterance,
                       struct sv_buf *out);

/* asr.final's fields, yours; hypotheses are dropped first */
json_t *sk_utterance_fields(struct sk_utterance *utterance);

#endif
