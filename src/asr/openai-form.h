/*
 * What a request for a transcription says: the parts of its form. A server
 * that is compatible knows fewer than OpenAI, so what is not set is not sent.
 */
#ifndef ASR_OPENAI_FORM_H
#define ASR_OPENAI_FORM_H

#include "src/asr/openai.h"

enum { OPENAI_PARTS = 80, OPENAI_KEYWORDS_MAX = 60 };

struct openai_form {
	struct sv_http_part parts[OPENAI_PARTS];
	size_t n;
	char *prompt; /* one of them */
};

/* Fills form for openai_form_release(); what it holds is lent by the
 * utterance and its recogniser. */
void openai_form_init(struct openai_form *form,
                      const struct openai_utterance *utterance);
void openai_form_release(struct openai_form *form);

/* Whether this recogniser asks for a stream of events. */
bool openai_streams(const struct asr *asr);

/* The response_format that is asked for; NULL for the usual, json. */
const char *openai_format(const struct asr_model *model);

#endif
