/* sentence_mark: what Markdown has for the eye is not spoken */
#include <string.h>

#include "lib/sentence_inside.h"
#include "lib/utf8.h"

enum {
	/* bytes that are waited for, until a mark is not what it may be */
	MARKED_MAX = 1024,
	LABEL_MAX = 300,
	ADDRESS_MAX = 2000,
	TAG_MAX = 200,
};

/* raw, from where it is read */
struct source {
	struct sv_sentences *cut;
	const char *text;
	size_t len;
	bool whole;
};

/* what a function that looks at a mark gives: the bytes it has dealt with, or */
enum { WAITS = -1, NOT_THIS = 0 };

static void put(struct sv_sentences *cut, const char *text, size_t len)
{
	sv_buf_add(&cut->text, text, len);
	if (len)
		cut->last = text[len - 1];
}

/* the character there; NUL: none. *waits: there may be one */
static char at(const struct source *source, size_t i, bool *waits)
{
	if (i < source->len)
		return source->text[i];
	*waits = *waits || !source->whole;
	return '\0';
}

static size_t run_of(const struct source *source, char c, bool *waits)
{
	size_t n = 0;

	while (n < MARKED_MAX && at(source, n, waits) == c)
		n++;
	return n;
}

static bool is_blank(char c)
{
	return !c || strchr(" \t\r\n", c);
}

/* letters of other alphabets are more than one byte */
static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_mark(char c)
{
	return c && strchr("\\`*_{}[]()#+-.!~>|<", c);
}

/* --- a line's beginning --- */

/* the length of the line, without its end; WAITS */
static int line_of(const struct source *source)
{
	size_t n = 0;

	while (n < source->len && n < MARKED_MAX && source->text[n] != '\n')
		n++;
	return n == source->len && n < MARKED_MAX && !source->whole ? WAITS
	                                                            : (int)n;
}

/* A cell, without the blanks around it; whether there was one. */
static bool put_cell(struct sv_sentences *cut, const char *cell, size_t n,
                     bool first)
{
	while (n && is_blank(*cell)) {
		cell++;
		n--;
	}
	while (n && is_blank(cell[n - 1]))
		n--;
	if (n && !first)
		put(cut, ", ", 2);
	put(cut, cell, n);
	return n > 0;
}

/* Cells become parts of a sentence; the line below a head is nothing. */
static int take_row(struct source *source)
{
	int len = line_of(source);
	bool first = true;
	int from = 1;

	if (len < 0)
		return WAITS;
	if (strspn(source->text, "|:- \t") >= (size_t)len)
		return len;
	while (from < len) {
		const char *cell = source->text + from;
		const char *bar = memchr(cell, '|', (size_t)(len - from));
		size_t n = bar ? (size_t)(bar - cell) : (size_t)(len - from);

		if (put_cell(source->cut, cell, n, first))
			first = false;
		from += (int)n + 1;
	}
	source->cut->within = true;
	return len;
}

/* "---", "***": a rule, to the end of its line */
static int take_rule(const struct source *source, char c)
{
	bool waits = false;
	size_t n = run_of(source, c, &waits);

	if (waits && n < MARKED_MAX)
		return WAITS;
	if (n < 3)
		return NOT_THIS;
	while (n < MARKED_MAX &&
	       (at(source, n, &waits) == ' ' || at(source, n, &waits) == c))
		n++;
	if (waits && n < MARKED_MAX)
		return WAITS;
	return n >= source->len || source->text[n] == '\n' ? (int)n : NOT_THIS;
}

/* "- ", "* ", "+ ", "• " */
static int take_bullet(const struct source *source, size_t size)
{
	bool waits = false;
	char next = at(source, size, &waits);

	if (waits)
		return WAITS;
	return next == ' ' || next == '\t' ? (int)size + 1 : NOT_THIS;
}

static int take_heading(const struct source *source)
{
	bool waits = false;
	size_t n = run_of(source, '#', &waits);
	char next = at(source, n, &waits);

	if (waits)
		return WAITS;
	return n <= 6 && (next == ' ' || !next || next == '\n') ? (int)n
	                                                        : NOT_THIS;
}

/* the line that begins or ends a piece of code */
static int take_fence(const struct source *source)
{
	bool waits = false;
	size_t n = run_of(source, '`', &waits);

	if (waits && n < 3)
		return WAITS;
	return n >= 3 ? line_of(source) : NOT_THIS;
}

static int take_begin(struct source *source)
{
	char c = *source->text;
	int n = NOT_THIS;

	if (c == ' ' || c == '\t')
		return 1;
	if (c == '>')
		return 1;
	if (c == '#')
		n = take_heading(source);
	else if (c == '`')
		n = take_fence(source);
	else if (c == '|')
		n = take_row(source);
	else if (c == '-' || c == '*' || c == '_')
		n = take_rule(source, c);
	if (n == NOT_THIS && (c == '-' || c == '*' || c == '+'))
		n = take_bullet(source, 1);
	else if (n == NOT_THIS && source->len >= 3 &&
	         !memcmp(source->text, "•", 3))
		n = take_bullet(source, 3);
	if (n == NOT_THIS)
		source->cut->within = true;
	return n;
}

