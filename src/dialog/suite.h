/*
 * Conversations to be tried, as a file of sv-conversation(5) has them: what a
 * caller says turn by turn, and what is expected of us. The names that it
 * uses are those of the scenario it was loaded for.
 */
#ifndef DIALOG_SUITE_H
#define DIALOG_SUITE_H

#include "src/dialog/load.h"

/* what a slot is to hold, as dialog.slot has it */
struct fixed {
	int slot;
	const char *value;
};

/* What is expected of a turn, or of a conversation. Of all that may be
 * missing n is 0, or the pointer NULL. */
struct wanted {
	struct strings hears;    /* each stands in what is said */
	struct patterns matches; /* each fits it */
	struct strings never;    /* none of them stands in it */
	struct strings prompts;  /* are said */
	struct strings tools;    /* are called */
	const char *state;
	struct fixed *slots;
	size_t n_slots;
	struct strings empty; /* slots that are not filled */
	int within_us;        /* 0: any time */
	bool asks_cut, cut;   /* whether our words were to be cut, and are */
};

struct act {
	struct sv_place place;
	const char *say; /* NULL: not that */
	const char *keys;
	bool silence, hangup;
	bool over;         /* while we speak */
	double confidence; /* of the words */
	int times;
	struct wanted wanted;
};

struct script {
	const char *name;
	struct sv_place place;
	const char *caller; /* NULL: the suite's */
	const char *today;
	struct act *acts;
	size_t n;
	const char *outcome, *target;
	struct wanted wanted; /* in the end: slots, empty, never */
};

struct suite {
	struct sv_arena arena; /* the texts; structs lie in the scenario's */
	const char *file;
	const char *path; /* of the scenario, as the file names it */
	struct scenario *scenario;
	const char *caller, *today;
	struct script *scripts;
	size_t n;
};

/* Reads the file and its scenario (or the one told, not NULL). 0 and *made for
 * suite_free(); EX_NOINPUT, EX_IOERR; EX_CONFIG, with what is wrong told on
 * stderr. */
int suite_load(struct suite **made, const char *file, const char *scenario);

void suite_free(struct suite *suite); /* NULL is fine */

/* suite_load.c: what is wrong goes to loader->problems */
void suite_fill(struct loader *loader, const struct sv_node *root,
                struct suite *suite);

/* suite_expect.c, for tables */
void load_fixed(struct loader *loader, const struct sv_node *node,
                void *target); /* struct wanted */
void load_names_of_slots(struct loader *loader, const struct sv_node *node,
                         void *target); /* struct strings */
void load_names_of_prompts(struct loader *loader, const struct sv_node *node,
                           void *target); /* struct strings */
void load_names_of_tools(struct loader *loader, const struct sv_node *node,
                         void *target); /* struct strings */
void load_name_of_state(struct loader *loader, const struct sv_node *node,
                        void *target); /* const char * */
void load_outcome(struct loader *loader, const struct sv_node *node,
                  void *target); /* const char * */
void load_target(struct loader *loader, const struct sv_node *node,
                 void *target); /* const char * */

#endif
