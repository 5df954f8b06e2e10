/* sentence_end: whether a mark ends a sentence */
#include <string.h>

#include "lib/sentence_inside.h"
#include "lib/utf8.h"

/* No run of marks or blanks is waited for longer, in bytes. */
enum { RUN_MAX = 64, BLANKS_MAX = 256 };

/* what a run of marks is */
struct marks {
	size_t from, to; /* with what closes behind it */
	bool stop;       /* one full stop */
	bool strong;     /* has a ! or a ? */
	bool closed;     /* a quote or a bracket behind it */
};

bool sentence_is_mark(unsigned code)
{
	return code == '.' || code == '!' || code == '?' || code == 0x2026;
}

static bool is_among(uint32_t code, const uint32_t *list)
{
	while (*list && *list != code)
		list++;
	return *list != 0;
}

static bool closes(uint32_t code)
{
	static const uint32_t list[] = { '"', '\'', ')',    ']',    '*',    '_',
		                         '`', 0xbb, 0x201d, 0x2019, 0x201c, 0 };

	return is_among(code, list);
}

static bool opens(uint32_t code)
{
	static const uint32_t list[] = { '"', '\'', '(',    '[',    '*',    '_',
		                         '`', 0xab, 0x201c, 0x201e, 0x2018, 0 };

	return is_among(code, list);
}

static bool is_dash(uint32_t code)
{
	return code == '-' || code == 0x2013 || code == 0x2014;
}

static bool is_small(uint32_t code)
{
	return sv_is_letter(code) && sv_upper(code) != code;
}

static bool is_capital(uint32_t code)
{
	return sv_is_letter(code) && sv_lower(code) != code;
}

static bool is_digit(uint32_t code)
{
	return code >= '0' && code <= '9';
}

/* --- a run of marks --- */

static void take_run(const struct sentence_view *view, struct marks *marks)
{
	const char *p = view->text + marks->from, *end = view->text + view->len;
	const char *most = p + RUN_MAX;
	size_t n = 0;

	while (p < end && p < most) {
		const char *next = p;
		uint32_t code = sv_utf8_next(&next, end);

		if (!sentence_is_mark(code))
			break;
		marks->strong = marks->strong || code == '!' || code == '?';
		marks->stop = code == '.' && !n++;
		p = next;
	}
	while (p < end && p < most) {
		const char *next = p;

		if (!closes(sv_utf8_next(&next, end)))
			break;
		marks->closed = true;
		p = next;
	}
	marks->to = (size_t)(p - view->text);
}

/* What stands behind `at`, blanks and opening marks aside. 0: the end of a
 * line, or of all; *waits: it is not known yet. */
static uint32_t first_behind(const struct sentence_view *view, size_t at,
                             bool *waits)
{
	const char *p = view->text + at, *end = view->text + view->len;
	const char *most = p + BLANKS_MAX;

	*waits = false;
	while (p < end && p < most) {
		uint32_t code = sv_utf8_next(&p, end);

		if (code == '\n' || code == '\r')
			return 0;
		if (!sv_is_space(code) && !opens(code))
			return code;
	}
	*waits = p < most && !view->whole;
	return 0;
}

/* --- nothing between the mark and what follows --- */

/* whether the word that ends at `at` is part of an address */
static bool in_address(const struct sentence_view *view, size_t at)
{
	size_t from = at;

	while (from && view->text[from - 1] != ' ' &&
	       view->text[from - 1] != '\n')
		from--;
	for (; from < at; from++)
		if (strchr("/@=&", view->text[from]))
			return true;
	return false;
}

/* the letter before `at`; 0: there is none */
static uint32_t letter_before(const struct sentence_view *view, size_t at)
{
	const char *p;
	size_t from = at;

	while (from && ((unsigned char)view->text[from - 1] & 0xc0) == 0x80)
		from--;
	if (!from)
		return 0;
	p = view->text + from - 1;
	return sv_utf8_next(&p, view->text + at);
}

/* "Хорошо.Записал": models forget a blank. Not so in Latin letters, where it
 * may be a name, as Node.JS is one. */
static enum sentence_verdict glued(const struct sentence_view *view,
                                   const struct marks *marks)
{
	const char *p = view->text + marks->to, *end = view->text + view->len;
	uint32_t code = sv_utf8_next(&p, end), after = 0;
	uint32_t before = letter_before(view, marks->from);

	if (!is_capital(code) || in_address(view, marks->from))
		return SENTENCE_GOES_ON;
	if (!marks->stop)
		return SENTENCE_ENDS;
	if (!sv_is_cyrillic(code) || !sv_is_cyrillic(before) ||
	    !is_small(before) ||
	    sentence_word(view->text, marks->from) > WORD_SHORT)
		return SENTENCE_GOES_ON;
	if (p == end)
		return view->whole ? SENTENCE_GOES_ON : SENTENCE_WAITS;
	after = sv_utf8_next(&p, end);
	return is_small(after) || sv_is_space(after) ? SENTENCE_ENDS
	                                             : SENTENCE_GOES_ON;
}

/* --- a blank between them --- */

static bool ends_before(uint32_t code, enum sentence_word word, bool closed)
{
	switch (word) {
	case WORD_MAYBE:
		return !code || is_capital(code);
	case WORD_NUMBERED:
		return !is_digit(code);
	default:
		return !is_small(code) && !(closed && is_dash(code));
	}
}

static enum sentence_verdict apart(const struct sentence_view *view,
                                   const struct marks *marks)
{
	enum sentence_word word = WORD_SHORT;
	uint32_t code;
	bool waits;

	if (marks->strong && !marks->closed)
		return SENTENCE_ENDS;
	if (marks->stop)
		word = sentence_word(view->text, marks->from);
	if (word == WORD_LONG && !marks->closed)
		return SENTENCE_ENDS;
	if (word == WORD_NEVER)
		return SENTENCE_GOES_ON;
	code = first_behind(view, marks->to, &waits);
	if (waits)
		return SENTENCE_WAITS;
	return ends_before(code, word, marks->closed) ? SENTENCE_ENDS
	                                              : SENTENCE_GOES_ON;
}

enum sentence_verdict sentence_end(const struct sentence_view *view, size_t at,
                                   size_t *end)
{
	struct marks marks = { .from = at };
	const char *next;

	take_run(view, &marks);
	*end = marks.to;
	if (marks.to == view->len)
		return view->whole ? SENTENCE_ENDS : SENTENCE_WAITS;
	next = view->text + marks.to;
	if (sv_is_space(sv_utf8_next(&next, view->text + view->len)))
		return apart(view, &marks);
	return glued(view, &marks);
}
