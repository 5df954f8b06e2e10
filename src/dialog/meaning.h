/*
 * What the caller meant, asked of a model: the schema of its answer, and its
 * answer as what an engine understands (engine.h).
 */
#ifndef DIALOG_MEANING_H
#define DIALOG_MEANING_H

#include "src/dialog/conversation.h"

/* Yours; NULL when there is nothing a model could find here. */
json_t *meaning_schema(const struct conversation *conversation);

/* answer keeps to the schema. lift as for functions_do(). */
void meaning_read(const struct conversation *conversation, const json_t *answer,
                  char *(*lift)(void *arg, const char *text), void *arg,
                  struct meaning *meaning);

#endif
