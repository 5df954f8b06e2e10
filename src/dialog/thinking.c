/* thinking.c: a model's answer, said and done */
#include "src/dialog/thinking.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/dialog/guard.h"
#include "src/dialog/meaning.h"
#include "src/dialog/messages.h"
#include "src/dialog/tool.h"

enum {
	FIRST_MOST = 60,     /* characters, before the first words are said */
	SYSTEM_TOKENS = 4000 /* what the system's message may have besides */
};

char *thinking_lift(void *arg, const char *text)
{
	const struct thinking *thinking = arg;

	return veil_lift(thinking->veil, text);
}

void thinking_post(struct thinking *thinking, bool turn)
{
	struct mind *mind = thinking->mind;
	int rc = thinking->post(thinking->arg, turn);

	if (rc && !mind->code) {
		mind->code = rc;
		sv_loop_stop(mind->loop);
	}
}

/* How long the model took to begin, and then to the end of the first sentence:
 * they are part of the turn. */
static json_t *waits(const struct thinking *thinking)
{
	const struct asking *asking = thinking->now;
	int64_t now_us = sv_now_us();

	if (thinking->said || !asking || !asking->first_us)
		return NULL;
	return json_pack(
		"{s:I, s:I}", "llm_ms",
		(json_int_t)((asking->first_us - asking->asked_us) / 1000),
		"sentence_ms",
		(json_int_t)((now_us - asking->first_us) / 1000));
}

/* The rest of such an answer is not wanted either. */
static void guard(struct thinking *thinking, const char *why,
                  const char *sentence)
{
	struct conversation *conversation = thinking->conversation;
	const struct scenario *scenario = conversation->scenario;

	conversation_write(
		conversation, "dialog.guard",
		json_pack("{s:s, s:s}", "reason", why, "text", sentence));
	if (scenario->model.unsure.n)
		conversation_say(conversation, &scenario->model.unsure);
	else
		conversation_talk(conversation,
		                  guard_unsure(scenario->language), NULL);
}

static int on_sentence(void *arg, const char *text, size_t len)
{
	struct thinking *thinking = arg;
	char *lifted = veil_lift(thinking->veil, text);
	const char *why = guard_speech(thinking->conversation, lifted);

	(void)len;
	if (why)
		guard(thinking, why, lifted);
	else
		conversation_talk(thinking->conversation, lifted,
		                  waits(thinking));
	free(lifted);
	thinking->said = true;
	thinking_post(thinking, false);
	if (thinking->mind->code)
		return thinking->mind->code;
	return why ? sv_fail(EX_DATAERR, "the answer may not be said: %s", why)
	           : 0;
}

int thinking_speak(struct thinking *thinking, const char *text, size_t len)
{
	return sv_sentences_feed(&thinking->cut, text, len);
}

static void told(void *arg)
{
	thinking_post(arg, false);
}

struct thinking *thinking_new(struct mind *mind,
                              struct conversation *conversation,
                              int (*post)(void *arg, bool turn), void *arg)
{
	struct thinking *thinking = sv_alloc(sizeof *thinking);

	*thinking = (struct thinking){
		.mind = mind,
		.conversation = conversation,
		.post = post,
		.arg = arg,
		.veil = veil_new(conversation->scenario->language),
	};
	conversation->minded = true;
	thinking->toolbox =
		toolbox_new(mind->loop, conversation, told, thinking);
	sv_sentences_init(&thinking->cut, on_sentence, thinking);
	thinking->cut.first_most = FIRST_MOST;
	thinking->cut.markdown = true;
	return thinking;
}

/* Nothing is told any more: the call is over. */
static void be_quiet(struct asking *asking)
{
	if (asking)
		asking->held = true;
}

void thinking_free(struct thinking *thinking)
{
	if (!thinking)
		return;
	thinking_cancel(thinking);
	if (thinking->recall)
		tool_cancel(thinking->recall);
	be_quiet(thinking->summary);
	asking_free(thinking->summary);
	toolbox_free(thinking->toolbox);
	sv_sentences_release(&thinking->cut);
	veil_free(thinking->veil);
	free(thinking->partial);
	free(thinking);
}

bool thinking_busy(const struct thinking *thinking)
{
	return thinking && thinking->now;
}

void thinking_cancel(struct thinking *thinking)
{
	struct asking *now = thinking->now;
	struct asking *guess = thinking->guess;

	if (now && uses_wait(now)) {
		toolbox_forsake(thinking->toolbox);
		uses_note(thinking);
	}
	thinking->now = NULL;
	thinking->guess = NULL;
	thinking->conversation->thought = THINK_NOT;
	sv_sentences_reset(&thinking->cut);
	asking_free(now);
	asking_free(guess);
}

