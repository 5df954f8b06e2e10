/* floor.c: who speaks now: prompts and their interruption */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/live.h"

static const char *text_of(const struct sv_event *event, const char *key)
{
	const char *text = json_string_value(json_object_get(event->json, key));

	return text ? text : "";
}

static int tell(struct call *call, const char *type, const char *say)
{
	conversation_write(call->conversation, type,
	                   json_pack("{s:s}", "say", say));
	return call_post(call, false);
}

static int pause_say(struct call *call, const struct say *say)
{
	if (!say || !say->started || !say->interruptible || call->paused)
		return 0;
	call->paused = true;
	return tell(call, "tts.pause", say->id);
}

int floor_resume(struct call *call)
{
	const struct say *say = floor_front(call);

	if (!call->paused)
		return 0;
	call->paused = false;
	call->moved = true;
	return say ? tell(call, "tts.resume", say->id) : 0;
}

int floor_cancel(struct call *call)
{
	size_t i = call->n_says;
	size_t kept = 0;
	int rc = 0;

	if (call->thinking)
		thinking_cancel(call->thinking);
	while (!rc && i--)
		if (call->says[i].interruptible)
			rc = tell(call, "tts.cancel", call->says[i].id);
	for (i = 0; i < call->n_says; i++) {
		if (!call->says[i].interruptible)
			call->says[kept++] = call->says[i];
		else
			free(call->says[i].text);
	}
	call->n_says = kept;
	call->paused = false;
	call->cancelled = true;
	return rc;
}

int floor_vad_start(struct call *call, const struct sv_event *event)
{
	const struct say *say = floor_front(call);

	(void)event;
	call->speaking = true;
	call->pending = false;
	call->cancelled = false;
	call->filled = false;
	free(call->over);
	call->over = say && say->started ? sv_strdup(say->text) : NULL;
	return pause_say(call, say);
}

int floor_vad_end(struct call *call, const struct sv_event *event)
{
	(void)event;
	call->pending = call->speaking;
	call->speaking = false;
	call->moved = true;
	return 0;
}

/* whether words are more than the sounds of a listener, and not our own */
static bool takes_floor(const struct call *call, const char *text)
{
	struct words words;

	words_init(&words, text);
	return words.n && !answer_is_backchannel(&words) &&
	       !words_echo(&words, call->over);
}

/* what we said ourselves, heard by the recogniser */
static bool is_echo(const struct call *call, const char *text)
{
	struct words words;

	words_init(&words, text);
	return words_echo(&words, call->over);
}

/* The words may be all there will be: a model may begin to answer. */
static void guess(struct call *call, const struct sv_event *event)
{
	struct hearing hearing = floor_hear(call, text_of(event, "text"), 1);

	thinking_guess(call->thinking, &hearing);
}

int floor_partial(struct call *call, const struct sv_event *event)
{
	const struct say *say = floor_front(call);

	if (!say && call->thinking && !call->held)
		guess(call, event);
	if (!say || !say->interruptible ||
	    !takes_floor(call, text_of(event, "text")))
		return 0;
	return floor_cancel(call);
}

struct hearing floor_hear(const struct call *call, const char *text,
                          double confidence)
{
	struct hearing hearing = { .text = text,
		                   .confidence = confidence,
		                   .language = call->live->scenario->language };

	memcpy(hearing.today, call->today, sizeof hearing.today);
	return hearing;
}

int floor_answer(struct call *call, const struct hearing *hearing)
{
	int rc;

	/* who speaks again while an answer is made has more to say */
	if (thinking_busy(call->thinking))
		thinking_cancel(call->thinking);
	rc = conversation_hear(call->conversation, hearing);
	return rc ? rc : call_post(call, true);
}

/* Nothing was recognised. In a live call the silence is timed; elsewhere this
 * is all there will be of it. */
