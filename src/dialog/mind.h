/*
 * The models behind a conversation. A mind is a process's: a chain of
 * endpoints (lib/chat.h) in a loop. A call has its thinking: what the
 * conversation leaves to a model (`thought`) is asked, its answer is cut into
 * sentences that are said as they come, its calls of functions are done, and
 * in the end the conversation goes on by its rules.
 */
#ifndef DIALOG_MIND_H
#define DIALOG_MIND_H

#include "lib/chat.h"
#include "lib/loop.h"

#include "src/dialog/conversation.h"

struct mind;
struct thinking;

/* 0 and *made for mind_close(); sv_chat_new()'s codes. engines and settings
 * are lent for good. */
int mind_open(struct mind **made, const struct sv_list *engines,
              const struct sv_list *settings);
void mind_close(struct mind *mind); /* NULL is fine */

/* The loop in which all of it goes on; lent. */
struct sv_loop *mind_loop(struct mind *mind);

/* Keeps connections ready from now on, while the loop runs. */
void mind_warm(struct mind *mind);

/* Who drives the conversation sends what it has to send; turn as in
 * post_send(). What is not 0 ends the loop, and is what mind_code() gives. */
struct thinking *thinking_new(struct mind *mind,
                              struct conversation *conversation,
                              int (*post)(void *arg, bool turn), void *arg);
void thinking_free(struct thinking *thinking); /* NULL is fine */

/* Has the memory of earlier calls looked up, if there is one and the number of
 * the caller is known; what it knows is there when it is there. */
void thinking_recall(struct thinking *thinking);

/* Asks what the conversation wants to be asked, if anything; to be called when
 * its outbox was sent. */
void thinking_follow(struct thinking *thinking);

/* The caller speaks: what goes on is broken off. */
void thinking_cancel(struct thinking *thinking);

/* Words that are not final, but may be: the answer to them is asked for, and
 * said if they were all there was to say. */
void thinking_guess(struct thinking *thinking, const struct hearing *hearing);

/* whether an answer is on its way */
bool thinking_busy(const struct thinking *thinking);

/* Steps the loop until all is over; 0 or a code. */
int thinking_wait(struct thinking *thinking);

/* why the loop was ended; 0 */
int mind_code(const struct mind *mind);

#endif
