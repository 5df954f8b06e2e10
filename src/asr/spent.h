/* What services have counted, as `cost` events. */
#ifndef ASR_SPENT_H
#define ASR_SPENT_H

#include "src/asr/engine.h"

/* Adds what a recogniser has counted since it was last asked. */
void asr_spent_gather(struct asr_spent *spent, const struct asr_engine *engine,
                      struct asr *asr);

/* The fields of one event for each unit that something was counted of, to
 * event(), which takes them. 0 or its code. */
int asr_spent_tell(const struct asr_spent *spent,
                   const struct asr_engine *engine,
                   const struct asr_model *model,
                   int (*event)(void *arg, const char *type, json_t *fields),
                   void *arg);

#endif
