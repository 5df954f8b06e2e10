/* scan: a line of NDJSON checked in one pass, its fields found */
#include "src/report/scan.h"

#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

/*
 * Each of these takes a place in the line and gives the place behind what it
 * read, or NULL when not sure. No length is handed around: the newline that
 * ends the line ends every one of the loops.
 */
enum { DEPTH_MAX = 32, KEYS_MAX = 16, DIGITS_MAX = 18 };

static const char *value(const char *p, int depth);

static const char *blanks(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	return p;
}

static bool tail(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* a character of three or four bytes, as RFC 3629 has them */
static const char *wide(const char *p)
{
	unsigned char lead = (unsigned char)p[0], next;

	if (lead < 0xE0 || lead > 0xF4 || !tail(p[1]) || !tail(p[2]))
		return NULL;
	next = (unsigned char)p[1];
	if (lead < 0xF0) {
		if ((lead == 0xE0 && next < 0xA0) ||
		    (lead == 0xED && next > 0x9F))
			return NULL;
		return p + 3;
	}
	if ((lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F))
		return NULL;
	return tail(p[3]) ? p + 4 : NULL;
}

/* behind a backslash; \u0000 and the surrogates are left to jansson */
static const char *escape(const char *p)
{
	unsigned code = 0;

	if (*p != 'u')
		return *p && strchr("\"\\/bfnrt", *p) ? p + 1 : NULL;
	for (int i = 1; i <= 4; i++) {
		const char *hex = "0123456789abcdef0123456789ABCDEF";
		const char *digit = p[i] ? strchr(hex, p[i]) : NULL;

		if (!digit)
			return NULL;
		code = code << 4 | ((unsigned)(digit - hex) & 15);
	}
	return code && (code < 0xD800 || code > 0xDFFF) ? p + 5 : NULL;
}

/* behind the opening quote: to the closing one */
static const char *string(const char *p, bool *escaped)
{
	while (p && *p != '"') {
		unsigned char c = (unsigned char)*p;

		if (c == '\\') {
			*escaped = true;
			p = escape(p + 1);
		} else if (c >= 0x20 && c < 0x80) {
			p++;
		} else if (c >= 0xC2 && c < 0xE0) {
			p = tail(p[1]) ? p + 2 : NULL;
		} else {
			p = wide(p);
		}
	}
	return p;
}

static const char *digits(const char *p)
{
	const char *from = p;

	while (*p >= '0' && *p <= '9')
		p++;
	return p > from && p - from <= DIGITS_MAX ? p : NULL;
}

static const char *number(const char *p, enum scan_kind *kind)
{
	*kind = SCAN_INTEGER;
	if (*p == '-')
		p++;
	if (*p == '0' && p[1] >= '0' && p[1] <= '9')
		return NULL;
	p = digits(p);
	if (!p || *p != '.')
		return p && (*p == 'e' || *p == 'E') ? NULL : p;
	*kind = SCAN_REAL;
	p = digits(p + 1);
	return p && (*p == 'e' || *p == 'E') ? NULL : p;
}

static const char *literal(const char *p)
{
	if (!strncmp(p, "true", 4) || !strncmp(p, "null", 4))
		return p + 4;
	return strncmp(p, "false", 5) ? NULL : p + 5;
}

/* "key" and its colon; a key with an escape could be another's twin */
static const char *name(const char *p, struct span *key)
{
	bool escaped = false;
	const char *end;

	if (*p != '"')
		return NULL;
	end = string(p + 1, &escaped);
	if (!end || escaped)
		return NULL;
	*key = (struct span){ p + 1, (size_t)(end - p - 1) };
	p = blanks(end + 1);
	return *p == ':' ? blanks(p + 1) : NULL;
}

static bool same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.text, b.text, a.len);
}

static const char *object(const char *p, int depth)
{
	struct span keys[KEYS_MAX];
	size_t n = 0;

	p = blanks(p);
	if (*p == '}')
		return p + 1;
	for (; n < KEYS_MAX; n++) {
		p = name(p, &keys[n]);
		for (size_t i = 0; p && i < n; i++) {
			if (same(keys[i], keys[n]))
				return NULL;
		}
		p = p ? value(p, depth) : NULL;
		if (!p)
			return NULL;
		p = blanks(p);
		if (*p == '}')
			return p + 1;
		if (*p != ',')
			return NULL;
		p = blanks(p + 1);
	}
	return NULL;
}

