/* make.c: the sound of the queue's next sentences, made while others play */
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/tts/player.h"
#include "src/tts/report.h"
#include "src/tts/stage.h"

enum { STOP = -2 }; /* what ends an engine that speaks a dropped say */

/* the engine has added sound: life goes on meanwhile */
static int grew(void *arg)
{
	struct tts_player *player = arg;

	if (player->breathe)
		tts_player_note(player, player->breathe(player->arg));
	return player->rc || player->making->dropped ? STOP : 0;
}

/* No engine could speak it: said, and what was to come of the prompt is
 * given up. */
static void fail(struct tts_player *player, struct tts_say *say, int code)
{
	tts_player_note(
		player,
		tts_complain(say->call, tts_player_t(player, say->call), code));
	tts_player_note(player, tts_report_cut(player, say));
	tts_player_drop(player, say);
}

static void make(struct tts_player *player, struct tts_say *say,
                 struct tts_piece *piece)
{
	char *text = sv_strndup(say->text + piece->at, piece->len);
	struct sv_note *notes = NULL;
	struct tts_wish wish = { .text = text,
		                 .language = say->language,
		                 .voice = say->voice,
		                 .call = say->call };
	int rc;

	wish.n_notes = tts_say_notes(say, piece, &notes);
	wish.notes = notes;
	wish.t = tts_player_t(player, say->call);
	piece->state = TTS_MAKING;
	piece->sound.grew = grew;
	piece->sound.arg = player;
	player->making = say;
	rc = tts_chain_speak(player->chain, &wish, &piece->sound,
	                     &piece->credit);
	player->making = NULL;
	free(notes);
	free(text);
	if (say->dropped) {
		tts_say_free(say);
		return;
	}
	piece->state = TTS_READY;
	if (rc && !player->rc) {
		if (!piece->sound.played) /* none of it was heard */
			tts_sound_reset(&piece->sound);
		piece->state = TTS_TODO;
		fail(player, say, rc);
	}
}

/* the first sentence, of those at hand and `ahead`, that is not made yet */
static struct tts_piece *wanted(const struct tts_player *player, size_t ahead,
                                struct tts_say **of)
{
	struct tts_say *say = player->first;
	size_t i = say ? say->now : 0;
	size_t seen = 0;

	while (say && seen <= ahead) {
		if (i == say->n) {
			say = say->next;
			i = 0;
			continue;
		}
		if (say->pieces[i].state == TTS_TODO) {
			*of = say;
			return say->pieces + i;
		}
		i++;
		seen++;
	}
	return NULL;
}

int tts_player_prepare(struct tts_player *player, size_t ahead)
{
	struct tts_say *say = NULL;
	struct tts_piece *piece = NULL;

	if (!player->making && !player->rc)
		piece = wanted(player, ahead, &say);
	if (piece)
		make(player, say, piece);
	return player->rc;
}
