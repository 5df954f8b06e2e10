/* player.c: the queue of prompts, and the sound that comes out of it */
#include "src/tts/player.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/tts/report.h"
#include "src/tts/stage.h"

void tts_player_note(struct tts_player *player, int rc)
{
	if (rc && !player->rc)
		player->rc = rc;
}

void tts_player_init(struct tts_player *player, struct tts_chain *chain,
                     struct tts_calls *calls, int rate_hz)
{
	*player = (struct tts_player){ .chain = chain,
		                       .calls = calls,
		                       .rate_hz = rate_hz };
}

void tts_player_release(struct tts_player *player)
{
	while (player->first) {
		struct tts_say *say = player->first;

		player->first = say->next;
		tts_say_free(say);
	}
	player->last = NULL;
	player->n = 0;
}

int64_t tts_player_now_ms(const struct tts_player *player,
                          const struct tts_call *call)
{
	return sv_samples_ms(player->paced ? player->clock : call->samples,
	                     player->rate_hz);
}

int64_t tts_player_heard_ms(const struct tts_player *player,
                            const struct tts_call *call)
{
	return tts_player_now_ms(player, call) - player->lead_ms;
}

int64_t tts_player_t(struct tts_player *player, const char *id)
{
	const struct tts_call *call = tts_calls_get(player->calls, id);

	return call->base_ms + tts_player_now_ms(player, call);
}

int tts_player_add(struct tts_player *player, struct tts_say *say)
{
	if (player->n >= TTS_QUEUE_MAX) {
		tts_say_free(say);
		return sv_fail(EX_DATAERR,
		               "more than %d prompts wait to be said",
		               TTS_QUEUE_MAX);
	}
	if (player->last)
		player->last->next = say;
	else
		player->first = say;
	player->last = say;
	player->n++;
	return 0;
}

bool tts_player_busy(const struct tts_player *player)
{
	return player->first || player->tail_at < player->tail_n;
}

bool tts_player_speaks(const struct tts_player *player, size_t n)
{
	const struct tts_piece *piece =
		player->first ? tts_say_piece(player->first) : NULL;

	if (player->tail_at < player->tail_n)
		return true;
	return piece && !player->paused &&
	       (piece->state == TTS_READY ||
	        piece->sound.n >= piece->sound.played + n);
}

void tts_player_drop(struct tts_player *player, struct tts_say *say)
{
	struct tts_say **at = &player->first;
	struct tts_say *before = NULL;

	while (*at != say) {
		before = *at;
		at = &before->next;
	}
	*at = say->next;
	if (player->last == say)
		player->last = before;
	player->n--;
	if (player->making == say)
		say->dropped = true;
	else
		tts_say_free(say);
}

/* the next few ms of what is being played, fading, come yet */
static void fade(struct tts_player *player)
{
	struct tts_piece *piece =
		player->first ? tts_say_piece(player->first) : NULL;
	size_t n = (size_t)sv_samples(TTS_FADE_MS, player->rate_hz);
	const int16_t *next;
	size_t i;

	if (!piece || player->paused || !piece->sound.played)
		return;
	next = piece->sound.samples + piece->sound.played;
	if (n > piece->sound.n - piece->sound.played)
		n = piece->sound.n - piece->sound.played;
	for (i = 0; i < n; i++)
		player->tail[i] =
			(int16_t)(next[i] * (int)(n - i) / (int)(n + 1));
	player->tail_n = n;
	player->tail_at = 0;
}

/* the call's first say that is meant; NULL: any */
static struct tts_say *find(const struct tts_player *player, const char *call,
                            const char *id)
{
	struct tts_say *say = player->first;

	while (say && (strcmp(say->call, call) != 0 ||
	               (id && strcmp(say->id, id) != 0)))
		say = say->next;
	return say;
}

void tts_player_pause(struct tts_player *player, const char *call,
                      const char *id)
{
	if (!find(player, call, id))
		return;
	fade(player);
	player->paused = true;
}

void tts_player_resume(struct tts_player *player, const char *call)
{
	struct tts_piece *piece;

	if (!player->paused || !find(player, call, NULL))
		return;
	player->paused = false;
	piece = tts_say_piece(player->first);
	if (piece)
		tts_sound_rewind(&piece->sound);
}

static void cut(struct tts_player *player, struct tts_say *say)
{
	if (say == player->first) {
		fade(player);
		player->paused = false;
		player->gap = 0;
	}
	tts_player_note(player, tts_report_cut(player, say));
	tts_player_drop(player, say);
}

void tts_player_cancel(struct tts_player *player, const char *call,
                       const char *id)
{
	struct tts_say *say = find(player, call, id);

	while (say) {
		struct tts_say *next = say->next;

		if (!strcmp(say->call, call))
			cut(player, say);
		say = id ? NULL : next;
	}
}

void tts_player_cancel_all(struct tts_player *player)
{
	while (player->first)
		cut(player, player->first);
}
