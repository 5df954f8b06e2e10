/* sentence.c: where one sentence ends and the next begins */
#include "src/tts/sentence.h"

#include <stdbool.h>
#include <string.h>

#include "lib/utf8.h"

static bool blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* the length of the mark at text: one that ends a sentence, or (last) one of
 * those that may stand behind it; 0 when there is none */
static size_t mark_at(const char *text, size_t len, bool last)
{
	static const char *const marks[] = { ".",  "!", "?", "…",
		                             "\"", "»", ")", "”" };
	size_t n = last ? sizeof(marks) / sizeof(*marks) : 4;
	size_t i;

	for (i = 0; i < n; i++) {
		size_t size = strlen(marks[i]);

		if (size <= len && !memcmp(text, marks[i], size))
			return size;
	}
	return 0;
}

static size_t end_mark(const char *text, size_t len)
{
	size_t at = mark_at(text, len, false);
	size_t more = at;

	while (more) {
		more = mark_at(text + at, len - at, true);
		at += more;
	}
	return at;
}

/* whether the dot at `at` stands behind a lone letter: А. С. Пушкин */
static bool initial(const char *text, size_t at)
{
	size_t start = at;

	if (text[at] != '.')
		return false;
	while (start && !blank(text[start - 1]))
		start--;
	return sv_utf8_count(text + start, at - start) == 1;
}

static size_t blanks(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && blank(text[n]))
		n++;
	return n;
}

/* The first max bytes of more: to the last comma, or blank, or where it must. */
static size_t forced(const char *text, size_t len, size_t max)
{
	size_t comma = 0, space = 0, i;

	for (i = 1; i < max; i++) {
		if (!blank(text[i]))
			continue;
		space = i;
		if (strchr(",;:.!?", text[i - 1]))
			comma = i;
	}
	if (comma > max / 4)
		return comma + blanks(text + comma, len - comma);
	if (space)
		return space + blanks(text + space, len - space);
	return max;
}

/* a sentence that never ends */
static size_t overlong(const char *text, size_t len)
{
	return forced(text, len, sv_utf8_cut(text, len, TTS_SENTENCE_MAX));
}

size_t tts_sentence_most(const char *text, size_t len, size_t most)
{
	const char *p = text, *end = text + len;
	size_t n = 0;

	for (; n < most && p < end; n++)
		sv_utf8_next(&p, end);
	if (p == end || !n)
		return len;
	return forced(text, len, (size_t)(p - text));
}

size_t tts_sentence(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t mark = end_mark(text + at, len - at);
		size_t after = at + mark;
		bool ends = mark && (after == len || blank(text[after])) &&
		            !initial(text, at);

		if (at >= TTS_SENTENCE_MAX)
			return overlong(text, len);
		if (ends || text[at] == '\n')
			return after + blanks(text + after, len - after);
		at += mark ? mark : 1;
	}
	return len <= TTS_SENTENCE_MAX ? len : overlong(text, len);
}

size_t tts_trim(const char *text, size_t len)
{
	while (len && blank(text[len - 1]))
		len--;
	return len;
}

const char *tts_language(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end)
		if (sv_is_cyrillic(sv_utf8_next(&text, end)))
			return "ru";
	return "en";
}
