/*
 * What was said in a call, as a model is to know it: the caller's words as
 * they were recognised, and ours as far as the caller has heard them. With
 * them stand the calls of tools and what came of them.
 */
#ifndef DIALOG_HISTORY_H
#define DIALOG_HISTORY_H

#include <jansson.h>
#include <stdbool.h>

enum { HISTORY_TURNS = 400, HISTORY_TEXT = 4000 };

/* Each is one message, in order:
 *     {"role":"user","content":TEXT}
 *     {"role":"assistant","parts":[{"say":ID,"text":TEXT}],"tool_calls":[…]}
 *     {"role":"tool","tool_call_id":ID,"content":TEXT}
 * and summary is what stands for those that have gone. */
struct history {
	json_t *turns; /* NULL until something was said */
	char *summary; /* or NULL */
};

void history_release(struct history *history);

void history_caller(struct history *history, const char *text);

/* a prompt of ours, which is on its way to the caller's ear */
void history_say(struct history *history, const char *say, const char *text);

/* Of that prompt just so much was heard; "" for nothing. */
void history_heard(struct history *history, const char *say, const char *text);

/* The calls of tools that stand in an answer of the model, whose text was
 * said: they go with it. And what came of them, one by one. */
void history_calls(struct history *history, json_t *tool_calls);
void history_result(struct history *history, const char *id, const char *text);

/* The messages of an API for it, added to messages. */
void history_messages(const struct history *history, json_t *messages);

/* The first n messages are told by summary from now on; taken. */
void history_fold(struct history *history, size_t n, char *summary);

/* for a checkpoint, and from it; whether it could be used */
json_t *history_save(const struct history *history);
bool history_load(struct history *history, const json_t *saved);

#endif
