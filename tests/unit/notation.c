/* notation: what a text says besides its words */
#include "lib/notation.h"

#include <stdlib.h>

#include "lib/text.h"

#include "tests/unit/tap.h"

/* "plain|kind:at:len:ms ..." of a text */
static char *read_all(const char *text)
{
	static char all[1024];
	struct sv_notes notes = { 0 };
	struct sv_buf plain;
	size_t i, n;

	sv_buf_init(&plain, 512);
	ok(!sv_notes_read(text, &plain, &notes));
	n = (size_t)snprintf(all, sizeof(all), "%s|", sv_buf_str(&plain));
	for (i = 0; i < notes.n; i++)
		n += (size_t)snprintf(
			all + n, sizeof(all) - n, "%c:%zu:%zu:%d ",
			"SPE"[notes.items[i].kind], notes.items[i].at,
			notes.items[i].len, notes.items[i].ms);
	sv_buf_release(&plain);
	sv_notes_release(&notes);
	return all;
}

static void notes(void)
{
	is(read_all("за́мок"), "замок|S:2:0:0 ");
	is(read_all("з+амок, +Ольга"), "замок, Ольга|S:2:0:0 S:12:0:0 ");
	is(read_all("раз [pause 300ms] два"), "раз два|P:7:0:300 ");
	is(read_all("[pause 1.5s] раз [pause 2s]."), "раз .|P:0:0:1500 "
	                                             "P:7:0:2000 ");
	is(read_all("[pause 60s]"), "|P:0:0:10000 ");
	is(read_all("a *b* c"), "a b c|E:2:1:0 ");
	is(read_all("*не сейчас*!"), "не сейчас!|E:0:4:0 E:5:12:0 ");
	is(read_all("*т+о-то*"), "то-то|E:0:9:0 S:2:0:0 ");
	is(read_all("(*да*)"), "(да)|E:1:4:0 ");
}

/* these are words and signs that people write */
static void text(void)
{
	static const char *const texts[] = {
		"2 * 3",
		"2*3*4",
		"**жирно**",
		"* пункт *",
		"*a b",
		"a* b*",
		"C++",
		"5+апельсин",
		"+7 916",
		"а + е",
		"A+B",
		"Плюс+",
		"[pause]",
		"[pause 5]",
		"[pause ms]",
		"[pause 1h]",
		"[pause 300ms",
		"[paused 300ms]",
		"[PHONE_1]",
		"[pause 1.5ms]",
		"cafe\xcc\x81",
		"б\xcc\x81",
		"\xcc\x81",
		"*\n*",
		"[pause 9999999s]",
		"[[pause",
		"*",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *plain = sv_plain(texts[i]);

		is(plain, texts[i]);
		free(plain);
	}
}

static char *speak(const char *language, const char *text)
{
	static char all[512];
	struct sv_buf out;

	sv_buf_init(&out, sizeof(all));
	ok(!sv_tn(language, text, &out));
	snprintf(all, sizeof(all), "%s", sv_buf_str(&out));
	sv_buf_release(&out);
	return all;
}

static void through_tn(void)
{
	is(speak("ru", "За́мок и зам+ок."), "За́мок и зам+ок.");
	is(speak("ru", "Ждите [pause 300ms] 5 мин."),
	   "Ждите [pause 300ms] пять минут.");
	is(speak("ru", "*15* рублей, *5 минут*!"),
	   "*пятнадцать* рублей, *пять* *минут*!");
	is(speak("ru", "2 ча́са"), "два ча́са");
	is(speak("en", "Only *today* [pause 1s], *5%* off"),
	   "Only *today* [pause 1s], five percent off");
	is(speak("ru", "**да** 5+5"), "да пять плюс пять");
}

int main(void)
{
	notes();
	text();
	through_tn();
	return tap_end();
}
