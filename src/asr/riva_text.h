/*
 * What Riva says in one stream, put together to the text of an utterance: it
 * finds ends of its own and gives a final result for each, and tells what it is
 * not sure of in several results of one response, the stable ones and the rest.
 */
#ifndef ASR_RIVA_TEXT_H
#define ASR_RIVA_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

#include "src/asr/riva.pb-c.h"

struct riva_text {
	struct sv_buf text;    /* of the final results */
	struct sv_buf partial; /* with what is in flight */
	json_t *words;         /* theirs, in the stream's time */
	double sure;           /* sum of the finals' confidence */
	size_t n;              /* finals that told one */
	bool owes;             /* no final result has these words yet */
};

void riva_text_init(struct riva_text *text);
void riva_text_release(struct riva_text *text);

/* Takes a response: whether the text has changed. */
bool riva_text_take(struct riva_text *text,
                    const Riva__StreamingRecognizeResponse *response);

/* asr.final's fields, yours; the stream began at offset_ms of the call */
json_t *riva_text_fields(const struct riva_text *text, int64_t offset_ms);

#endif
