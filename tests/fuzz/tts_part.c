/*
 * fuzz: whatever the text and its notes, its parts follow each other, are no
 * longer than they may be, and no letter is between them; and SpeechKit gets
 * no markup but ours
 * uses: src/tts/part.c src/tts/sentence.c src/tts/speechkit-text.c
 * uses: src/tts/break.c src/tts/sound.c
 */
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

#include "src/tts/part.h"
#include "src/tts/speechkit.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* letters and digits */
static size_t letters(const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	size_t n = 0;

	while (p < end) {
		uint32_t code = sv_utf8_next(&p, end);

		n += sv_is_letter(code) || (code >= '0' && code <= '9');
	}
	return n;
}

static void check_markup(const char *text, const struct tts_part *part,
                         unsigned can)
{
	char *copy = strndup(text + part->at, part->len);
	struct tts_phrase phrase = { .text = copy,
		                     .notes = part->notes,
		                     .n_notes = part->n_notes };
	struct sv_buf out;

	sv_buf_init(&out, 1 << 20);
	if (speechkit_markup(&phrase, &out))
		abort();
	if (!can && strpbrk(sv_buf_str(&out), "+*<>[]{}"))
		abort();
	sv_buf_release(&out);
	free(copy);
}

static void check(const struct sv_buf *plain, const struct sv_notes *notes,
                  unsigned can, size_t most)
{
	struct tts_parts parts = { .text = sv_buf_str(plain),
		                   .len = plain->len,
		                   .notes = notes->items,
		                   .n_notes = notes->n,
		                   .can = can,
		                   .most = most };
	size_t at = 0, seen = 0;
	struct tts_part part;

	while (tts_parts_next(&parts, &part)) {
		if (part.len && (part.at < at || part.at > plain->len ||
		                 part.len > plain->len - part.at))
			abort();
		if (most && sv_utf8_count(parts.text + part.at, part.len) >
		                    (most > 20 ? most : 20))
			abort();
		seen += letters(parts.text + part.at, part.len);
		at = part.len ? part.at + part.len : at;
		check_markup(parts.text, &part, can);
	}
	if (seen != letters(parts.text, parts.len))
		abort();
	tts_parts_release(&parts);
}

/* wherever the sound broke off, the text goes on within itself */
static void check_break(const struct sv_buf *text, unsigned seed)
{
	struct tts_sound sound;
	int16_t samples[800] = { 0 };
	size_t at;

	tts_sound_init(&sound, 8000);
	if (seed % 2)
		tts_sound_mark(&sound, 0, seed % (text->len + 1));
	tts_sound_add(&sound, samples, 800);
	if (seed % 3)
		tts_sound_part(&sound, seed % (text->len + 1));
	tts_sound_add(&sound, samples, 100 + seed % 700);
	sound.played = 1 + seed % sound.n;
	at = tts_sound_break(&sound, sv_buf_str(text), text->len,
	                     1 + (int)(seed % 100));
	if (at > text->len || sound.n < sound.played)
		abort();
	tts_sound_release(&sound);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct sv_notes notes = { 0 };
	struct sv_buf plain;
	char *text;

	if (size < 3)
		return 0;
	text = strndup((const char *)data + 2, size - 2);
	if (sv_utf8_check(text, strlen(text)) == strlen(text)) {
		sv_buf_init(&plain, size);
		sv_notes_read(text, &plain, &notes);
		check(&plain, &notes, data[0] % 8, data[1]);
		check_break(&plain, data[0] + 256u * data[1]);
		sv_notes_release(&notes);
		sv_buf_release(&plain);
	}
	free(text);
	return 0;
}
