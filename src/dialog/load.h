/*
 * From YAML nodes to structs. A struct's keys are a table: which key, how its
 * value is read, where it goes. What does not fit becomes a problem with its
 * place, and loading goes on, so that a person sees all of them at once.
 */
#ifndef DIALOG_LOAD_H
#define DIALOG_LOAD_H

#include "lib/yaml.h"

#include "src/dialog/scenario.h"

struct loader {
	struct scenario *scenario;
	struct sv_problems *problems;
	char context[160]; /* what is being loaded: names prompts */
};

struct field {
	const char *key;
	void (*load)(struct loader *loader, const struct sv_node *node,
	             void *target);
	size_t offset; /* of the target in its struct */
	bool needed;
};

/* Reads a map into the struct at target; fields end with { 0 }. */
void load_fields(struct loader *loader, const struct sv_node *node,
                 const struct field *fields, void *target);

/* whether a map has that key */
bool load_has(const struct sv_node *node, const char *key);

/* bytes in the scenario's arena */
void *load_alloc(struct loader *loader, size_t n, size_t size);

/* complains unless node is of that kind */
bool load_is(struct loader *loader, const struct sv_node *node,
             enum sv_node_kind kind);

/* The text of a node that must hold one, not empty, and at most 4000 bytes
 * long; NULL after a problem. */
const char *load_string(struct loader *loader, const struct sv_node *node);

/* The texts of a node that is one or a list of them. */
struct strings {
	const char **items;
	struct sv_place *places;
	size_t n;
};

void load_strings(struct loader *loader, const struct sv_node *node,
                  struct strings *strings);

/* a whole number from min to max */
int load_count(struct loader *loader, const struct sv_node *node, int min,
               int max);

/* sets what prompts are named after, as "name" or "name.part" */
void load_context(struct loader *loader, const char *name, const char *part);

/* Loaders for tables; target points to what the comment says. */
void load_text(struct loader *loader, const struct sv_node *node,
               void *target); /* const char * */
void load_bool(struct loader *loader, const struct sv_node *node,
               void *target); /* bool */
void load_time(struct loader *loader, const struct sv_node *node,
               void *target); /* int, ms */
void load_ref(struct loader *loader, const struct sv_node *node,
              void *target); /* struct ref */
void load_refs(struct loader *loader, const struct sv_node *node,
               void *target); /* struct refs */
void load_prompt(struct loader *loader, const struct sv_node *node,
                 void *target); /* struct prompt */
void load_ladder(struct loader *loader, const struct sv_node *node,
                 void *target); /* struct ladder */
void load_patterns(struct loader *loader, const struct sv_node *node,
                   void *target); /* struct patterns */
void load_condition(struct loader *loader, const struct sv_node *node,
                    void *target); /* struct condition */

void load_keys(struct loader *loader, const struct sv_node *node,
               void *target); /* struct keys */
void load_filler(struct loader *loader, const struct sv_node *node,
                 void *target); /* struct filler */

/* The parts of the file, each into loader->scenario. */
void load_slots(struct loader *loader, const struct sv_node *node,
                void *target);
void load_intents(struct loader *loader, const struct sv_node *node,
                  void *target);
void load_digressions(struct loader *loader, const struct sv_node *node,
                      void *target);
void load_tools(struct loader *loader, const struct sv_node *node,
                void *target);
void load_states(struct loader *loader, const struct sv_node *node,
                 void *target);

void load_memory(struct loader *loader, const struct sv_node *node,
                 void *target); /* struct memory */
void load_model(struct loader *loader, const struct sv_node *node,
                void *target); /* struct model */

/* A text that nobody speaks: longer ones than load_text() takes. */
void load_instruction(struct loader *loader, const struct sv_node *node,
                      void *target); /* const char * */

/* Phrases, normalised. */
struct phrase *load_phrases(struct loader *loader,
                            const struct strings *strings);

/* validate.c: whether a slot or a prompt makes sense by itself; a slot gets
 * what its kind suggests */
void validate_slot(struct slot *slot, struct sv_problems *problems);
void validate_prompt(const struct scenario *scenario,
                     const struct prompt *prompt, struct sv_problems *problems);

/* Resolves every name, and sees that what was loaded fits together. */
void resolve_scenario(struct scenario *scenario, struct sv_problems *problems);

#endif