/* --- within a line --- */

/* "*", "**", "_", "__": where they lean on a word, at one side */
static int take_emphasis(struct source *source, char c)
{
	struct sv_sentences *cut = source->cut;
	bool waits = false, plain;
	size_t n = run_of(source, c, &waits);
	char next = at(source, n, &waits);

	if (waits && n < MARKED_MAX)
		return WAITS;
	plain = (is_blank(cut->last) && is_blank(next)) ||
	        ((c == '_' || n == 1) && is_word(cut->last) && is_word(next));
	if (plain)
		put(cut, source->text, n);
	return (int)n;
}

/* what stands in brackets, without marks of emphasis */
static void put_label(struct sv_sentences *cut, const char *label, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr("*`_", label[i]))
			put(cut, label + i, 1);
}

/* the place of `close` within most bytes of the line; WAITS; NOT_THIS */
static int find(const struct source *source, size_t from, char close,
                size_t most)
{
	for (size_t i = from; i < source->len && i < from + most; i++) {
		if (source->text[i] == '\n')
			return NOT_THIS;
		if (source->text[i] == close)
			return (int)i;
	}
	return source->len < from + most && !source->whole ? WAITS : NOT_THIS;
}

/* "[text](address)", "![text](address)": skip is the length of what is before
 * the text */
static int take_link(struct source *source, size_t skip)
{
	int end = find(source, skip, ']', LABEL_MAX), close;
	bool waits = false;
	char next;

	if (end <= 0)
		return end;
	next = at(source, (size_t)end + 1, &waits);
	if (waits)
		return WAITS;
	if (next != '(')
		return NOT_THIS;
	close = find(source, (size_t)end + 2, ')', ADDRESS_MAX);
	if (close <= 0)
		return close;
	put_label(source->cut, source->text + skip, (size_t)end - skip);
	return close + 1;
}

static int take_image(struct source *source)
{
	bool waits = false;
	char next = at(source, 1, &waits);

	if (waits)
		return WAITS;
	return next == '[' ? take_link(source, 2) : NOT_THIS;
}

/* "<br>", "<https://…>" */
static int take_tag(struct source *source)
{
	bool waits = false;
	char next = at(source, 1, &waits);
	int end;

	if (waits)
		return WAITS;
	if (!is_word(next) || (unsigned char)next >= 0x80 ||
	    (next >= '0' && next <= '9'))
		return NOT_THIS;
	end = find(source, 1, '>', TAG_MAX);
	if (end <= 0)
		return end;
	if (end >= 3 && !memcmp(source->text + 1, "br", 2))
		put(source->cut, "\n", 1);
	else if (memchr(source->text, ':', (size_t)end) ||
	         memchr(source->text, '@', (size_t)end))
		put(source->cut, source->text + 1, (size_t)end - 1);
	else
		return NOT_THIS;
	return end + 1;
}

static int take_escape(struct source *source)
{
	bool waits = false;
	char next = at(source, 1, &waits);

	if (waits)
		return WAITS;
	if (!is_mark(next))
		return NOT_THIS;
	put(source->cut, &next, 1);
	return 2;
}

static int take_tildes(struct source *source)
{
	bool waits = false;
	size_t n = run_of(source, '~', &waits);

	if (waits && n < 2)
		return WAITS;
	return n >= 2 ? 2 : NOT_THIS;
}

static int take_inline(struct source *source)
{
	switch (*source->text) {
	case '*':
	case '_':
		return take_emphasis(source, *source->text);
	case '`':
		return 1;
	case '~':
		return take_tildes(source);
	case '[':
		return take_link(source, 1);
	case '!':
		return take_image(source);
	case '<':
		return take_tag(source);
	case '\\':
		return take_escape(source);
	default:
		return NOT_THIS;
	}
}

/* The bytes of what is no mark: to the next one that may be. */
static size_t plain_of(const struct source *source)
{
	size_t n = 1;

	while (n < source->len && !strchr("*_`~[!<\\\n", source->text[n]))
		n++;
	return n;
}

static int take(struct source *source)
{
	struct sv_sentences *cut = source->cut;
	int n = NOT_THIS;

	if (*source->text == '\n') {
		put(cut, "\n", 1);
		cut->within = false;
		return 1;
	}
	if (!cut->within) {
		n = take_begin(source);
		if (n)
			return n;
	}
	n = take_inline(source);
	if (n)
		return n;
	n = (int)plain_of(source);
	put(cut, source->text, (size_t)n);
	return n;
}

void sentence_unmark(struct sv_sentences *cut, bool whole)
{
	const char *raw = sv_buf_str(&cut->raw);
	size_t len = whole ? cut->raw.len : sentence_whole(raw, cut->raw.len);
	size_t done = 0;

	for (;;) {
		struct source source = { cut, raw + done, len - done, whole };
		int n = source.len ? take(&source) : WAITS;

		if (n == WAITS)
			break;
		done += (size_t)n;
	}
	sv_buf_drop(&cut->raw, done);
}
