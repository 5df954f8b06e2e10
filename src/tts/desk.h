/*
 * What an event of the dialog means for the player. Every event is passed on
 * before anything is done about it.
 */
#ifndef TTS_DESK_H
#define TTS_DESK_H

#include "src/tts/config.h"
#include "src/tts/player.h"

struct tts_desk {
	const struct tts_config *config;
	struct tts_player *player;
	struct tts_calls *calls;
	bool mute; /* nobody hears us any more: nothing is said */
	long said; /* prompts that came without an id, or as text */

	/* the call's clock has come to t; NULL: nobody goes by it */
	int (*clock)(void *arg, const struct sv_event *event);
	void *arg;
};

/* Passes the event on and does what it asks. 0, EX_IOERR. */
int tts_desk_event(struct tts_desk *desk, const struct sv_event *event);

/* Says a text that came without an event. 0 or a code. */
int tts_desk_text(struct tts_desk *desk, const char *text);

#endif
