/* fill.c: sound out of the queue, and the events that go with it */
#include <stdlib.h>
#include <string.h>

#include "lib/pcm.h"

#include "src/tts/player.h"
#include "src/tts/report.h"

/* Unpaced, a call's clock is the speech it got: the silence before a prompt
 * only keeps two of them apart. */
static void advance(struct tts_player *player, struct tts_say *say, size_t n)
{
	player->clock += (int64_t)n;
	if (!say->started)
		return;
	tts_calls_get(player->calls, say->call)->samples += (int64_t)n;
	say->played += (int64_t)n;
}

static void start(struct tts_player *player, struct tts_say *say)
{
	if (say->started)
		return;
	say->started = true;
	tts_player_note(player, tts_report_start(player, say));
}

static void finish(struct tts_player *player, struct tts_say *say)
{
	start(player, say); /* one without a sound starts and ends at once */
	tts_player_note(player, tts_report_end(player, say));
	tts_player_drop(player, say);
}

/* the silence between two sentences */
static size_t give_gap(struct tts_player *player, struct tts_say *say,
                       int16_t *out, size_t n)
{
	if (n > player->gap)
		n = player->gap;
	memset(out, 0, n * sizeof(*out));
	player->gap -= n;
	advance(player, say, n);
	return n;
}

/* Voices begin with some silence, eSpeak's with 60 ms: in a conversation it
 * would only be heard as a slow answer. */
static void skip_silence(const struct tts_player *player,
                         const struct tts_say *say, struct tts_sound *sound)
{
	size_t at = sound->played;

	if (say->started || !player->paced || sound->meant)
		return;
	while (at < sound->n && abs(sound->samples[at]) < TTS_SILENCE)
		at++;
	if ((int64_t)(at - sound->played) >=
	    sv_samples(TTS_SILENCE_MS, player->rate_hz))
		sound->played = at;
}

static size_t give_sound(struct tts_player *player, struct tts_say *say,
                         int16_t *out, size_t n)
{
	struct tts_piece *piece = tts_say_piece(say);
	struct tts_sound *sound = &piece->sound;

	skip_silence(player, say, sound);
	if (n > sound->n - sound->played)
		n = sound->n - sound->played;
	if (n || sound->whole)
		start(player, say);
	if (n)
		memcpy(out, sound->samples + sound->played, n * sizeof(*out));
	sound->played += n;
	advance(player, say, n);
	if (sound->whole && sound->played == sound->n &&
	    piece->state == TTS_READY) {
		tts_sound_release(sound);
		say->now++;
		player->gap = (size_t)sv_samples(TTS_GAP_MS, player->rate_hz);
	}
	return n;
}

/* what is cut off fades out */
static size_t give_tail(struct tts_player *player, int16_t *out, size_t n)
{
	if (n > player->tail_n - player->tail_at)
		n = player->tail_n - player->tail_at;
	memcpy(out, player->tail + player->tail_at, n * sizeof(*out));
	player->tail_at += n;
	player->clock += (int64_t)n;
	return n;
}

/* Some samples of the queue's head, at most n; *on: there may be more. */
static size_t give(struct tts_player *player, int16_t *out, size_t n, bool *on)
{
	struct tts_say *say = player->first;
	struct tts_piece *piece = tts_say_piece(say);
	size_t given;

	*on = false;
	if (!piece || piece->state == TTS_TODO)
		return 0;
	*on = true;
	if (player->gap)
		return give_gap(player, say, out, n);
	given = give_sound(player, say, out, n);
	*on = given || tts_say_piece(say) != piece;
	return given;
}

/* those that have nothing more to be said */
static void finish_played(struct tts_player *player)
{
	while (player->first && !player->rc && !tts_say_piece(player->first))
		finish(player, player->first);
}

size_t tts_player_fill(struct tts_player *player, int16_t *out, size_t n)
{
	size_t given = give_tail(player, out, n);
	bool on = true;

	while (on && !player->paused && !player->rc) {
		finish_played(player);
		on = player->first && given < n;
		if (on)
			given += give(player, out + given, n - given, &on);
	}
	return given;
}

void tts_player_silence(struct tts_player *player, size_t n)
{
	player->clock += (int64_t)n;
	player->gap -= n < player->gap ? n : player->gap;
}
