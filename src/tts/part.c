/* part.c: a sentence in the parts that an engine can speak at a time */
#include "src/tts/part.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

#include "src/tts/sentence.h"

enum { LEAST = 20 }; /* characters that notes leave for words */

static bool has_word(const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		uint32_t code = sv_utf8_next(&p, end);

		if (sv_is_letter(code) || (code >= '0' && code <= '9'))
			return true;
	}
	return false;
}

/* the pauses from the last part on, up to where we are */
static int take_pauses(struct tts_parts *parts)
{
	int ms = 0;

	for (; parts->pause < parts->n_notes; parts->pause++) {
		const struct sv_note *note = parts->notes + parts->pause;

		if (note->kind != SV_PAUSE)
			continue;
		if (note->at > parts->at)
			break;
		ms += note->ms;
	}
	return ms;
}

/* Where the next pause is that is ours to make: one that the engine cannot,
 * or none that it would at the end of a phrase. */
static size_t next_pause(const struct tts_parts *parts)
{
	size_t i = parts->pause;

	for (; i < parts->n_notes; i++) {
		const struct sv_note *note = parts->notes + i;

		if (note->kind == SV_PAUSE &&
		    (!(parts->can & 1u << SV_PAUSE) ||
		     !has_word(parts->text + note->at, parts->len - note->at)))
			return note->at;
	}
	return parts->len;
}

/* the notes of the part that the engine can do; how many characters they take */
static size_t take_notes(struct tts_parts *parts, struct tts_part *part)
{
	static const size_t weights[] = {
		[SV_STRESS] = 1, [SV_PAUSE] = 11, [SV_EMPHASIS] = 4
	};
	size_t weight = 0, i;

	if (!parts->own && parts->n_notes)
		parts->own = sv_calloc(parts->n_notes, sizeof(*parts->own));
	part->notes = parts->own;
	part->n_notes = 0;
	for (i = 0; i < parts->n_notes; i++) {
		struct sv_note note = parts->notes[i];

		if (note.at < part->at || note.at >= part->at + part->len ||
		    !(parts->can & 1u << note.kind) ||
		    (note.kind == SV_PAUSE && note.at == part->at))
			continue;
		note.at -= part->at;
		if (note.len > part->len - note.at)
			note.len = part->len - note.at;
		parts->own[part->n_notes++] = note;
		weight += weights[note.kind];
	}
	return weight;
}

static void take_part(struct tts_parts *parts, struct tts_part *part)
{
	size_t end = next_pause(parts);
	size_t n = end - parts->at;

	part->at = parts->at;
	part->len = n;
	if (parts->most) {
		size_t weight = take_notes(parts, part);

		n = tts_sentence_most(parts->text + parts->at, n,
		                      parts->most > weight + LEAST
		                              ? parts->most - weight
		                              : LEAST);
	}
	part->len = tts_trim(parts->text + parts->at, n);
	take_notes(parts, part);
	parts->at += n;
	while (parts->pause < parts->n_notes &&
	       parts->notes[parts->pause].at < parts->at)
		parts->pause++;
}

bool tts_parts_next(struct tts_parts *parts, struct tts_part *part)
{
	*part = (struct tts_part){ 0 };
	while (parts->at < parts->len) {
		parts->at += strspn(parts->text + parts->at, " \n\t\r");
		part->pause_ms += take_pauses(parts);
		if (parts->at >= parts->len)
			break;
		take_part(parts, part);
		if (has_word(parts->text + part->at, part->len))
			return true;
	}
	part->len = part->n_notes = 0;
	part->pause_ms += take_pauses(parts);
	return part->pause_ms > 0;
}

void tts_parts_release(struct tts_parts *parts)
{
	free(parts->own);
	parts->own = NULL;
}
