/*
 * tts_speechkit: its markup is ours to write, and its words are found in ours
 * uses: src/tts/speechkit-text.c
 */
#include <stdlib.h>

#include "src/tts/speechkit.h"
#include "tests/unit/tap.h"

static char *markup(const char *text)
{
	static char all[512];
	struct sv_notes notes = { 0 };
	struct tts_phrase phrase = { 0 };
	struct sv_buf plain, out;

	sv_buf_init(&plain, sizeof(all));
	sv_buf_init(&out, sizeof(all));
	sv_notes_read(text, &plain, &notes);
	phrase.text = sv_buf_str(&plain);
	phrase.notes = notes.items;
	phrase.n_notes = notes.n;
	ok(!speechkit_markup(&phrase, &out));
	snprintf(all, sizeof(all), "%s", sv_buf_str(&out));
	sv_buf_release(&plain);
	sv_buf_release(&out);
	sv_notes_release(&notes);
	return all;
}

static size_t at;

static int finds(const char *text, const char *word, size_t want)
{
	size_t len;

	if (!speechkit_find(text, word, &at, &len) || at != want)
		return 0;
	at += len;
	return 1;
}

int main(void)
{
	size_t len;

	is(markup("за́мок и з+амок"), "з+амок и з+амок");
	is(markup("*раз* два, *тр+и*"), "**раз** два, **тр+и**");
	is(markup("раз [pause 300ms] два"), "раз sil<[300]> два");
	is(markup("раз [pause 9s] два"), "раз sil<[7000]> sil<[2000]> два");
	is(markup("a ** [[b]] <[huge]> + c{d}"), "a b huge c d ");

	ok(finds("раз, и два и три", "Раз", 0));
	ok(finds("раз, и два и три", "и", 8));
	ok(finds("раз, и два и три", "д+ва", 11));
	ok(!finds("раз, и два и три", "двадцать", 0));
	ok(finds("раз, и два и три", "три", 21));
	at = 0;
	ok(!speechkit_find("мир три", "и", &at, &len) && !at);
	ok(!speechkit_find("мир три", "+", &at, &len));
	ok(!speechkit_find("", "и", &at, &len));

	ok(speechkit_speaks("alena", "ru") && !speechkit_speaks("alena", "en"));
	ok(speechkit_plays("jane", "evil") &&
	   !speechkit_plays("filipp", "good"));
	ok(speechkit_plays("somebody", "good"));
	ok(!speechkit_plays("jane", "goo"));
	return tap_end();
}
