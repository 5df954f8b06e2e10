/*
 * Vosk's answers, put together to the text of one utterance: Vosk finds ends of
 * its own within an utterance of ours, and gives a result for each.
 */
#ifndef ASR_VOSK_TEXT_H
#define ASR_VOSK_TEXT_H

#include <jansson.h>
#include <stdint.h>

#include "lib/buf.h"

/* what a grammar's recogniser calls all that is none of its phrases; it never
 * leaves this module, since nobody said it */
#define VOSK_UNKNOWN "[unk]"

struct vosk_text {
	struct sv_buf text; /* of the results so far */
	json_t *words;      /* theirs, as Vosk gave them */
	char *partial;
};

void vosk_text_init(struct vosk_text *text);
void vosk_text_release(struct vosk_text *text);

/* an utterance begins */
void vosk_text_begin(struct vosk_text *text);

/* Adds a result, {"text": …, "result": [{conf, start, end, word}]}. 0,
 * EX_DATAERR when the utterance has grown too long, EX_UNAVAILABLE when it is
 * not JSON. */
int vosk_text_add(struct vosk_text *text, const char *result);

/* The text so far with what is in flight, {"partial": …}; lent until the next
 * call. */
const char *vosk_text_partial(struct vosk_text *text, const char *partial);

/* asr.final's fields of text and words, yours. Vosk's times count seconds since
 * its recogniser was made; the utterance began at began_ms of those, and at
 * offset_ms of the channel's clock. */
json_t *vosk_text_fields(const struct vosk_text *text, int64_t began_ms,
                         int64_t offset_ms);

#endif