/* What is too old goes, until it is told in short, and what the model cannot
 * have before it. */
void thinking_fit(struct thinking *thinking, json_t *messages)
{
	const struct model *model = &thinking->conversation->scenario->model;
	struct sv_chat *chat = thinking->mind->chat;
	size_t most = sv_chat_context(chat), n;

	most -= most > (size_t)model->answer ? (size_t)model->answer : 0;
	if (most > 2 * (size_t)model->context + SYSTEM_TOKENS)
		most = 2 * (size_t)model->context + SYSTEM_TOKENS;
	for (n = sv_chat_overflow(chat, messages, most); n; n--)
		json_array_remove(messages, 1);
}

/* Asks, unless the right thing was asked before. */
static void ask(struct thinking *thinking)
{
	struct conversation *conversation = thinking->conversation;
	bool talk = conversation->thought == THINK_TALK;
	json_t *messages =
		talk ? messages_talk(conversation, thinking->veil, NULL)
		     : messages_meaning(conversation, thinking->veil);

	thinking_fit(thinking, messages);
	thinking->rounds++;
	if (talk && speculate_take(thinking, messages)) {
		json_decref(messages);
		return;
	}
	asking_free(thinking->guess);
	thinking->guess = NULL;
	thinking->now = asking_start(thinking, talk ? FOR_TALK : FOR_MEANING,
	                             messages, false);
	if (thinking->now)
		return;
	conversation_unthought(conversation);
	thinking_post(thinking, true);
}

void thinking_follow(struct thinking *thinking)
{
	if (thinking->now || thinking->conversation->thought == THINK_NOT)
		return;
	thinking->rounds = 0;
	thinking->said = false;
	thinking->deeds = (struct deeds){ .intent = REF_NONE };
	ask(thinking);
}

/* The answer is all there: the conversation goes on. */
static void finish(struct thinking *thinking)
{
	struct conversation *conversation = thinking->conversation;
	struct talked talked = { .intent = thinking->deeds.intent,
		                 .answered = thinking->deeds.answered,
		                 .filled = thinking->deeds.filled,
		                 .said = thinking->said };

	asking_free(thinking->now);
	thinking->now = NULL;
	conversation_talked(conversation, &talked);
	thinking_post(thinking, true);
	summary_begin(thinking);
}

static void fail(struct thinking *thinking)
{
	asking_free(thinking->now);
	thinking->now = NULL;
	conversation_unthought(thinking->conversation);
	thinking_post(thinking, true);
}

/* What the model wanted done is done. It goes on if it waits for what came of
 * it; not if the scenario goes on, or all was said. */
void thinking_go_on(struct thinking *thinking)
{
	const struct model *model = &thinking->conversation->scenario->model;
	struct asking *asking = thinking->now;

	uses_note(thinking);
	if (thinking->deeds.intent != REF_NONE || thinking->deeds.answered ||
	    (thinking->said && !uses_ran(asking)) ||
	    thinking->rounds >= model->rounds) {
		finish(thinking);
		return;
	}
	asking_free(asking);
	thinking->now = NULL;
	ask(thinking);
}

static void talk_over(struct thinking *thinking)
{
	const struct asking *asking = thinking->now;
	int rc = 0;

	if (asking->code) /* half a sentence is none */
		sv_sentences_reset(&thinking->cut);
	else
		rc = sv_sentences_end(&thinking->cut);
	if (asking->code && !thinking->said) {
		fail(thinking);
		return;
	}
	if (rc || asking->code || !asking->n_uses) {
		finish(thinking);
		return;
	}
	uses_do(thinking);
}

static void meaning_over(struct thinking *thinking)
{
	struct conversation *conversation = thinking->conversation;
	const struct asking *asking = thinking->now;
	struct meaning meaning;

	if (asking->code || !asking->answer) {
		fail(thinking);
		return;
	}
	meaning_read(conversation, asking->answer, thinking_lift, thinking,
	             &meaning);
	asking_free(thinking->now);
	thinking->now = NULL;
	conversation_understood(conversation, &meaning);
	thinking_post(thinking, true);
}

void thinking_over(struct thinking *thinking)
{
	if (thinking->now->purpose == FOR_MEANING)
		meaning_over(thinking);
	else
		talk_over(thinking);
}

int thinking_wait(struct thinking *thinking)
{
	struct mind *mind = thinking->mind;
	int rc = 0;

	while (!rc && !mind->code &&
	       (thinking->now || thinking->summary || thinking->recall))
		rc = sv_loop_step(mind->loop, 1000);
	return rc ? rc : mind->code;
}
