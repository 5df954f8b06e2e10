/* value: JSON checked as it stands in a line, without taking it apart */
#include "src/report/value.h"

#include <string.h>

enum { DEPTH_MAX = 32, KEYS_MAX = 16, DIGITS_MAX = 18 };

const char *value_blanks(const char *p)
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

const char *value_string(const char *p, bool *escaped)
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

const char *value_number(const char *p, enum scan_kind *kind)
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
const char *value_name(const char *p, struct span *key)
{
	bool escaped = false;
	const char *end;

	if (*p != '"')
		return NULL;
	end = value_string(p + 1, &escaped);
	if (!end || escaped)
		return NULL;
	*key = (struct span){ p + 1, (size_t)(end - p - 1) };
	p = value_blanks(end + 1);
	return *p == ':' ? value_blanks(p + 1) : NULL;
}

bool span_same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.text, b.text, a.len);
}

/* a name that keys[0] to keys[n - 1] do not have, into keys[n] */
static const char *new_name(const char *p, struct span *keys, size_t n)
{
	p = value_name(p, &keys[n]);
	for (size_t i = 0; p && i < n; i++) {
		if (span_same(keys[i], keys[n]))
			return NULL;
	}
	return p;
}

static const char *object(const char *p, int depth)
{
	struct span keys[KEYS_MAX];
	size_t n = 0;

	p = value_blanks(p);
	if (*p == '}')
		return p + 1;
	for (; n < KEYS_MAX; n++) {
		p = new_name(p, keys, n);
		p = p ? value_check(p, depth) : NULL;
		if (!p)
			return NULL;
		p = value_blanks(p);
		if (*p == '}')
			return p + 1;
		if (*p != ',')
			return NULL;
		p = value_blanks(p + 1);
	}
	return NULL;
}

static const char *array(const char *p, int depth)
{
	p = value_blanks(p);
	if (*p == ']')
		return p + 1;
	for (;;) {
		p = value_check(p, depth);
		if (!p)
			return NULL;
		p = value_blanks(p);
		if (*p == ']')
			return p + 1;
		if (*p != ',')
			return NULL;
		p = value_blanks(p + 1);
	}
}

const char *value_check(const char *p, int depth)
{
	enum scan_kind kind;
	bool escaped;

	if (depth > DEPTH_MAX)
		return NULL;
	if (*p == '"') {
		p = value_string(p + 1, &escaped);
		return p ? p + 1 : NULL;
	}
	if (*p == '{')
		return object(p + 1, depth + 1);
	if (*p == '[')
		return array(p + 1, depth + 1);
	if (*p == '-' || (*p >= '0' && *p <= '9'))
		return value_number(p, &kind);
	return literal(p);
}
