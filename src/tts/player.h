/*
 * The queue of prompts and the sound that comes out of it, a piece at a time
 * and as slowly or fast as it is taken: pace.h makes real time of it, and
 * without that it is written as fast as it is read. Writes the tts.* and
 * `turn` events as the samples they belong to are taken.
 */
#ifndef TTS_PLAYER_H
#define TTS_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/pcm.h"

#include "src/tts/call.h"
#include "src/tts/chain.h"
#include "src/tts/say.h"

enum {
	TTS_GAP_MS = 250,    /* between two sentences */
	TTS_FADE_MS = 10,    /* of what is cut off: no click */
	TTS_SILENCE = 32,    /* samples below are not heard: -60 dB, */
	TTS_SILENCE_MS = 10, /* so many are left out before a prompt */
	TTS_QUEUE_MAX = 1000,
};

struct tts_player {
	struct tts_chain *chain;
	struct tts_calls *calls;
	int rate_hz;
	bool paced;
	int lead_ms; /* what was taken is heard so much later, paced */

	/* called while sound is made, which may take long; 0 or a code, with
	 * which it ends */
	int (*breathe)(void *arg);
	void *arg;

	int64_t clock; /* samples taken so far: the media clock */
	int rc;        /* the first failure of an event or of breathe() */

	struct tts_say *first, *last;
	int n;
	struct tts_say *making; /* whose sound is being made */
	bool paused;
	size_t gap; /* samples of silence before the next sentence */
	int16_t tail[TTS_FADE_MS * SV_RATE_MAX / 1000];
	size_t tail_n, tail_at;
};

void tts_player_init(struct tts_player *player, struct tts_chain *chain,
                     struct tts_calls *calls, int rate_hz);

/* forgets the queue without a word */
void tts_player_release(struct tts_player *player);

/* Queues the say, which it takes. 0, EX_DATAERR when there are too many. */
int tts_player_add(struct tts_player *player, struct tts_say *say);

/* whether there is anything to say or to finish, paused or not */
bool tts_player_busy(const struct tts_player *player);

/* whether n samples are there to be taken now, or the last ones of a sentence */
bool tts_player_speaks(const struct tts_player *player, size_t n);

/* Makes the sound of what is played next, at most `ahead` sentences of it
 * beyond the one at hand. 0 or player->rc. */
int tts_player_prepare(struct tts_player *player, size_t ahead);

/* Up to n samples into out: how many there are now. Fewer: nothing is to be
 * said, its sound is not made yet, or it is paused. */
size_t tts_player_fill(struct tts_player *player, int16_t *out, size_t n);

/* n samples of silence were given because fill() had no more */
void tts_player_silence(struct tts_player *player, size_t n);

/* The dialog's commands. id is the say it named; NULL is, to pause, the one
 * being said, and to cancel, all the call has in the queue. They do nothing
 * when the call has no such say there. */
void tts_player_pause(struct tts_player *player, const char *call,
                      const char *id);
void tts_player_resume(struct tts_player *player, const char *call);
void tts_player_cancel(struct tts_player *player, const char *call,
                       const char *id);

/* everything, of all calls */
void tts_player_cancel_all(struct tts_player *player);

/* the time of the call on the media clock, now */
int64_t tts_player_t(struct tts_player *player, const char *id);
int64_t tts_player_now_ms(const struct tts_player *player,
                          const struct tts_call *call);

/* the same for what is being heard, which lags behind what was taken */
int64_t tts_player_heard_ms(const struct tts_player *player,
                            const struct tts_call *call);

/* Between player.c, make.c and fill.c: the first failure is kept in
 * player->rc; a say leaves the queue, freed unless an engine is at it. */
void tts_player_note(struct tts_player *player, int rc);
void tts_player_drop(struct tts_player *player, struct tts_say *say);

#endif
