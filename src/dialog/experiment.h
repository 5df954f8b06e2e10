/*
 * Experiments: which variant of the wording or of the voice a call gets. It
 * follows from the experiment's name and the call alone, so that it is the
 * same in every program, on every machine and when the call is replayed.
 */
#ifndef DIALOG_EXPERIMENT_H
#define DIALOG_EXPERIMENT_H

#include "src/dialog/conversation.h"
#include "src/dialog/load.h"

/* The variant for a key: SHA-256 of the name, a line feed and the key; its
 * first 8 bytes, big-endian, modulo the sum of the weights; the variant whose
 * weight, added to those before it, is first to exceed that. */
size_t experiment_choose(const struct experiment *experiment, const char *key);

/* Chooses for this call, and tells: dialog.experiment for each. */
void experiment_begin(struct conversation *conversation);

/* {"greeting": "warm"} of all of them, or of those that have a say in this
 * prompt (NULL: in the voice alone); NULL when there are none */
json_t *experiment_all(const struct conversation *conversation);
json_t *experiment_of(const struct conversation *conversation,
                      const struct prompt *prompt);

/* the voice for this call, or NULL */
const char *experiment_voice(const struct conversation *conversation);

/* Which of the prompt's texts are for this call: the first one's number; *n
 * of them. */
size_t experiment_texts(const struct conversation *conversation,
                        const struct prompt *prompt, size_t *n);

/* Reads the map `experiments` into the scenario, and finds out what each
 * prompt's belong to. */
void load_experiments(struct loader *loader, const struct sv_node *node,
                      void *target);
void resolve_experiments(struct scenario *scenario,
                         struct sv_problems *problems);

/* warns of experiments that change nothing */
void check_experiments(const struct scenario *scenario,
                       struct sv_problems *problems);

#endif
