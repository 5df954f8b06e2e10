/*
 * A scenario in memory: sv-scenario(5). It is made once by scenario_load()
 * and never changes after; what belongs to a call stands in conversation.h.
 * Names that refer to each other have been resolved to indexes.
 */
#ifndef DIALOG_SCENARIO_H
#define DIALOG_SCENARIO_H

#include <jansson.h>
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/problem.h"

enum {
	REF_NONE = -1,   /* no name given, or one that is not there */
	REF_RETURN = -2, /* `to: return`: back to where a digression began */
	SLOT_VISITS = -3 /* `visits` in a condition: of the state */
};

/* a name that stands for something defined elsewhere */
struct ref {
	const char *name; /* NULL when not given */
	struct sv_place place;
	int index;
};

struct refs {
	struct ref *items;
	size_t n;
};

/* a variant of an experiment */
struct arm {
	const char *name;
	struct sv_place place;
	unsigned weight;
	const char *voice; /* NULL: the scenario's */
};

/* what is tried out: experiment.h */
struct experiment {
	const char *name;
	struct sv_place place;
	bool by_caller; /* the same for all calls of one number */
	bool voices;    /* some variant has a voice of its own */
	struct arm *arms;
	size_t n;
	unsigned weight; /* of all of them */
};

/* what a prompt says in one variant of its experiment: texts of it */
struct phrasing {
	struct ref arm;
	size_t from, n;
};

/* One thing to say, in one of several ways. n is 0 when there is none. */
struct prompt {
	struct sv_place place;
	const char **variants;
	size_t n;
	size_t plain, n_plain; /* those without a wording of their own */
	struct ref experiment;
	struct phrasing *wordings;
	size_t n_wordings;
	bool interruptible;
	int id;     /* among the scenario's prompts */
	char *name; /* "need.say", as dialog.say names it */
};

/* What is said one time after the other while the caller is silent, or not
 * understood, and where it goes on after the last. */
struct ladder {
	struct sv_place place;
	struct prompt *tries;
	size_t n;
	int after_ms; /* silence, for no_input */
	struct ref then;
};

enum compare {
	IS_FILLED,
	IS_EQUAL,
	IS_OTHER,
	IS_LESS,
	IS_MOST,
	IS_MORE,
	IS_LEAST
};

struct term {
	struct ref slot;
	enum compare compare;
	const char *value;
	bool negated;
	bool alternative; /* `or` stands before it */
};

struct condition {
	struct sv_place place;
	struct term *terms;
	size_t n;
};

struct assignment {
	struct ref slot;
	const char *value;
	int copied; /* the slot when value is "{slot}", or REF_NONE */
};

/* One way out of a state: all that is given must hold. */
struct rule {
	struct sv_place place;
	struct refs intents;
	struct condition condition;
	struct prompt say;
	struct refs forget;
	struct assignment *set;
	size_t n_set;
	struct ref to;
};

struct handoff {
	struct sv_place place;
	const char *target;
	const char *reason;
	struct prompt brief;
};

/* what a key means where it is no answer */
struct key {
	char key;
	struct ref intent;
};

struct keys {
	struct key *items;
	size_t n;
};

/* what is said while an answer is worked out for longer */
struct filler {
	struct sv_place place;
	struct prompt say; /* n is 0 when there is none */
	int after_ms;
};

struct pattern {
	regex_t regex;
	struct sv_place place;
	struct pattern *next_compiled; /* for regfree() */
};

/* any of them */
struct patterns {
	struct pattern **items;
	size_t n;
};

/* What a model is told of itself in every request, and what it may take. */
struct model {
	struct sv_place place; /* its line is 0 when there is none */
	const char *prompt;    /* with {slots} */
	const char *version;   /* of the prompt */
	bool understand; /* asked also for what the rules do not understand */
	bool speculate;  /* asked before the caller has come to an end */
	int context;     /* tokens of the talk kept word by word */
	int answer;      /* tokens of an answer */
	int rounds;      /* requests for one utterance */
	int requests;    /* in a call, */
	int tokens;      /* and of these, in and out, */
	double money;    /* in the currency of the table of prices, */
	int time_ms;     /* and for so long; 0: no limit */
	struct patterns never; /* what it may not say, */
	bool prices;           /* sums of money that nobody told it among it */
	struct prompt unsure;  /* said instead */
	struct prompt failed;  /* said when no model answers */
};

enum confirm { CONFIRM_NOT, CONFIRM_CALLER, CONFIRM_OPERATOR };

