/*
 * tts_sentence: text is cut where a voice would breathe
 * uses: src/tts/sentence.c
 */
#include "lib/buf.h"

#include "src/tts/sentence.h"
#include "tests/unit/tap.h"

/* the sentences of text, with a bar between them */
static const char *cut(const char *text)
{
	static char joined[4096];
	size_t len = strlen(text), n = 0;

	while (len) {
		size_t some = tts_sentence(text, len);
		size_t words = tts_trim(text, some);

		n += (size_t)snprintf(joined + n, sizeof(joined) - n, "%s%.*s",
		                      n ? "|" : "", (int)words, text);
		text += some;
		len -= some;
	}
	return n ? joined : "";
}

/* the longest piece of n times `part`, in bytes; 0 when one is broken */
static size_t longest(const char *part, int n)
{
	struct sv_buf buf;
	size_t at = 0, most = 0;

	sv_buf_init(&buf, 1 << 20);
	while (n--)
		sv_buf_puts(&buf, part);
	while (at < buf.len) {
		size_t some = tts_sentence(buf.data + at, buf.len - at);

		if (!some || (buf.data[at] & 0xc0) == 0x80)
			return 0;
		most = some > most ? some : most;
		at += some;
	}
	sv_buf_release(&buf);
	return most;
}

int main(void)
{
	is(cut(""), "");
	is(cut("Да"), "Да");
	is(cut("Да. Нет."), "Да.|Нет.");
	is(cut("Как вас зовут?  Алло!\nДа"), "Как вас зовут?|Алло!|Да");
	is(cut("Что?! Ну… ладно... «Да.» И всё"),
	   "Что?!|Ну…|ладно...|«Да.»|И всё");
	is(cut("А. С. Пушкин умер."), "А. С. Пушкин умер.");
	is(cut("Mail to a.b@c.com now."), "Mail to a.b@c.com now.");
	is(cut("first\nsecond\r\n\r\nthird"), "first|second|third");
	is(cut("..."), "...");

	ok(longest("слово ", 500) <= TTS_SENTENCE_MAX + 1);
	ok(longest("ы", 5000) == TTS_SENTENCE_MAX);
	ok(longest("слово, слово ", 500) <= TTS_SENTENCE_MAX + 1);
	ok(longest("x", 100000) == TTS_SENTENCE_MAX);
	ok(longest("\xff", 1000) == TTS_SENTENCE_MAX);
	ok(longest(" ", 1000) > 0);
	ok(longest(".", 1000) > 0);

	is(tts_language("Hello, мир"), "ru");
	is(tts_language("Hello"), "en");
	is(tts_language(""), "en");
	return tap_end();
}
