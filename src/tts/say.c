/* say.c: one prompt, in sentences */
#include "src/tts/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/text.h"
#include "lib/utf8.h"

#include "src/tts/sentence.h"

enum {
	SPOKEN_MAX = 16 * TTS_TEXT_MAX, /* "1" becomes "один" and the like */
	CHARACTER_MS = 65, /* of speech, where it must be guessed */
};

/* The text as a voice can say it. What is longer than we take is cut between
 * words. */
static char *speakable(const struct tts_ask *ask, int *rc)
{
	size_t len = strlen(ask->text), word;
	struct sv_buf out;
	char *text;

	*rc = 0;
	if (len > TTS_TEXT_MAX) {
		*rc = sv_fail(EX_DATAERR, "a text of %zu bytes is cut at %d",
		              len, TTS_TEXT_MAX);
		len = sv_utf8_cut(ask->text, len, TTS_TEXT_MAX);
		word = len;
		while (word && ask->text[word] != ' ')
			word--;
		len = word ? word : len;
	}
	text = sv_strndup(ask->text, len);
	sv_buf_init(&out, SPOKEN_MAX);
	if (sv_tn(ask->language, text, &out)) {
		*rc = EX_DATAERR;
		if (!out.len)
			sv_buf_puts(&out, text);
	}
	free(text);
	return sv_buf_take(&out);
}

/* takes the text */
static void read_notes(struct tts_say *say, char *text)
{
	struct sv_buf plain;

	sv_buf_init(&plain, SPOKEN_MAX);
	sv_notes_read(text, &plain, &say->notes);
	say->text = sv_buf_take(&plain);
	free(text);
}

static void cut(struct tts_say *say, int rate_hz)
{
	size_t len = strlen(say->text);
	size_t at = 0, cap = 0;

	while (at < len) {
		size_t n = tts_sentence(say->text + at, len - at);
		size_t words = tts_trim(say->text + at, n);

		if (say->n == cap) {
			cap = cap ? 2 * cap : 4;
			say->pieces = sv_realloc(say->pieces,
			                         cap * sizeof(*say->pieces));
		}
		if (words) {
			say->pieces[say->n] =
				(struct tts_piece){ .at = at, .len = words };
			tts_sound_init(&say->pieces[say->n].sound, rate_hz);
			say->n++;
		}
		at += n;
	}
}

struct tts_say *tts_say_new(const struct tts_ask *ask, int rate_hz, int *rc)
{
	struct tts_say *say = sv_alloc(sizeof(*say));

	say->asked_us = sv_now_us();
	say->id = sv_strdup(ask->id);
	snprintf(say->call, sizeof(say->call), "%s", ask->call);
	say->voice = sv_strdup(ask->voice);
	say->language = ask->language;
	say->answer = ask->answer;
	read_notes(say, speakable(ask, rc));
	cut(say, rate_hz);
	return say;
}

void tts_say_free(struct tts_say *say)
{
	size_t i;

	if (!say)
		return;
	for (i = 0; i < say->n; i++)
		tts_sound_release(&say->pieces[i].sound);
	free(say->pieces);
	sv_notes_release(&say->notes);
	free(say->voice);
	free(say->text);
	free(say->id);
	free(say);
}

struct tts_piece *tts_say_piece(struct tts_say *say)
{
	return say->now < say->n ? say->pieces + say->now : NULL;
}

size_t tts_say_notes(const struct tts_say *say, const struct tts_piece *piece,
                     struct sv_note **notes)
{
	const struct tts_piece *last = say->pieces + say->n - 1;
	size_t end = piece < last ? piece[1].at : SIZE_MAX;
	size_t n = 0, i;

	*notes = say->notes.n ? sv_calloc(say->notes.n, sizeof(**notes)) : NULL;
	for (i = 0; i < say->notes.n; i++) {
		struct sv_note note = say->notes.items[i];

		if (note.at >= end ||
		    (note.at < piece->at && piece > say->pieces))
			continue;
		note.at -= note.at < piece->at ? note.at : piece->at;
		if (note.at > piece->len)
			note.at = piece->len;
		if (note.len > piece->len - note.at)
			note.len = piece->len - note.at;
		(*notes)[n++] = note;
	}
	return n;
}

char *tts_say_heard(const struct tts_say *say)
{
	const struct tts_piece *piece;
	size_t heard = strlen(say->text);

	if (say->now < say->n) {
		piece = say->pieces + say->now;
		heard = piece->at + tts_sound_heard(&piece->sound,
		                                    say->text + piece->at,
		                                    piece->len);
	}
	return sv_strndup(say->text, tts_trim(say->text, heard));
}

static int64_t length(const struct tts_say *say, const struct tts_piece *piece,
                      int rate_hz)
{
	size_t letters = sv_utf8_count(say->text + piece->at, piece->len);

	if (piece->state == TTS_READY)
		return (int64_t)(piece->sound.n - piece->sound.played);
	return (int64_t)letters * CHARACTER_MS * rate_hz / 1000;
}

int64_t tts_say_left(const struct tts_say *say, size_t gap, int rate_hz)
{
	int64_t left = 0;
	size_t i;

	for (i = say->now; i < say->n; i++) {
		left += length(say, say->pieces + i, rate_hz);
		if (i > say->now)
			left += (int64_t)gap;
	}
	return left;
}
