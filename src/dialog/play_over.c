/*
 * play_over.c: the caller speaks or presses keys while we speak. What follows
 * is what floor.c and keys.c make of it in a live call whose first prompt of
 * the turn is being played.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/play.h"

static bool interruptible(const json_t *say)
{
	return json_is_true(json_object_get(say, "interruptible"));
}

/* A listener's sounds, and our own voice come back, take no floor. */
static bool takes_floor(const json_t *front, const char *text)
{
	const char *ours = json_string_value(json_object_get(front, "text"));
	struct words words;

	words_init(&words, text);
	return words.n && !answer_is_backchannel(&words) &&
	       !words_echo(&words, ours);
}

/* whether some prompt goes on when all that may be cut was */
static bool goes_on(const json_t *says)
{
	const json_t *say;
	size_t i;

	json_array_foreach (says, i, say)
		if (!interruptible(say))
			return true;
	return false;
}

static int hear_over(struct play *play, const struct act *act)
{
	const json_t *front = json_array_get(play->says, 0);
	struct hearing hearing = play_hearing(play, act->say, act->confidence);
	bool held = goes_on(play->says);

	if (front && !takes_floor(front, act->say)) {
		json_array_clear(play->says);
		return 0;
	}
	play->cut = front && interruptible(front);
	json_array_clear(play->says);
	/* words over what may not be cut count when they answer it */
	if (held && !conversation_makes_sense(play->conversation, &hearing))
		return 0;
	return conversation_hear(play->conversation, &hearing);
}

/* what was keyed so far is the answer */
static int keyed(struct play *play)
{
	struct conversation *conversation = play->conversation;
	char keys[sizeof conversation->keys];
	struct hearing hearing;

	memcpy(keys, conversation->keys, sizeof keys);
	conversation->keys[0] = '\0';
	hearing = play_hearing(play, keys, 1);
	hearing.keys = true;
	return conversation_hear(conversation, &hearing);
}

int play_keys(struct play *play, const char *keys)
{
	struct conversation *conversation = play->conversation;
	int rc = 0;

	for (; !rc && *keys && !conversation->ended; keys++)
		if (conversation_takes_key(conversation, *keys) &&
		    conversation_key(conversation, *keys))
			rc = keyed(play);
	/* no key for three seconds is the end of them, too */
	if (!rc && conversation->keys[0] && !conversation->ended)
		rc = keyed(play);
	return rc;
}

int play_over(struct play *play, const struct act *act)
{
	const json_t *front = json_array_get(play->says, 0);

	if (act->say)
		return hear_over(play, act);
	play->cut = front && interruptible(front) &&
	            conversation_takes_key(play->conversation, *act->keys);
	json_array_clear(play->says);
	return play_keys(play, act->keys);
}
