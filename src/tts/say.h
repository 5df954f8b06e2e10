/*
 * One prompt: its text, made speakable and cut into sentences, their sound,
 * and how much of it was played.
 */
#ifndef TTS_SAY_H
#define TTS_SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/event.h"
#include "lib/notation.h"

#include "src/tts/chain.h"
#include "src/tts/sound.h"

enum { TTS_TEXT_MAX = 16384 }; /* bytes of a prompt */

enum tts_making { TTS_TODO, TTS_MAKING, TTS_READY };

/* a sentence */
struct tts_piece {
	size_t at, len; /* in the say's text, without blanks at its end */
	enum tts_making state;
	struct tts_sound sound;
	struct tts_credit credit;
};

/* the turn that a say answers, see `turn` in sv-events(7); -1: not known */
struct tts_answer {
	long final; /* which asr.final of the call, from 1; 0: none */
	int turn;
	int endpoint_ms, asr_ms, dialog_ms, llm_ms, sentence_ms;
};

/* what is asked for; all lent */
struct tts_ask {
	const char *id;
	const char *call; /* "" for none */
	const char *text;
	const char *language;
	const char *voice; /* NULL: none in particular */
	struct tts_answer answer;
};

struct tts_say {
	char *id;
	char call[SV_CALL_MAX + 1];
	char *text;            /* as spoken, without notation, */
	struct sv_notes notes; /* which is here */
	char *voice;
	const char *language;
	struct tts_answer answer;
	struct tts_piece *pieces;
	size_t n, now;  /* the sentence being played; n: all were */
	bool started;   /* its first sample was given */
	bool dropped;   /* cut off while its sound was being made */
	int64_t played; /* samples given, pauses between sentences too */
	int64_t asked_us;
	struct tts_say *next;
};

/* A prompt, for tts_say_free(). *rc says what was wrong with the text, which
 * is spoken all the same: EX_DATAERR when it was cut at TTS_TEXT_MAX, or when
 * a digit is left that nothing could be made of. */
struct tts_say *tts_say_new(const struct tts_ask *ask, int rate_hz, int *rc);
void tts_say_free(struct tts_say *say); /* NULL is fine */

/* the sentence being played; NULL when all were */
struct tts_piece *tts_say_piece(struct tts_say *say);

/* The notes of the piece, counted from its beginning: how many. *notes is yours
 * to free(), or NULL. */
size_t tts_say_notes(const struct tts_say *say, const struct tts_piece *piece,
                     struct sv_note **notes);

/* the part of the text that was heard, in whole words; yours to free() */
char *tts_say_heard(const struct tts_say *say);

/* samples that are still to come, those not made yet estimated */
int64_t tts_say_left(const struct tts_say *say, size_t gap, int rate_hz);

#endif
