/* play.c: a scripted caller talks with the scenario */
#include "src/dialog/play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/digest.h"

static const char *text_of(const json_t *fields, const char *key)
{
	const char *text = json_string_value(json_object_get(fields, key));

	return text ? text : "";
}

void play_wrong(struct play *play, struct sv_place place, const char *format,
                ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	sv_buf_printf(&play->wrong, "%s:%d: %s\n", play->suite->file,
	              place.line, text);
}

static void keep(char **place, const char *text)
{
	free(*place);
	*place = sv_strdup(text);
}

static void tell_slot(struct play *play, const json_t *fields)
{
	char *value = json_dumps(json_object_get(fields, "value"),
	                         JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));

	sv_buf_printf(&play->transcript, "  [%s = %s]\n",
	              text_of(fields, "slot"), value ? value : "?");
	free(value);
}

/* one event of ours: into the transcript, and where it is looked for */
static void take(struct play *play, const struct letter *letter)
{
	const json_t *fields = letter->fields;
	const char *type = letter->type;
	struct sv_buf *out = &play->transcript;

	if (!strcmp(type, "dialog.say")) {
		json_array_append(play->says, letter->fields);
		sv_buf_printf(&play->all, "%s\n", text_of(fields, "text"));
		sv_buf_printf(out, "> %s\n", text_of(fields, "text"));
	} else if (!strcmp(type, "dialog.slot")) {
		tell_slot(play, fields);
	} else if (!strcmp(type, "dialog.state")) {
		sv_buf_printf(out, "  [%s, %s]\n", text_of(fields, "state"),
		              text_of(fields, "reason"));
	} else if (!strcmp(type, "tool.call")) {
		json_array_append_new(play->tools,
		                      json_string(text_of(fields, "tool")));
		sv_buf_printf(out, "  [runs %s]\n", text_of(fields, "tool"));
	} else if (!strcmp(type, "dialog.handoff")) {
		keep(&play->target, text_of(fields, "target"));
		sv_buf_printf(out, "* to %s\n", play->target);
	} else if (!strcmp(type, "dialog.end")) {
		keep(&play->outcome, text_of(fields, "outcome"));
		sv_buf_printf(out, "* %s\n", play->outcome);
	}
}

/* what the conversation has to send; a model's doing comes bit by bit */
static int collect(void *arg, bool turn)
{
	struct play *play = arg;
	struct outbox *out = &play->conversation->out;
	size_t i;

	(void)turn;
	for (i = 0; i < out->n; i++)
		if (out->items[i].fields)
			take(play, &out->items[i]);
	outbox_release(out);
	return 0;
}

static int settle(struct play *play)
{
	collect(play, true);
	if (!play->thinking)
		return 0;
	thinking_follow(play->thinking);
	return thinking_wait(play->thinking);
}

struct hearing play_hearing(const struct play *play, const char *text,
                            double confidence)
{
	struct hearing hearing = { .text = text,
		                   .confidence = confidence,
		                   .language =
		                           play->suite->scenario->language };

	memcpy(hearing.today, play->today, sizeof hearing.today);
	return hearing;
}

static void hang_up(struct play *play)
{
	play->gone = true;
	play->conversation->parting = PART_DONE;
	conversation_end(play->conversation, "abandoned");
}

static int do_act(struct play *play, const struct act *act)
{
	struct hearing hearing;

	if (act->hangup) {
		hang_up(play);
		return 0;
	}
	if (act->silence) {
		conversation_silence(play->conversation);
		return 0;
	}
	if (act->over)
		return play_over(play, act);
	json_array_clear(play->says);
	if (act->keys)
		return play_keys(play, act->keys);
	hearing = play_hearing(play, act->say, act->confidence);
	return conversation_hear(play->conversation, &hearing);
}

static void tell_act(struct play *play, const struct act *act)
{
	struct sv_buf *out = &play->transcript;
	const char *over = act->over ? " (while we speak)" : "";

	if (act->say)
		sv_buf_printf(out, "< %s%s\n", act->say, over);
	else if (act->keys)
		sv_buf_printf(out, "< #%s%s\n", act->keys, over);
	else if (act->silence)
		sv_buf_puts(out, "< (silence)\n");
	else if (act->hangup)
		sv_buf_puts(out, "< (hangs up)\n");
}

