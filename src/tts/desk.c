/* desk.c: what an event means for the player */
#include "src/tts/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/tts/sentence.h"
#include "src/tts/stage.h"

static int64_t now_t(struct tts_desk *desk, const char *call)
{
	return tts_player_t(desk->player, call);
}

/* an integer of the event, or -1 when it has none */
static int number(const struct sv_event *event, const char *name)
{
	json_t *value = json_object_get(event->json, name);
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : -1;

	return n >= 0 && n < 1000000000 ? (int)n : -1;
}

static const char *string(const struct sv_event *event, const char *name)
{
	return json_string_value(json_object_get(event->json, name));
}

/* "ru", "en", or NULL for what is neither */
static const char *language(const char *name)
{
	if (name && !strcmp(name, "ru"))
		return "ru";
	return name && !strcmp(name, "en") ? "en" : NULL;
}

static int queue(struct tts_desk *desk, const struct tts_ask *ask)
{
	int wrong, rc = 0;
	struct tts_say *say = tts_say_new(ask, desk->player->rate_hz, &wrong);

	if (wrong)
		rc = tts_complain(ask->call, now_t(desk, ask->call), wrong);
	wrong = tts_player_add(desk->player, say);
	if (!rc && wrong)
		rc = tts_complain(ask->call, now_t(desk, ask->call), wrong);
	return rc;
}

/* what is asked, else what the call is in, else the option, else by script */
static const char *choose_language(const struct tts_desk *desk,
                                   const struct tts_call *call,
                                   const char *asked, const char *text)
{
	const char *found = language(asked);

	if (!found)
		found = call->language;
	if (!found)
		found = desk->config->language;
	return found ? found : tts_language(text);
}

static int on_say(struct tts_desk *desk, const struct sv_event *event)
{
	struct tts_call *call = tts_calls_get(desk->calls, event->call);
	struct tts_ask ask = { .id = string(event, "say"),
		               .call = event->call,
		               .text = string(event, "text"),
		               .voice = string(event, "voice") };
	char id[24];

	if (desk->mute)
		return 0;
	if (!ask.text) {
		int code = sv_fail(EX_DATAERR, "a dialog.say without a text");

		return tts_complain(event->call, event->t, code);
	}
	snprintf(id, sizeof(id), "%ld", ++desk->said);
	if (!ask.id)
		ask.id = id;
	ask.language = choose_language(desk, call, string(event, "language"),
	                               ask.text);
	ask.answer = (struct tts_answer){
		.final = call->finals,
		.turn = number(event, "turn"),
		.endpoint_ms = call->endpoint_ms,
		.asr_ms = call->asr_ms,
		.dialog_ms = number(event, "dialog_ms"),
		.llm_ms = number(event, "llm_ms"),
		.sentence_ms = number(event, "sentence_ms"),
	};
	return queue(desk, &ask);
}

int tts_desk_text(struct tts_desk *desk, const char *text)
{
	const char *call = getenv("SV_CALL_ID");
	char id[24];
	struct tts_ask ask = { .id = id, .text = text };

	if (desk->mute)
		return 0;
	snprintf(id, sizeof(id), "%ld", ++desk->said);
	ask.call = call && strlen(call) <= SV_CALL_MAX ? call : "";
	ask.language = choose_language(
		desk, tts_calls_get(desk->calls, ask.call), NULL, text);
	return queue(desk, &ask);
}

static int on_final(struct tts_desk *desk, const struct sv_event *event)
{
	struct tts_call *call = tts_calls_get(desk->calls, event->call);

	call->finals++;
	call->endpoint_ms = number(event, "endpoint_ms");
	call->asr_ms = number(event, "asr_ms");
	return 0;
}

static int on_call_start(struct tts_desk *desk, const struct sv_event *event)
{
	tts_calls_get(desk->calls, event->call)->language =
		language(string(event, "language"));
	return 0;
}

static int on_call_end(struct tts_desk *desk, const struct sv_event *event)
{
	tts_player_cancel(desk->player, event->call, NULL);
	tts_calls_forget(desk->calls, event->call);
	return desk->player->rc;
}

static int on_pause(struct tts_desk *desk, const struct sv_event *event)
{
	tts_player_pause(desk->player, event->call, string(event, "say"));
	return 0;
}

static int on_resume(struct tts_desk *desk, const struct sv_event *event)
{
	tts_player_resume(desk->player, event->call);
	return 0;
}

static int on_cancel(struct tts_desk *desk, const struct sv_event *event)
{
	tts_player_cancel(desk->player, event->call, string(event, "say"));
	return desk->player->rc;
}

static const struct {
	const char *type;
	int (*act)(struct tts_desk *desk, const struct sv_event *event);
} actions[] = {
	{ "dialog.say", on_say },    { "asr.final", on_final },
	{ "tts.pause", on_pause },   { "tts.resume", on_resume },
	{ "tts.cancel", on_cancel }, { "call.start", on_call_start },
	{ "call.end", on_call_end },
};

int tts_desk_event(struct tts_desk *desk, const struct sv_event *event)
{
	struct tts_call *call = tts_calls_get(desk->calls, event->call);
	int rc;
	size_t i;

	if (desk->clock && !strcmp(event->type, "clock"))
		return desk->clock(desk->arg, event);
	rc = tts_pass(event);

	tts_call_place(call, event->t, tts_player_heard_ms(desk->player, call));
	for (i = 0; !rc && i < sizeof(actions) / sizeof(*actions); i++)
		if (!strcmp(actions[i].type, event->type))
			rc = actions[i].act(desk, event);
	return rc;
}
