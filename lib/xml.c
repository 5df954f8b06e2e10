/* xml: the little of it that storage services speak */
#include "lib/xml.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/utf8.h"

/* an element that is open: where its name ends in the path, and its text */
struct element {
	size_t path_len;
	struct sv_buf text;
};

struct reader {
	const char *at, *stop;
	char path[SV_XML_PATH];
	struct element open[SV_XML_DEPTH];
	int depth;
	bool had_root;
	int (*end)(void *arg, const char *path, const char *text);
	void *arg;
};

static int bad(const char *what)
{
	return sv_fail(EX_DATAERR, "no XML that we read: %s", what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct reader *reader)
{
	while (reader->at < reader->stop && is_blank(*reader->at))
		reader->at++;
}

static bool take(struct reader *reader, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(reader->stop - reader->at) < len ||
	    memcmp(reader->at, text, len) != 0)
		return false;
	reader->at += len;
	return true;
}

static bool is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == ':' ||
	       (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

/* 0: there is none here */
static size_t take_name(struct reader *reader)
{
	const char *from = reader->at;

	while (reader->at < reader->stop &&
	       is_name(*reader->at, reader->at == from))
		reader->at++;
	return (size_t)(reader->at - from);
}

/* --- text --- */

static const struct {
	const char *name;
	char c;
} entities[] = {
	{ "&lt;", '<' },   { "&gt;", '>' },    { "&amp;", '&' },
	{ "&quot;", '"' }, { "&apos;", '\'' },
};

static int add(struct sv_buf *text, const char *data, size_t len)
{
	return sv_buf_add(text, data, len) ? bad("a text that is too long") : 0;
}

static bool is_character(long code)
{
	return code == '\t' || code == '\n' || code == '\r' ||
	       (code >= ' ' && code < 0xd800) ||
	       (code >= 0xe000 && code <= 0x10ffff && code != 0xfffe &&
	        code != 0xffff);
}

/* "&#38;", "&#x26;": at stands behind the # */
static int add_number(struct reader *reader, struct sv_buf *text)
{
	bool hex = take(reader, "x");
	const char *digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
	char number[8], utf8[4], *end;
	size_t n = 0;
	long code;

	while (reader->at < reader->stop && n < sizeof number - 1 &&
	       *reader->at && strchr(digits, *reader->at))
		number[n++] = *reader->at++;
	number[n] = '\0';
	code = strtol(number, &end, hex ? 16 : 10);
	if (!n || !take(reader, ";") || !is_character(code))
		return bad("a character by a number that is none");
	return add(text, utf8, sv_utf8_put(utf8, (uint32_t)code));
}

static int add_entity(struct reader *reader, struct sv_buf *text)
{
	if (take(reader, "&#"))
		return add_number(reader, text);
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
		if (take(reader, entities[i].name))
			return add(text, &entities[i].c, 1);
	}
	return bad("an entity that is not known");
}

/* up to the next tag */
static int take_text(struct reader *reader)
{
	struct sv_buf *text =
		reader->depth ? &reader->open[reader->depth - 1].text : NULL;
	int rc = 0;

	while (!rc && reader->at < reader->stop && *reader->at != '<') {
		const char *from = reader->at;

		if (!text && !is_blank(*from))
			return bad("text outside of the document");
		if (*from == '&') {
			rc = add_entity(reader, text);
			continue;
		}
		while (reader->at < reader->stop && *reader->at != '<' &&
		       *reader->at != '&' && (text || is_blank(*reader->at)))
			reader->at++;
		if (text)
			rc = add(text, from, (size_t)(reader->at - from));
	}
	return rc;
}

/* --- tags --- */

/* name="value", which is of no use to us */
static int skip_attribute(struct reader *reader)
{
	const char *end;
	char quote;

	if (!take_name(reader))
		return bad("a tag that is not closed");
	skip_blanks(reader);
	if (!take(reader, "="))
		return bad("an attribute without a value");
	skip_blanks(reader);
	if (reader->at == reader->stop ||
	    (*reader->at != '"' && *reader->at != '\''))
		return bad("an attribute's value without quotes");
	quote = *reader->at++;
	end = memchr(reader->at, quote, (size_t)(reader->stop - reader->at));
	if (!end || memchr(reader->at, '<', (size_t)(end - reader->at)))
		return bad("an attribute's value that does not end");
	reader->at = end + 1;
	return 0;
}