static int one_act(struct play *play, const struct act *act)
{
	int64_t from;
	int rc;

	tell_act(play, act);
	play->cut = false;
	if (!act->over)
		json_array_clear(play->says);
	json_array_clear(play->tools);
	from = sv_now_us();
	rc = do_act(play, act);
	if (!rc)
		rc = settle(play);
	play->took_us = sv_now_us() - from;
	return rc;
}

/* A turn, perhaps done several times. *more: the caller goes on. */
static int do_turn(struct play *play, const struct act *act, bool *more)
{
	int rc = 0;
	int i;

	if (play->conversation->ended && !act->over) {
		play_wrong(play, act->place,
		           "the conversation has ended before this turn");
		*more = false;
		return 0;
	}
	for (i = 0; !rc && i < act->times; i++) {
		if (i && play->conversation->ended)
			break;
		rc = one_act(play, act);
	}
	if (!rc)
		play_expect(play, act);
	return rc;
}

static void begin(struct play *play)
{
	const struct script *script = play->script;
	const struct suite *suite = play->suite;
	const char *caller = script->caller ? script->caller : suite->caller;
	const char *today = script->today ? script->today : suite->today;
	time_t now = time(NULL);
	struct tm tm;

	if (today)
		snprintf(play->today, sizeof play->today, "%s", today);
	else if (!localtime_r(&now, &tm) ||
	         !strftime(play->today, sizeof play->today, "%F", &tm))
		play->today[0] = '\0';
	if (caller)
		play->conversation->slots[suite->scenario->n_slots - 1].value =
			sv_strdup(caller);
}

static bool greets(const struct act *act)
{
	return !act->say && !act->keys && !act->silence && !act->hangup;
}

static int converse(struct play *play)
{
	const struct script *script = play->script;
	int64_t from = sv_now_us();
	bool more = true;
	size_t i = 0;
	int rc;

	if (play->thinking)
		thinking_recall(play->thinking);
	conversation_begin(play->conversation);
	rc = settle(play);
	play->took_us = sv_now_us() - from;
	if (!rc && script->n && greets(&script->acts[0]))
		play_expect(play, &script->acts[i++]);
	for (; !rc && more && i < script->n; i++)
		rc = do_turn(play, &script->acts[i], &more);
	if (!rc && !play->conversation->ended) {
		hang_up(play);
		collect(play, true);
	}
	return rc;
}

/* What a call is named decides between the ways to say a thing: the same for
 * a conversation of the same name, wherever it stands in its file. */
static void name_call(const char *name, char call[SV_CALL_MAX + 1])
{
	unsigned char digest[SV_SHA256];
	char hex[2 * SV_SHA256 + 1];

	sv_sha256(name, strlen(name), digest);
	sv_hex(digest, sizeof digest, hex);
	snprintf(call, SV_CALL_MAX + 1, "simulated-%.16s", hex);
}

int play_run(struct play *play, const struct dialog_engine *type,
             struct engine *engine, struct mind *mind)
{
	char call[SV_CALL_MAX + 1];
	int rc;

	sv_buf_init(&play->all, TRANSCRIPT_MAX);
	sv_buf_init(&play->transcript, TRANSCRIPT_MAX);
	sv_buf_init(&play->wrong, WRONG_MAX);
	play->says = json_array();
	play->tools = json_array();
	name_call(play->script->name, call);
	play->conversation =
		conversation_new(play->suite->scenario, type, engine, call);
	begin(play);
	if (mind)
		play->thinking =
			thinking_new(mind, play->conversation, collect, play);
	rc = converse(play);
	if (!rc)
		play_expect_end(play);
	thinking_free(play->thinking);
	conversation_free(play->conversation);
	play->thinking = NULL;
	play->conversation = NULL;
	return rc;
}

void play_release(struct play *play)
{
	json_decref(play->says);
	json_decref(play->tools);
	free(play->outcome);
	free(play->target);
	sv_buf_release(&play->all);
	sv_buf_release(&play->transcript);
	sv_buf_release(&play->wrong);
}
