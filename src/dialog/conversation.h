/*
 * One call's conversation: where it stands, what is known, and what is to be
 * written because of it. Nothing here reads, writes or waits: what a turn
 * leads to is collected in the outbox, and who drives the conversation sends
 * it (live.c, terminal.c).
 */
#ifndef DIALOG_CONVERSATION_H
#define DIALOG_CONVERSATION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/event.h"

#include "src/dialog/engine.h"
#include "src/dialog/history.h"
#include "src/dialog/scenario.h"
#include "src/dialog/slot.h"

enum { BACK_MAX = 8, SAY_ID = 16, UTTERANCES = 64 };

struct filled {
	char *value; /* NULL when not filled */
	bool confirmed;
	double confidence;
};

/* an event to be written */
struct letter {
	const char *type;
	json_t *fields;
};

struct outbox {
	struct letter *items;
	size_t n;
};

/* what follows the last word of a conversation */
enum parting { PART_NOT, PART_HANGUP, PART_TRANSFER, PART_DONE };

/* what a model is to be asked, once what was written has left */
enum thought {
	THINK_NOT,
	THINK_TALK,   /* it answers the caller */
	THINK_MEANING /* what the caller meant: the rules do not know */
};

/* of pieces of a number, as they were said; of what is kept of a text */
enum { PIECE_BYTES = 512, REMEMBERED = 512 };

struct conversation {
	const struct scenario *scenario;
	const struct dialog_engine *type; /* and its engine, lent */
	struct engine *engine;
	char call[SV_CALL_MAX + 1];
	int64_t t;        /* the call's media clock, as far as it is known */
	int64_t begun_t;  /* when this conversation began on it */
	int64_t heard_us; /* monotonic: when what is answered was heard */
	int state;        /* REF_NONE before the beginning */
	int confirming;   /* the slot in question, or REF_NONE */
	struct filled *slots;
	unsigned *visits;   /* per state */
	unsigned *said;     /* per prompt */
	unsigned *arms;     /* the variant of each experiment */
	int back[BACK_MAX]; /* where digressions left from */
	size_t n_back;
	int no_input; /* times in a row, in this state */
	int no_match;
	int turn;  /* from 1, counts the assistant's */
	int heard; /* the caller's */
	int says;
	int64_t utterances[UTTERANCES]; /* heard: a repetition is ignored */
	size_t n_utterances;            /* ever */
	char keys[24];                  /* pressed, not yet an answer */
	char piece[PIECE_BYTES];        /* of a telephone number, as said */
	char last_say[REMEMBERED];      /* ours, */
	char last_words[REMEMBERED];    /* the caller's */
	char question[REMEMBERED];      /* what we asked last, */
	int question_slot;              /* and for which slot */
	bool ended;
	enum parting parting;
	const char *target; /* of a transfer; the scenario's */
	bool minded;        /* there is a model to be asked */
	enum thought thought;
	struct hearing words; /* what is thought about; its text is ours */
	struct history history;
	char *recalled;         /* of earlier calls; NULL: nothing */
	struct meaning meaning; /* of the last utterance */
	struct outbox out;
};

struct conversation *conversation_new(const struct scenario *scenario,
                                      const struct dialog_engine *type,
                                      struct engine *engine, const char *call);
void conversation_free(struct conversation *conversation);

/* Each does what follows, into the outbox. 0, or what the engine failed
 * with. */
void conversation_begin(struct conversation *conversation);
int conversation_hear(struct conversation *conversation,
                      const struct hearing *hearing);
void conversation_silence(struct conversation *conversation);

/* talk.c: what a model has to do with it. Nothing is asked here: `thought` says
 * what is to be asked, and who drives the conversation asks (mind.h). */

/* Leaves the answer to what was heard to a model. */
void conversation_think(struct conversation *conversation, enum thought thought,
                        const struct hearing *hearing);

/* A sentence of a model's, with more fields of its dialog.say, or NULL; taken.
 */
void conversation_talk(struct conversation *conversation, const char *text,
                       json_t *more);

/* The model has come to the end of its answer: an intent that it chose or
 * REF_NONE; whether it filled the slot asked for; whether it filled any, and
 * said anything. Goes on by the rules, or listens on. */
struct talked {
	int intent;
	bool answered;
	bool filled;
	bool said;
};

void conversation_talked(struct conversation *conversation,
                         const struct talked *talked);

/* What the caller meant, after all. */
void conversation_understood(struct conversation *conversation,
                             const struct meaning *meaning);

/* No model answers. */
void conversation_unthought(struct conversation *conversation);

/* Whether the words, said over a prompt, answer its question or mean
 * something else that can be dealt with; nothing changes. */
bool conversation_makes_sense(struct conversation *conversation,
                              const struct hearing *hearing);

/* Takes note of an utterance's number: false when it was heard before. */
bool conversation_first_time(struct conversation *conversation,
                             int64_t utterance);

/* A key was pressed. True when the keys in `keys` are now an answer. */
bool conversation_key(struct conversation *conversation, char key);

/* the intent that the key stands for where it is no answer, or REF_NONE */
int conversation_key_intent(const struct conversation *conversation, char key);

/* whether the key means anything now */
bool conversation_takes_key(const struct conversation *conversation, char key);

/* Ends it with that outcome, unless it has ended: dialog.end. */
void conversation_end(struct conversation *conversation, const char *outcome);

/* Asks the question again, shortly, without counting it. */
void conversation_reask(struct conversation *conversation);

/* After the last word: call.hangup or call.transfer. */
void conversation_part(struct conversation *conversation);

/* the slot whose answer is awaited, or NULL: what keys can fill */
const struct slot *conversation_asked(const struct conversation *conversation);

/* what we asked last, if it was not answered since; or NULL */
const char *conversation_open(const struct conversation *conversation);

/* keeps the end of a text, whole characters */
void conversation_remember(char kept[REMEMBERED], const char *text);

/* the value of a slot, or NULL; SLOT_VISITS too, lent until the next call.
 * arg is a conversation: for condition_holds(). */
const char *conversation_value(const void *arg, int slot);

/* fills it, with a dialog.slot; raw may be NULL */
void conversation_fill(struct conversation *conversation, int slot,
                       const char *value, const struct hearing *hearing);
void conversation_forget(struct conversation *conversation, int slot);

/* slots and values as dialog.end has them */
json_t *conversation_slots(const struct conversation *conversation);

/* adds an event; takes fields */
void conversation_write(struct conversation *conversation, const char *type,
                        json_t *fields);
void outbox_release(struct outbox *outbox);

/* speak.c: dialog.say with one of the prompt's variants, when it has any */
void conversation_say(struct conversation *conversation,
                      const struct prompt *prompt);

/* the same with the built-in question for a slot that has none of its own */
void conversation_confirm_say(struct conversation *conversation, int slot);

/* asr.expect for what is awaited now */
void conversation_expect(struct conversation *conversation);

/* The first variant whose slots are all filled, or the last one. */
const char *conversation_first(const struct conversation *conversation,
                               const struct prompt *prompt);

/* the text with its slots, yours to free() */
char *conversation_render(const struct conversation *conversation,
                          const char *text);

#endif
