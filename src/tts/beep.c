/*
 * beep.c: the engine that needs nothing: a tone a word, as long as the word.
 *
 * For trying a pipeline where no voice is installed, and for tests: what it
 * says is known to the sample. A letter lasts 50 ms at the usual rate, and
 * each word is followed by 50 ms of silence.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

#include "src/tts/engine.h"
#include "src/tts/settings.h"

enum { LETTER_MS = 50, USUAL_HZ = 440, LOUDNESS = 8000, BLOCK = 512 };

struct tts {
	struct tts_manner manner;
};

static int open_beep(struct tts **made, const struct tts_config *config)
{
	struct tts *tts = sv_alloc(sizeof(*tts));
	int rc = tts_setting_manner(&config->settings, "beep", &tts->manner);

	if (rc)
		free(tts);
	else
		*made = tts;
	return rc;
}

static void close_beep(struct tts *tts)
{
	free(tts);
}

static const char *voice(struct tts *tts, const char *language,
                         const char *wanted)
{
	(void)tts;
	(void)language;
	(void)wanted;
	return "beep";
}

static int identify(const struct tts *tts, struct sv_buf *out)
{
	return sv_buf_printf(out, "beep 1 rate=%d pitch=%d volume=%d",
	                     tts->manner.rate, tts->manner.pitch,
	                     tts->manner.volume);
}

/* n samples of the tone, or of silence where loudness is 0 */
static int tone(struct tts *tts, struct tts_sound *sound, int64_t n,
                double loudness)
{
	double hz = USUAL_HZ * (0.5 + tts->manner.pitch / 200.0);
	double step = 2 * M_PI * hz / sound->rate_hz;
	int16_t block[BLOCK];
	int64_t at = 0;
	int rc = 0;

	while (!rc && at < n) {
		size_t some = n - at < BLOCK ? (size_t)(n - at) : BLOCK;

		for (size_t i = 0; i < some; i++, at++)
			block[i] = (int16_t)(loudness * sin(step * (double)at));
		rc = tts_sound_add(sound, block, some);
	}
	return rc;
}

/* the bytes of the word at text, and how many letters that is */
static size_t word(const char *text, size_t *letters)
{
	size_t len = strcspn(text, " ");
	const char *p = text;

	*letters = 0;
	while (p < text + len) {
		uint32_t code = sv_utf8_next(&p, text + len);

		if (sv_is_letter(code) || (code >= '0' && code <= '9'))
			++*letters;
	}
	return len;
}

static int speak(struct tts *tts, const struct tts_phrase *phrase,
                 struct tts_sound *sound)
{
	const char *p = phrase->text;
	int64_t letter =
		(int64_t)sound->rate_hz * LETTER_MS / 10 / tts->manner.rate;
	double loudness = LOUDNESS * tts->manner.volume / 100.0;
	int64_t given = 0;
	int rc = tts_sound_from(sound, sound->rate_hz);

	while (!rc && *p) {
		size_t letters;
		size_t len = word(p, &letters);

		if (letters) {
			tts_sound_mark(sound, given,
			               (size_t)(p - phrase->text));
			given += letter * ((int64_t)letters + 1);
			rc = tone(tts, sound, letter * (int64_t)letters,
			          loudness);
			if (!rc)
				rc = tone(tts, sound, letter, 0);
		}
		p += len;
		p += *p == ' ';
	}
	return rc;
}

const struct tts_engine tts_beep = {
	.name = "beep",
	.about = "a tone a word; needs nothing, says nothing",
	.open = open_beep,
	.close = close_beep,
	.voice = voice,
	.identify = identify,
	.speak = speak,
};
