/* report.c: what is told of a prompt while it is played */
#include "src/tts/report.h"

#include <stdlib.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/pcm.h"

#include "src/tts/stage.h"

/* adds a part that is known to parts: its ms */
static int part(json_t *parts, const char *name, int ms)
{
	if (ms < 0)
		return 0;
	json_object_set_new(parts, name, json_integer(ms));
	return ms;
}

/* what sv-dialog took besides waiting for a model */
static int own_ms(const struct tts_answer *answer)
{
	int ms = answer->dialog_ms;

	if (answer->llm_ms > 0)
		ms -= answer->llm_ms;
	if (answer->sentence_ms > 0)
		ms -= answer->sentence_ms;
	return answer->dialog_ms >= 0 && ms < 0 ? 0 : ms;
}

static int report_turn(struct tts_player *player, const struct tts_say *say,
                       int first_byte_ms)
{
	struct tts_call *call = tts_calls_get(player->calls, say->call);
	const struct tts_answer *answer = &say->answer;
	json_t *parts;
	int total;

	if (answer->final <= call->answered)
		return 0;
	call->answered = answer->final;
	call->turns = answer->turn > 0 ? answer->turn : call->turns + 1;
	parts = json_object();
	total = part(parts, "endpoint", answer->endpoint_ms) +
	        part(parts, "asr", answer->asr_ms) +
	        part(parts, "dialog", own_ms(answer)) +
	        part(parts, "llm", answer->llm_ms) +
	        part(parts, "sentence", answer->sentence_ms) +
	        part(parts, "tts", first_byte_ms);
	return tts_report(say->call, tts_player_t(player, say->call), "turn",
	                  json_pack("{si ss si so}", "turn", call->turns, "say",
	                            say->id, "total_ms", total, "parts",
	                            parts));
}

int tts_report_start(struct tts_player *player, const struct tts_say *say)
{
	int first_byte_ms = (int)((sv_now_us() - say->asked_us) / 1000);
	json_t *fields = json_pack("{ss ss ss si}", "say", say->id, "text",
	                           say->text, "language", say->language,
	                           "first_byte_ms", first_byte_ms);
	int rc;

	if (say->n)
		json_object_update_new(
			fields, json_pack("{ss ss sb}", "engine",
		                          say->pieces->credit.engine, "voice",
		                          say->pieces->credit.voice, "cached",
		                          say->pieces->credit.cached));
	rc = tts_report(say->call, tts_player_t(player, say->call), "tts.start",
	                fields);
	return rc ? rc : report_turn(player, say, first_byte_ms);
}

int tts_report_end(struct tts_player *player, const struct tts_say *say)
{
	json_t *fields = json_pack(
		"{ss sI}", "say", say->id, "duration_ms",
		(json_int_t)sv_samples_ms(say->played, player->rate_hz));

	return tts_report(say->call, tts_player_t(player, say->call), "tts.end",
	                  fields);
}

int tts_report_cut(struct tts_player *player, const struct tts_say *say)
{
	size_t gap = (size_t)sv_samples(TTS_GAP_MS, player->rate_hz);
	int64_t all = say->played + tts_say_left(say, gap, player->rate_hz);
	char *heard = tts_say_heard(say);
	json_t *fields = json_pack(
		"{ss ss sI sI}", "say", say->id, "heard", heard, "heard_ms",
		(json_int_t)sv_samples_ms(say->played, player->rate_hz),
		"duration_ms", (json_int_t)sv_samples_ms(all, player->rate_hz));

	free(heard);
	return tts_report(say->call, tts_player_t(player, say->call),
	                  "tts.interrupted", fields);
}
