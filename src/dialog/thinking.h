/*
 * Inside of mind.h: one call's thinking. thinking.c asks and answers,
 * asking.c holds a request, speculate.c guesses, summary.c shortens what is
 * too long.
 */
#ifndef DIALOG_THINKING_H
#define DIALOG_THINKING_H

#include "lib/sentence.h"

#include "src/dialog/functions.h"
#include "src/dialog/mind.h"
#include "src/dialog/toolbox.h"
#include "src/dialog/veil.h"

struct tool_run;

struct mind {
	struct sv_loop *loop;
	struct sv_chat *chat;
	struct sv_timer warm;
	int code;
};

/* a call of a function that the model wants made; its own */
struct use {
	struct asking *asking;
	char *id, *name, *arguments, *wrong;
	json_t *value;
	bool tool;    /* of the scenario's, not a function of ours */
	char *result; /* NULL: not there yet */
};

enum purpose { FOR_TALK, FOR_MEANING, FOR_SUMMARY };

/* One request, and what has come of it. */
struct asking {
	struct thinking *thinking;
	enum purpose purpose;
	struct sv_chat_call *call; /* NULL: it is over */
	bool held;                 /* nobody may hear of it yet */
	json_t *messages;          /* as they were sent */
	json_t *events;            /* [[type, fields]] while it is held */
	struct sv_buf text;        /* while it is held; a summary's */
	struct use *uses;
	size_t n_uses;
	json_t *message, *answer; /* once it is over */
	int code;
	int64_t asked_us, first_us;
};

struct thinking {
	struct mind *mind;
	struct conversation *conversation;
	int (*post)(void *arg, bool turn);
	void *arg;
	struct veil *veil;
	struct asking *now;     /* what is waited for */
	struct asking *guess;   /* made before the caller had ended */
	struct asking *summary; /* in the background */
	size_t folded;          /* how many turns it is of */
	char *partial;          /* the last words that were not final */
	struct sv_sentences cut;
	struct toolbox *toolbox;
	struct tool_run *recall; /* what is known of earlier calls */
	struct deeds deeds;
	bool begun;           /* all of an answer's functions */
	bool said;            /* some sentence, for these words */
	int rounds;           /* requests for these words */
	int requests, tokens; /* of the call, */
	double money;         /* and what they took */
};

/* Sends a request; messages are taken. Held: what comes of it is kept. NULL
 * when the call has had all it may have. */
struct asking *asking_start(struct thinking *thinking, enum purpose purpose,
                            json_t *messages, bool held);

/* Breaks it off if it goes on; its events are told. NULL is fine. */
void asking_free(struct asking *asking);

/* It is what the caller waits for: its events are told, its text is spoken. */
void asking_release(struct asking *asking);

/* thinking.c, for asking.c: text to be spoken, and the end */
int thinking_speak(struct thinking *thinking, const char *text, size_t len);
void thinking_over(struct thinking *thinking);

/* Takes out of messages what is too much for the model. */
void thinking_fit(struct thinking *thinking, json_t *messages);

/* sends what the conversation has to send */
void thinking_post(struct thinking *thinking, bool turn);

/* for functions_do(): arg is a thinking */
char *thinking_lift(void *arg, const char *text);

/* what the model wanted done is done, and what came of it known */
void thinking_go_on(struct thinking *thinking);

/* uses.c: does what the answer calls for, and goes on then; */
void uses_do(struct thinking *thinking);

/* whether what tools answer is still to come; */
bool uses_wait(const struct asking *asking);

/* whether some of it were tools, whose answers the caller waits for; */
bool uses_ran(const struct asking *asking);

/* and puts it into the history with what came of it. What still runs goes to
 * its end without it. */
void uses_note(struct thinking *thinking);

/* speculate.c: the guess, if it was the right one, in the place of a request:
 * whether it was. messages as they would be sent, lent. */
bool speculate_take(struct thinking *thinking, const json_t *messages);

/* summary.c: begins one if the talk has grown too long; and its end */
void summary_begin(struct thinking *thinking);
void summary_over(struct thinking *thinking);

#endif
