/*
 * From what SpeechKit's sessions say to utterances of ours. A session hears
 * many utterances; which one an answer is about is told by its time.
 */
#ifndef ASR_SPEECHKIT_TEXT_H
#define ASR_SPEECHKIT_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

#include "src/asr/speechkit.pb-c.h"
#include "src/asr/speechkit_utterance.h"

struct sk_text {
	struct sk_utterance *first, *last; /* those not told of yet */
	bool refines;                      /* finals come again, normalised */
	size_t n_classifiers;              /* that were asked for */
	struct sv_buf partial;
};

/* what an answer has brought */
enum { SK_PARTIAL = 1, SK_RESULT = 2 };

void sk_text_init(struct sk_text *text, bool refines, size_t n_classifiers);
void sk_text_release(struct sk_text *text);

/* An utterance begins; sk_utterance_hear() says where. */
void sk_text_begin(struct sk_text *text);

/* The last utterance is over; its place in the call is offset_ms. */
void sk_text_finish(struct sk_text *text, int64_t offset_ms);

/* An answer of a session: SK_… of what it has brought. now_ms is
 * monotonic. */
unsigned sk_text_take(struct sk_text *text, int session,
                      const Sk__StreamingResponse *response, int64_t now_ms);

/* sk_utterance_end() for all: whether something is unheard now */
bool sk_text_end(struct sk_text *text, int session, bool well);

/* whether sk_text_result() has something */
bool sk_text_ready(const struct sk_text *text);

/* When something is to be waited for no longer, or 0: call sk_text_settle()
 * then. */
int64_t sk_text_due(const struct sk_text *text);
void sk_text_settle(struct sk_text *text, int64_t now_ms);

/* the last utterance so far, "" when it is finished; lent until the next call */
const char *sk_text_partial(const struct sk_text *text);

/* The first utterance as asr.final's fields, yours; NULL when it is not known
 * yet. It is gone then. */
json_t *sk_text_result(struct sk_text *text);

#endif
