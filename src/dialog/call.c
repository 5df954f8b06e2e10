/* call.c: calls come and go */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/utf8.h"

#include "src/dialog/checkpoint.h"
#include "src/dialog/live.h"
#include "src/dialog/post.h"

/* Sends, and lets a model have its turn. */
static int send(struct call *call, bool turn)
{
	struct conversation *conversation = call->conversation;
	bool over = conversation->ended && !call->live->timed;

	floor_note(call);
	if (over && conversation->parting != PART_DONE)
		conversation_part(conversation);
	return post_send(conversation, call->live->folder, turn);
}

/* a model's doing: what is waited for is looked at anew */
static int think_post(void *arg, bool turn)
{
	struct call *call = arg;
	int rc = send(call, turn);

	call->moved = true;
	return rc ? rc : wait_update(call);
}

int call_post(struct call *call, bool turn)
{
	int rc = send(call, turn);

	if (rc || !call->thinking)
		return rc;
	thinking_follow(call->thinking);
	call->moved = true;
	return call->live->loop ? 0 : thinking_wait(call->thinking);
}

int call_part(struct call *call)
{
	conversation_part(call->conversation);
	return post_send(call->conversation, call->live->folder, true);
}

static bool is_over(const struct live *live, const char *id)
{
	size_t i;

	for (i = 0; i < live->n_over && i < OVER_MAX; i++)
		if (!strcmp(live->over[i], id))
			return true;
	return false;
}

static void unlink_call(struct live *live, const struct call *call)
{
	struct call **at = &live->calls;

	while (*at && *at != call)
		at = &(*at)->next;
	if (*at) {
		*at = call->next;
		live->n_calls--;
	}
}

/* Without a model the conversation goes by its rules alone. */
static void give_mind(struct call *call)
{
	if (call->live->mind)
		call->thinking = thinking_new(
			call->live->mind, call->conversation, think_post, call);
}

void call_forget(struct call *call)
{
	struct live *live = call->live;

	thinking_free(call->thinking);
	unlink_call(live, call);
	if (live->loop)
		sv_loop_disarm(live->loop, &call->timer);
	snprintf(live->over[live->n_over++ % OVER_MAX], SV_CALL_MAX + 1, "%s",
	         call->conversation->call);
	conversation_free(call->conversation);
	floor_forget(call, call->n_says);
	free(call->over);
	free(call->held);
	free(call);
}

/* The caller has gone, or nothing more will come. */
int call_end(struct call *call)
{
	struct conversation *conversation = call->conversation;
	bool ended = conversation->ended;
	int rc = 0;

	if (call->thinking)
		thinking_cancel(call->thinking);
	if (!ended) {
		conversation->parting = PART_DONE; /* there is no line */
		conversation_end(conversation, "abandoned");
		rc = post_send(conversation, call->live->folder, true);
	} else if (conversation->parting != PART_DONE &&
	           conversation->state >= 0 && call->live->folder) {
		checkpoint_drop(call->live->folder, conversation->call);
	}
	if (!rc)
		call_forget(call);
	return rc;
}

static void today_of(const struct sv_event *event, char today[11])
{
	const char *text =
		event ? json_string_value(json_object_get(event->json, "time"))
		      : NULL;
	int64_t ms;
	struct tm tm;
	time_t seconds;

	if (!text || sv_time_parse(text, &ms))
		ms = sv_wall_ms();
	seconds = (time_t)(ms / 1000);
	if (!localtime_r(&seconds, &tm) || !strftime(today, 11, "%F", &tm))
		snprintf(today, 11, "1970-01-01");
}

/* the number on the line, when it is one */
static void take_caller(struct conversation *conversation,
                        const struct sv_event *event)
{
	const char *caller = event ? json_string_value(json_object_get(
					     event->json, "caller"))
	                           : NULL;
	struct filled *filled =
		&conversation->slots[conversation->scenario->n_slots - 1];

	if (!caller)
		caller = getenv("SV_CALLER");
	if (!caller || !*caller || strlen(caller) >= SLOT_VALUE ||
	    filled->value)
		return;
	/* the environment may hold anything, an event may not */
	if (sv_utf8_check(caller, strlen(caller)) == strlen(caller))
		filled->value = sv_strdup(caller);
}

int call_started(struct call *call, const struct sv_event *event)
{
	take_caller(call->conversation, event);
	return 0;
}

static struct call *add_call(struct live *live, const char *id)
{
	struct call *call = sv_alloc(sizeof *call);

	call->live = live;
	call->conversation =
		conversation_new(live->scenario, live->type, live->engine, id);
	call->event_ms = sv_now_ms();
	call->moved = true;
	call->due_t = -1;
	call->next = live->calls;
	live->calls = call;
	live->n_calls++;
	return call;
}

/* Goes on from a checkpoint; *resumed says whether there was one. */
static int resume(struct call *call, bool *resumed)
{
	struct live *live = call->live;
	struct conversation *conversation = call->conversation;
	json_t *lines = NULL;
	int rc = 0;

	*resumed = live->folder &&
	           checkpoint_load(live->folder, conversation, &lines);
	if (*resumed) {
		sv_info("the conversation goes on at its turn %d",
		        conversation->turn);
		if (lines)
			rc = post_again(conversation, live->folder, lines);
		json_decref(lines);
		return rc;
	}
	/* what a broken one has left behind */
	call->conversation = conversation_new(live->scenario, live->type,
	                                      live->engine, conversation->call);
	conversation_free(conversation);
	return 0;
}

static int begin(struct live *live, const char *id,
                 const struct sv_event *event, struct call **made)
{
	struct call *call = add_call(live, id);
	bool resumed;
	int rc = resume(call, &resumed);

	*made = call;
	give_mind(call);
	today_of(event, call->today);
	if (rc || resumed)
		return rc;
	if (!event) { /* only asked whether there is something to resume */
		*made = NULL;
		unlink_call(live, call);
		thinking_free(call->thinking);
		conversation_free(call->conversation);
		free(call);
		return 0;
	}
	call->conversation->t = event->t;
	call->conversation->begun_t = event->t;
	take_caller(call->conversation, event);
	if (call->thinking)
		thinking_recall(call->thinking);
	conversation_begin(call->conversation);
	return call_post(call, true);
}

/* a conversation begins when the call does, or with whatever is first heard
 * of a call; what comes after an end is not a new call */
static bool begins(const struct sv_event *event)
{
	static const char *const types[] = { "call.start", "vad.start",
		                             "vad.end",    "asr.partial",
		                             "asr.final",  "dtmf" };
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(event->type, types[i]))
			return true;
	return false;
}

static int too_many(const struct sv_event *event)
{
	int code =
		sv_fail(EX_DATAERR,
	                "more than %d calls at once: this one is not answered",
	                CALLS_MAX);

	return sv_event_error(event->call, event->t, code, NULL);
}

int call_find(struct live *live, const struct sv_event *event,
              struct call **call)
{
	const char *own = getenv("SV_CALL_ID");
	const char *id = event ? event->call : "";
	struct call *at = live->calls;

	if (!*id && own && strlen(own) <= SV_CALL_MAX)
		id = own;
	while (at && strcmp(at->conversation->call, id) != 0)
		at = at->next;
	*call = at;
	if (at) {
		today_of(event, at->today);
		return 0;
	}
	if (event ? !begins(event) || is_over(live, id) : !*id)
		return 0;
	if (live->n_calls == CALLS_MAX)
		return event ? too_many(event) : 0;
	return begin(live, id, event, call);
}
