/*
 * The sound of one sentence while an engine makes it, and after: samples at
 * the rate of our output, and where in them each word begins. An engine says
 * its own rate, adds what it has, and stops when it is told to.
 */
#ifndef TTS_SOUND_H
#define TTS_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TTS_SOUND_S = 180 }; /* a sentence that speaks longer is a fault */

/* A word begins; or a part of the sentence, where its words are not known. */
struct tts_mark {
	uint32_t sample;  /* at our rate */
	uint32_t at : 31; /* byte of the sentence */
	uint32_t part : 1;
};

struct sv_loop;
struct sv_resampler;

struct tts_sound {
	int rate_hz;
	int16_t *samples;
	size_t n, cap;
	struct tts_mark *marks; /* rising in both */
	size_t n_marks, cap_marks;
	size_t played; /* how many samples were taken for output */
	bool whole;    /* nothing more is to come */
	bool meant;    /* the silence that it begins with is part of it */

	/* Called when samples were added, and when an engine that waits for
	 * some lets life go on; non-zero stops the engine. */
	int (*grew)(void *arg);
	void *arg;

	int from_hz;                 /* the engine's rate */
	size_t base_sample, base_at; /* where what is being made begins */
	struct sv_resampler *resampler;
	unsigned char half; /* the first byte of a sample that was cut in two */
	bool halved;
};

void tts_sound_init(struct tts_sound *sound, int rate_hz);
void tts_sound_release(struct tts_sound *sound);

/* forgets all sound, as before an engine's second try */
void tts_sound_reset(struct tts_sound *sound);

/* the rate of what will be added: first of all. 0 or a code. */
int tts_sound_from(struct tts_sound *sound, int from_hz);

/* Adds samples at the engine's rate. Non-zero: stop, and hand it up. */
int tts_sound_add(struct tts_sound *sound, const int16_t *samples, size_t n);

/* The same for a service's little-endian bytes, cut anywhere. */
int tts_sound_add_bytes(struct tts_sound *sound, const void *data, size_t len);

/* An engine waits and has nothing to add: calls grew() all the same, so that
 * frames are written and events are seen. At least each 10 ms. Non-zero: stop,
 * and hand it up. */
int tts_sound_breathe(struct tts_sound *sound);

/* Steps the engine's loop, breathing, until *done. 0; what breathing returned;
 * or a code of the loop's handlers. */
int tts_sound_wait(struct tts_sound *sound, struct sv_loop *loop,
                   const bool *done);

/* A word begins at the engine's sample, at that byte of its phrase. What does
 * not rise is left out. */
void tts_sound_mark(struct tts_sound *sound, int64_t sample, size_t at);

/* What is made from here on, by the same engine or another, is the sentence
 * from that byte on: its samples and bytes are counted from here. 0 or a
 * code. */
int tts_sound_part(struct tts_sound *sound, size_t at);

/* silence that is meant, between parts. 0; or stop, and hand it up. */
int tts_sound_pause(struct tts_sound *sound, int ms);

/* That was all. 0 or a code. */
int tts_sound_end(struct tts_sound *sound);

/* The engine broke off. Cuts off what cannot be gone on with, and returns the
 * byte of the text that the next one begins with: 0 when nothing was played
 * yet, all sound forgotten; else the beginning of the word that was being
 * said, where the words are known; else that of a clause or word which came at
 * the latest then, letter_ms being what a letter takes. */
size_t tts_sound_break(struct tts_sound *sound, const char *text, size_t len,
                       int letter_ms);

/* How many bytes of the sentence of len bytes were heard: words that were
 * played to their end. */
size_t tts_sound_heard(const struct tts_sound *sound, const char *text,
                       size_t len);

/* back to the beginning of the word that was cut into */
void tts_sound_rewind(struct tts_sound *sound);

#endif