static int push(struct reader *reader, const char *name, size_t len)
{
	size_t at =
		reader->depth ? reader->open[reader->depth - 1].path_len : 0;
	struct element *element = &reader->open[reader->depth];

	if (reader->depth == SV_XML_DEPTH)
		return bad("elements too deep in each other");
	if (!reader->depth && reader->had_root)
		return bad("more than one document");
	if (at + len + 2 > sizeof reader->path)
		return bad("names that are too long");
	reader->had_root = true;
	if (at)
		reader->path[at++] = '/';
	memcpy(reader->path + at, name, len);
	element->path_len = at + len;
	reader->path[element->path_len] = '\0';
	sv_buf_init(&element->text, SV_XML_TEXT);
	reader->depth++;
	return 0;
}

static int tell(struct reader *reader, struct element *element)
{
	const char *text = sv_buf_str(&element->text);
	size_t len = element->text.len;

	if (sv_utf8_check(text, len) != len || memchr(text, '\0', len))
		return bad("text that is not UTF-8");
	while (len && is_blank(text[len - 1]))
		len--;
	sv_buf_cut(&element->text, len);
	text = sv_buf_str(&element->text);
	while (is_blank(*text))
		text++;
	return reader->end(reader->arg, reader->path, text);
}

/* the innermost element is over */
static int pop(struct reader *reader)
{
	struct element *element = &reader->open[--reader->depth];
	int rc;

	rc = tell(reader, element);
	sv_buf_release(&element->text);
	reader->path[reader->depth ? reader->open[reader->depth - 1].path_len
	                           : 0] = '\0';
	return rc;
}

static int close_tag(struct reader *reader)
{
	const char *name = reader->at, *own = strrchr(reader->path, '/');
	size_t len = take_name(reader);

	own = own ? own + 1 : reader->path;
	skip_blanks(reader);
	if (!reader->depth || !len || strlen(own) != len ||
	    memcmp(own, name, len) != 0 || !take(reader, ">"))
		return bad("an end without a beginning");
	return pop(reader);
}

static int open_tag(struct reader *reader)
{
	const char *name = reader->at;
	size_t len = take_name(reader);
	int rc = len ? push(reader, name, len) : bad("a tag without a name");

	while (!rc) {
		const char *before = reader->at;

		skip_blanks(reader);
		if (take(reader, "/>"))
			return pop(reader);
		if (take(reader, ">"))
			return 0;
		if (reader->at == before)
			return bad("a tag that is not closed");
		rc = skip_attribute(reader);
	}
	return rc;
}

/* what XML has between tags besides text: a comment */
static int skip_comment(struct reader *reader)
{
	const char *end = memmem(reader->at,
	                         (size_t)(reader->stop - reader->at), "-->", 3);

	if (!end)
		return bad("a comment that does not end");
	reader->at = end + 3;
	return 0;
}

static int read_all(struct reader *reader)
{
	const char *end;
	int rc = 0;

	take(reader, "\xef\xbb\xbf");
	skip_blanks(reader);
	if (take(reader, "<?xml")) {
		end = memmem(reader->at, (size_t)(reader->stop - reader->at),
		             "?>", 2);
		if (!end)
			return bad("a declaration that does not end");
		reader->at = end + 2;
	}
	while (!rc && reader->at < reader->stop) {
		if (take(reader, "<!--"))
			rc = skip_comment(reader);
		else if (take(reader, "</"))
			rc = close_tag(reader);
		else if (take(reader, "<"))
			rc = open_tag(reader);
		else
			rc = take_text(reader);
	}
	if (!rc && (reader->depth || !reader->had_root))
		rc = bad("it does not end");
	return rc;
}

int sv_xml_read(const char *data, size_t len,
                int (*end)(void *arg, const char *path, const char *text),
                void *arg)
{
	struct reader reader = {
		.at = data, .stop = data + len, .end = end, .arg = arg
	};
	int rc = read_all(&reader);

	while (reader.depth)
		sv_buf_release(&reader.open[--reader.depth].text);
	return rc;
}

char *sv_xml_escape(const char *text)
{
	struct sv_buf out = { .max = SIZE_MAX / 8 };

	for (; *text; text++) {
		size_t i = 0;

		while (i < sizeof entities / sizeof *entities &&
		       entities[i].c != *text)
			i++;
		if (i < sizeof entities / sizeof *entities)
			sv_buf_puts(&out, entities[i].name);
		else
			sv_buf_putc(&out, *text);
	}
	return sv_buf_take(&out);
}