/* A program that a model may have run. */
struct tool {
	const char *name;
	struct sv_place place;
	const char *about;
	const char **run;  /* what is run, ended by NULL */
	json_t *arguments; /* JSON Schema of its input, an object */
	int timeout_ms;
	int limit;  /* runs in a call */
	int memory; /* MiB it may have; 0: all there is */
	enum confirm confirm;
	int approve_ms;    /* how long a person's approval is waited for */
	struct prompt say; /* said while it runs */
};

/* What earlier calls of the number on the line have left. */
struct memory {
	struct tool tool; /* told {"caller":…}; its line is 0: there is none */
	struct refs slots; /* that it may fill, to be confirmed */
};

struct state {
	const char *name;
	struct sv_place place;
	struct prompt say;
	struct prompt reask;
	const char *talk;  /* what the model is to do here; NULL: rules alone */
	struct refs fills; /* the slots that it may fill */
	struct refs tools; /* and what it may have run */
	struct ref ask;
	bool closed;
	struct keys keys;
	struct rule *rules;
	size_t n_rules;
	struct ladder no_input;
	struct ladder no_match;
	struct handoff handoff; /* place.line is 0 when there is none */
	const char *end;        /* the outcome, or NULL */
};

enum slot_kind {
	SLOT_TEXT,
	SLOT_YESNO,
	SLOT_NUMBER,
	SLOT_MONEY,
	SLOT_PHONE,
	SLOT_EMAIL,
	SLOT_NAME,
	SLOT_DATE,
	SLOT_TIME,
	SLOT_CHOICE,
	SLOT_DIGITS,
	SLOT_KINDS
};

struct phrase {
	const char **words; /* normalised */
	size_t n;
	double weight; /* of all of them */
	bool negated;  /* holds a negation of its own */
	const char *text;
};

struct choice {
	const char *value;
	struct sv_place place;
	struct phrase *phrases;
	size_t n;
};

struct slot {
	const char *name;
	struct sv_place place;
	enum slot_kind kind;
	const char *min; /* in the kind's own form, NULL when open */
	const char *max;
	int digits_min; /* 0 when any number will do */
	int digits_max;
	double confirm_below; /* 0 never, more than 1 always */
	int anytime;          /* may be told unasked; -1 until resolved */
	struct prompt confirm_say;
	struct prompt invalid;
	struct choice *choices;
	size_t n_choices;
};

struct intent {
	const char *name;
	struct sv_place place;
	struct phrase *phrases;
	size_t n_phrases;
	struct patterns patterns;
	double threshold;
};

struct digression {
	struct sv_place place;
	struct ref intent;
	struct prompt say;
	struct ref to;
};

struct scenario {
	struct sv_arena arena;
	const char *file;
	char digest[65]; /* SHA-256 of the file */
	const char *name;
	const char *version;
	const char *language;
	const char *voice;
	struct ref start;
	int max_turns;
	struct ladder no_input; /* for states without their own */
	struct ladder no_match;
	struct keys keys;
	struct filler filler;
	struct model model;
	struct memory memory;
	struct slot *slots; /* the last one is `caller` */
	size_t n_slots;
	struct intent *intents;
	size_t n_intents;
	struct digression *digressions;
	size_t n_digressions;
	struct tool *tools;
	size_t n_tools;
	struct state *states;
	size_t n_states;
	struct experiment *experiments;
	size_t n_experiments;
	struct pattern *compiled;
	struct prompt **prompts; /* all that have a variant, by id */
	size_t n_prompts;
};

/* The word in the file for a kind, as in `dialog.slot` and `asr.expect`. */
const char *slot_kind_name(enum slot_kind kind);

/* Reads file; problems gets what is wrong with it. *made is yours to
 * scenario_free(), NULL when nothing could be made of it; with errors in
 * problems it is only good for checking. 0, EX_NOINPUT, EX_IOERR. */
int scenario_load(struct scenario **made, const char *file,
                  struct sv_problems *problems);

/* The same from memory. */
struct scenario *scenario_parse(const char *data, size_t len,
                                struct sv_problems *problems);

void scenario_free(struct scenario *scenario);

/* Whether the caller is listened to in that state, or it just goes on. */
bool state_listens(const struct state *state);
bool state_ends(const struct state *state);

/* the index of a name, or REF_NONE */
int scenario_slot(const struct scenario *scenario, const char *name);
int scenario_state(const struct scenario *scenario, const char *name);

/* whether {name} in prompts may mean it: a slot's index, or REF_NONE */
int template_slot(const struct scenario *scenario, const char *name,
                  size_t len);

#endif
