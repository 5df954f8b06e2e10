/* stress.c: a phrase with its stress marks in the text */
#include "src/tts/stress.h"

#include <stdbool.h>
#include <string.h>

#include "lib/fail.h"

enum { VOWEL = 2, ACUTE = 2 }; /* bytes of a Russian vowel, and of the accent */

int tts_stress_read(const char *value, const char *engine, enum tts_stress *how)
{
	*how = TTS_NO_STRESS;
	if (!value || !strcmp(value, "none"))
		return 0;
	*how = !strcmp(value, "plus") ? TTS_PLUS : TTS_ACUTE;
	if (*how == TTS_ACUTE && strcmp(value, "acute") != 0)
		return sv_fail(EX_USAGE,
		               "%s: stress is plus, acute or none, not '%s'",
		               engine, value);
	return 0;
}

/* where the mark of the note is put in; false when it is of another kind */
static bool mark(const struct sv_note *note, enum tts_stress how, size_t *at,
                 size_t *len)
{
	*at = note->at + (how == TTS_ACUTE ? VOWEL : 0);
	*len = how == TTS_ACUTE ? ACUTE : 1;
	return note->kind == SV_STRESS && how != TTS_NO_STRESS;
}

char *tts_stress_text(const struct tts_phrase *phrase, enum tts_stress how)
{
	size_t len = strlen(phrase->text), from = 0, at, n, i;
	struct sv_buf out;

	sv_buf_init(&out, len + ACUTE * phrase->n_notes + 1);
	for (i = 0; i < phrase->n_notes; i++) {
		if (!mark(phrase->notes + i, how, &at, &n) || at > len ||
		    at < from)
			continue;
		sv_buf_add(&out, phrase->text + from, at - from);
		sv_buf_puts(&out, how == TTS_PLUS ? "+" : "\xcc\x81");
		from = at;
	}
	sv_buf_puts(&out, phrase->text + from);
	return sv_buf_take(&out);
}

size_t tts_stress_at(const struct tts_phrase *phrase, enum tts_stress how,
                     size_t at)
{
	size_t before = 0, place, n, i;

	for (i = 0; i < phrase->n_notes; i++)
		if (mark(phrase->notes + i, how, &place, &n) &&
		    place + before < at)
			before += n;
	return at > before ? at - before : 0;
}