static int heard_nothing(struct call *call, const struct sv_event *event)
{
	bool live = call->live->timed;
	bool cut = call->cancelled;

	call->cancelled = false;
	if (call->paused)
		return floor_resume(call);
	if (call->conversation->keys[0] && !live)
		return floor_keyed(call);
	if (call->conversation->ended || floor_front(call) ||
	    !strcmp(text_of(event, "reason"), "dtmf"))
		return 0;
	if (!live)
		conversation_silence(call->conversation);
	else if (cut) /* our question was cut for nothing */
		conversation_reask(call->conversation);
	return call_post(call, true);
}

/* Said while a prompt plays that may not be interrupted: the last such words
 * are kept, and looked at when it has been played (floor_played). */
static void hold(struct call *call, const char *text, double confidence)
{
	free(call->held);
	call->held = sv_strdup(text);
	call->held_confidence = confidence;
}

static double confidence_of(const struct sv_event *event)
{
	const json_t *value = json_object_get(event->json, "confidence");

	return json_is_number(value) ? json_number_value(value) : 1;
}

int floor_final(struct call *call, const struct sv_event *event)
{
	const json_t *number = json_object_get(event->json, "utterance");
	const char *text = text_of(event, "text");
	struct say *say = floor_front(call);
	struct hearing hearing = floor_hear(call, text, confidence_of(event));

	if (json_is_integer(number) &&
	    !conversation_first_time(call->conversation,
	                             json_integer_value(number)))
		return 0;
	call->speaking = false;
	call->pending = false;
	call->moved = true;
	if (!text[strspn(text, " \t\r\n")])
		return heard_nothing(call, event);
	if (is_echo(call, text))
		return heard_nothing(call, event);
	if (say && !say->filler && !takes_floor(call, text))
		return floor_resume(call);
	if (say && say->interruptible) {
		int rc = floor_cancel(call);

		if (rc)
			return rc;
		say = floor_front(call);
	}
	call->cancelled = false;
	if (say) {
		hold(call, text, hearing.confidence);
		return 0;
	}
	call->conversation->keys[0] = '\0';
	return floor_answer(call, &hearing);
}

int floor_started(struct call *call, const struct sv_event *event)
{
	const char *id = text_of(event, "say");
	size_t i;

	for (i = 0; i < call->n_says; i++)
		if (!strcmp(call->says[i].id, id))
			break;
	if (i == call->n_says)
		return 0;
	call->says[i].started = true;
	call->moved = true;
	if (*text_of(event, "text")) { /* as it is spoken */
		free(call->says[i].text);
		call->says[i].text = sv_strdup(text_of(event, "text"));
	}
	/* the caller went on talking after what we took for the end */
	return call->speaking ? pause_say(call, &call->says[i]) : 0;
}

/* The words that were held count when they answer: somebody who greets back
 * while we speak has not failed to answer. */
static int take_held(struct call *call)
{
	char *text = call->held;
	struct hearing hearing;
	int rc = 0;

	call->held = NULL;
	if (!text || call->speaking || call->pending) {
		free(text);
		return 0;
	}
	hearing = floor_hear(call, text, call->held_confidence);
	if (conversation_makes_sense(call->conversation, &hearing))
		rc = floor_answer(call, &hearing);
	free(text);
	return rc;
}

int floor_played(struct call *call, const struct sv_event *event)
{
	const char *id = text_of(event, "say");
	size_t i;

	/* a model is to know what was heard, not what was meant to be said */
	if (call->thinking && json_object_get(event->json, "heard"))
		history_heard(&call->conversation->history, id,
		              text_of(event, "heard"));
	for (i = 0; i < call->n_says; i++)
		if (!strcmp(call->says[i].id, id))
			break;
	if (i == call->n_says)
		return 0;
	/* prompts are played in order: those before it are over too */
	floor_forget(call, i + 1);
	call->paused = false;
	call->moved = true;
	return call->n_says ? 0 : take_held(call);
}