static const char *array(const char *p, int depth)
{
	p = blanks(p);
	if (*p == ']')
		return p + 1;
	for (;;) {
		p = value(p, depth);
		if (!p)
			return NULL;
		p = blanks(p);
		if (*p == ']')
			return p + 1;
		if (*p != ',')
			return NULL;
		p = blanks(p + 1);
	}
}

static const char *value(const char *p, int depth)
{
	enum scan_kind kind;
	bool escaped;

	if (depth > DEPTH_MAX)
		return NULL;
	if (*p == '"') {
		p = string(p + 1, &escaped);
		return p ? p + 1 : NULL;
	}
	if (*p == '{')
		return object(p + 1, depth + 1);
	if (*p == '[')
		return array(p + 1, depth + 1);
	if (*p == '-' || (*p >= '0' && *p <= '9'))
		return number(p, &kind);
	return literal(p);
}

/* a field of the event itself: as value(), and noted */
static const char *field(const char *p, struct scan_member *member)
{
	const char *end;
	bool escaped = false;

	member->kind = SCAN_OTHER;
	member->json = NULL;
	if (*p == '"')
		end = string(p + 1, &escaped);
	else if (*p == '-' || (*p >= '0' && *p <= '9'))
		end = number(p, &member->kind);
	else
		end = value(p, 1);
	if (!end)
		return NULL;
	if (*p == '"' && !escaped) {
		member->kind = SCAN_STRING;
		member->value = (struct span){ p + 1, (size_t)(end - p - 1) };
		return end + 1;
	}
	end += *p == '"';
	member->value = (struct span){ p, (size_t)(end - p) };
	return end;
}

/* Whether the newest key was there before. A bit per key in `seen` spares the
 * comparing as long as no two keys have the same. */
static bool twice(const struct scan *scan, uint64_t *seen)
{
	struct span key = scan->members[scan->n].key;
	uint64_t bit = 1;

	if (key.len)
		bit <<= (key.len * 7 + (unsigned char)key.text[0] * 3 +
		         (unsigned char)key.text[key.len - 1]) &
		        63;
	for (size_t i = 0; (*seen & bit) && i < scan->n; i++) {
		if (same(scan->members[i].key, key))
			return true;
	}
	*seen |= bit;
	return false;
}

static void reset(struct scan *scan)
{
	for (size_t i = 0; i < scan->n; i++)
		json_decref(scan->members[i].json);
	json_decref(scan->root);
	scan->root = NULL;
	scan->wrong = NULL;
	scan->n = 0;
}

void scan_release(struct scan *scan)
{
	reset(scan);
}

bool scan_sure(struct scan *scan, const char *line, size_t len)
{
	const char *p = blanks(line);
	uint64_t seen = 0;

	reset(scan);
	if (*p != '{')
		return false;
	p = blanks(p + 1);
	while (scan->n < SCAN_MEMBERS) {
		struct scan_member *member = &scan->members[scan->n];

		p = name(p, &member->key);
		if (!p || twice(scan, &seen))
			return false;
		p = field(p, member);
		if (!p)
			return false;
		scan->n++;
		p = blanks(p);
		if (*p == '}')
			return blanks(p + 1) == line + len - 1;
		if (*p != ',')
			return false;
		p = blanks(p + 1);
	}
	return false;
}

int scan_line(struct scan *scan, const char *line, size_t len)
{
	json_error_t error;
	char *quoted;

	if (scan_sure(scan, line, len))
		return 0;
	reset(scan);
	scan->root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(scan->root))
		return 0;
	if (scan->root)
		return sv_fail(EX_DATAERR, "not a JSON object");
	quoted = strstr(error.text, " near '");
	if (quoted) /* jansson quotes what it met: what was said stays out */
		*quoted = '\0';
	return sv_fail(EX_DATAERR, "not JSON: %s (column %d)", error.text,
	               error.column);
}
