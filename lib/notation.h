/*
 * What a text that is to be spoken says besides its words; sv-scenario(5) has
 * it for who writes texts:
 *
 *     за́мок  з+амок   the stress of a Russian word: an acute behind the
 *                      vowel, or a plus before it
 *     [pause 300ms]    a pause, in ms or s; 10 s at most
 *     *only today*     these words are emphasised
 *
 * Nothing else is taken for a note: "2 * 3", "C++", "+7", "**" are text.
 */
#ifndef SV_NOTATION_H
#define SV_NOTATION_H

#include <stddef.h>

#include "lib/buf.h"

enum { SV_PAUSE_MAX_MS = 10000 };

enum sv_note_kind { SV_STRESS, SV_PAUSE, SV_EMPHASIS };

/* A note, with its place in the text without notes: a stressed vowel, where a
 * pause is, an emphasised word. */
struct sv_note {
	enum sv_note_kind kind;
	size_t at, len; /* bytes; len is the word's */
	int ms;         /* the pause's */
};

/* rising in at; all zero: none */
struct sv_notes {
	struct sv_note *items;
	size_t n, cap;
};

void sv_notes_release(struct sv_notes *notes);

/* How many bytes of the text the note at `at` has, 0 when there is none: a
 * plus, an acute, a pause with its brackets, emphasised words with both stars.
 * Only kind and ms are set. */
size_t sv_note_at(const char *text, size_t len, size_t at,
                  struct sv_note *note);

/* Adds the text without its notes to out, and the notes to notes unless that
 * is NULL. 0, EX_DATAERR when out is full. */
int sv_notes_read(const char *text, struct sv_buf *out, struct sv_notes *notes);

/* the text without its notes, yours to free() */
char *sv_plain(const char *text);

#endif
