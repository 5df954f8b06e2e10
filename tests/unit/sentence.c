/* sentence: text is cut into sentences, the same however it comes */
#include "lib/sentence.h"

#include <stdlib.h>

#include "lib/fail.h"

#include "tests/unit/golden.h"
#include "tests/unit/tap.h"

struct how {
	bool markdown;
	size_t first_most;
};

static struct sv_buf out;

static int got(void *arg, const char *text, size_t len)
{
	(void)arg;
	if (strlen(text) != len)
		abort();
	if (out.len)
		sv_buf_putc(&out, '|');
	sv_buf_add(&out, text, len);
	return 0;
}

/* what becomes of text that comes in pieces */
static const char *cut(const char *text, const struct how *how, size_t piece)
{
	struct sv_sentences cut;
	size_t len = strlen(text);

	sv_buf_cut(&out, 0);
	sv_sentences_init(&cut, got, NULL);
	cut.markdown = how->markdown;
	cut.first_most = how->first_most;
	for (size_t at = 0; at < len; at += piece)
		sv_sentences_feed(&cut, text + at,
		                  len - at < piece ? len - at : piece);
	sv_sentences_end(&cut);
	sv_sentences_release(&cut);
	return sv_buf_str(&out);
}

/* \n, \r and \\ of a golden file */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++, to++) {
		*to = *text;
		if (*text == '\\' && text[1])
			*to = *++text == 'n' ? '\n'
			      : *text == 'r' ? '\r'
			                     : *text;
	}
	*to = '\0';
}

static int check(const char *in, const char *want, void *arg)
{
	static const size_t pieces[] = { 4096, 1, 2, 3, 5, 7 };
	char text[4096];

	snprintf(text, sizeof text, "%s", in);
	unescape(text);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		const char *found = cut(text, arg, pieces[i]);

		if (strcmp(found, want) != 0) {
			printf("# by %zu: %s\n#    got %s\n#   want %s\n",
			       pieces[i], in, found, want);
			return 0;
		}
	}
	return 1;
}

static int table(const char *name, struct how how)
{
	const char *root = getenv("SV_ROOT");
	char path[4096];

	snprintf(path, sizeof path, "%s/tests/data/sentence/%s",
	         root ? root : ".", name);
	return golden(path, check, &how);
}

/* --- when --- */

static void feed(struct sv_sentences *cut, const char *text)
{
	sv_buf_cut(&out, 0);
	sv_sentences_feed(cut, text, strlen(text));
}

static void moments(void)
{
	struct sv_sentences cut;

	sv_sentences_init(&cut, got, NULL);
	feed(&cut, "Здравствуйте.");
	is(sv_buf_str(&out), ""); /* ".ru" may follow */
	feed(&cut, " ");
	is(sv_buf_str(&out), "Здравствуйте.");
	feed(&cut, "Как дела?");
	is(sv_buf_str(&out), "");
	feed(&cut, " ");
	is(sv_buf_str(&out), "Как дела?");
	feed(&cut, "Да. ");
	is(sv_buf_str(&out), ""); /* may be an abbreviation */
	feed(&cut, "Н");
	is(sv_buf_str(&out), "Да.");
	feed(&cut, "ет\n");
	is(sv_buf_str(&out), "Нет");
	feed(&cut, "Последнее");
	sv_buf_cut(&out, 0);
	sv_sentences_end(&cut);
	is(sv_buf_str(&out), "Последнее");
	feed(&cut, "Забудьте это");
	sv_sentences_reset(&cut);
	feed(&cut, "Новое. ");
	is(sv_buf_str(&out), "");
	feed(&cut, "Да");
	is(sv_buf_str(&out), "Новое.");
	sv_sentences_release(&cut);
}

static int stop(void *arg, const char *text, size_t len)
{
	(void)text;
	(void)len;
	++*(int *)arg;
	return EX_IOERR;
}

static void endings(void)
{
	struct sv_sentences cut;
	int n = 0;

	sv_sentences_init(&cut, stop, &n);
	ok(sv_sentences_feed(&cut, "Раз! Два! Три!", 23) == EX_IOERR);
	ok(n == 1);
	sv_sentences_release(&cut);
}

/* what never ends is cut all the same */
static void long_ones(void)
{
	struct how how = { 0 };
	char text[5000];
	const char *found;

	memset(text, 'x', 1000);
	text[1000] = '\0';
	found = cut(text, &how, 7);
	ok(strcspn(found, "|") == SV_SENTENCE_MOST);
	for (size_t i = 0; i < 1000; i += 10)
		memcpy(text + i, "some word ", 10);
	found = cut(text, &how, 7);
	ok(strcspn(found, "|") == SV_SENTENCE_MOST - 1);
	memcpy(text + 300, ", ", 2);
	found = cut(text, &how, 7);
	ok(strcspn(found, "|") == 301);
	memset(text, '.', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	ok(strlen(cut(text, &how, 1)) >= sizeof text - 1);
	memset(text, ' ', sizeof text - 1);
	memcpy(text, "Da.", 3);
	is(cut(text, &how, 1), "Da.");
}

int main(void)
{
	int n = 0;

	sv_buf_init(&out, 1 << 20);
	n += table("plain", (struct how){ 0 });
	n += table("markdown", (struct how){ .markdown = true });
	n += table("first", (struct how){ .first_most = 30 });
	ok(n >= 150);
	moments();
	endings();
	long_ones();
	sv_buf_release(&out);
	return tap_end();
}
