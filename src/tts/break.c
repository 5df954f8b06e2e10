/* break.c: where to go on with a sentence that an engine left unfinished */
#include <string.h>

#include "lib/utf8.h"

#include "src/tts/sound.h"

enum {
	FADE_MS = 5,
	SLOWER = 130, /* per cent: how much slower than thought it may speak */
	CLAUSE_MAX = 80 /* bytes: so far back a clause is begun again */
};

static void cut(struct tts_sound *sound, size_t n, size_t at)
{
	size_t fade = (size_t)(sound->rate_hz * FADE_MS / 1000);
	size_t i;

	if (n < sound->played)
		n = sound->played;
	if (fade > n - sound->played)
		fade = n - sound->played;
	for (i = 1; i <= fade; i++)
		sound->samples[n - i] = (int16_t)(sound->samples[n - i] *
		                                  (int)i / (int)(fade + 1));
	sound->n = n;
	while (sound->n_marks && sound->marks[sound->n_marks - 1].at >= at)
		sound->n_marks--;
}

/* back to the beginning of the word at `at`, not before `from` */
static size_t word_at(const char *text, size_t from, size_t at)
{
	while (at > from && text[at - 1] != ' ')
		at--;
	return at;
}

static size_t clause_at(const char *text, size_t from, size_t at)
{
	size_t word = at;

	while (word > from && at - word < CLAUSE_MAX) {
		if (word - from > 1 && strchr(",;:.!?", text[word - 2]))
			return word;
		word = word_at(text, from, word - 1);
	}
	return word == from && at - from < CLAUSE_MAX ? from : at;
}

/* The words are not known: what came of the part's letters by then, if it
 * spoke rather slowly. To say a few words twice is better than none. */
static size_t guess(const struct tts_sound *sound, const char *text, size_t len,
                    int letter_ms)
{
	size_t from = sound->base_at < len ? sound->base_at : len;
	int64_t ms = (int64_t)(sound->n - sound->base_sample) * 1000 /
	             sound->rate_hz;
	int64_t letters = ms * 100 / SLOWER / letter_ms;
	const char *p = text + from, *end = text + len;

	while (letters-- > 0 && p < end)
		sv_utf8_next(&p, end);
	return clause_at(text, from, word_at(text, from, (size_t)(p - text)));
}

size_t tts_sound_break(struct tts_sound *sound, const char *text, size_t len,
                       int letter_ms)
{
	const struct tts_mark *last = NULL;
	size_t at;

	if (!sound->played) {
		tts_sound_reset(sound);
		return 0;
	}
	/* a service may tell of words before it says them */
	while (sound->n_marks &&
	       sound->marks[sound->n_marks - 1].sample >= sound->n)
		sound->n_marks--;
	if (sound->marks && sound->n_marks)
		last = sound->marks + sound->n_marks - 1;
	if (last && !last->part && last->at >= sound->base_at) {
		at = last->at < len ? last->at : len;
		cut(sound, last->sample, at);
		return at;
	}
	at = guess(sound, text, len, letter_ms);
	cut(sound, sound->n, at);
	return at;
}
