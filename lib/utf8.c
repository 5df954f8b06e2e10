/* utf8: code points, case and repair, without a locale */
#include "lib/utf8.h"

#include <string.h>

#include "lib/fail.h"

enum { REPLACEMENT = 0xfffd };

/* bytes that a sequence has by its first; 0 when none begins so */
static size_t sequence_len(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4) /* 0xc0 and 0xc1 are overlong */
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* overlong, a surrogate, or past U+10FFFF, as the second byte tells */
static bool forbidden(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second < 0xa0;
	case 0xed:
		return second > 0x9f;
	case 0xf0:
		return second < 0x90;
	case 0xf4:
		return second > 0x8f;
	default:
		return false;
	}
}

/* bytes of the valid sequence at p, or 0 */
static size_t sequence(const unsigned char *p, size_t left)
{
	size_t n = sequence_len(p[0]);

	if (n > left)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return n > 1 && forbidden(p[0], p[1]) ? 0 : n;
}

size_t sv_utf8_check(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t at = 0;

	while (at < len) {
		size_t n = sequence(p + at, len - at);

		if (!n)
			break;
		at += n;
	}
	return at;
}

uint32_t sv_utf8_next(const char **text, const char *end)
{
	const unsigned char *p = (const unsigned char *)*text;
	size_t n = sequence(p, (size_t)(end - *text));
	uint32_t code;

	if (!n) {
		(*text)++;
		return REPLACEMENT;
	}
	code = n == 1 ? p[0] : p[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3fU);
	*text += n;
	return code;
}

size_t sv_utf8_put(char out[4], uint32_t code)
{
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = n; i > 1; i--, code >>= 6)
		out[i - 1] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(first[n] | code);
	return n;
}

size_t sv_utf8_cut(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

size_t sv_utf8_count(const char *text, size_t len)
{
	const char *end = text + len;
	size_t n = 0;

	for (; text < end; n++)
		sv_utf8_next(&text, end);
	return n;
}

int sv_utf8_repair(struct sv_buf *out, const char *text, size_t len)
{
	while (len) {
		size_t good = sv_utf8_check(text, len);
		int rc = sv_buf_add(out, text, good);

		if (!rc && good < len)
			rc = sv_buf_puts(out, "\xef\xbf\xbd");
		if (rc)
			return rc;
		good += good < len;
		text += good;
		len -= good;
	}
	return 0;
}

uint32_t sv_lower(uint32_t code)
{
	if ((code >= 'A' && code <= 'Z') || (code >= 0x410 && code <= 0x42f))
		return code + 32;
	if (code >= 0x400 && code <= 0x40f)
		return code + 80;
	if (code >= 0xc0 && code <= 0xde && code != 0xd7)
		return code + 32;
	return code;
}

uint32_t sv_upper(uint32_t code)
{
	if ((code >= 'a' && code <= 'z') || (code >= 0x430 && code <= 0x44f))
		return code - 32;
	if (code >= 0x450 && code <= 0x45f)
		return code - 80;
	if (code >= 0xe0 && code <= 0xfe && code != 0xf7)
		return code - 32;
	return code;
}

bool sv_is_cyrillic(uint32_t code)
{
	return code >= 0x400 && code <= 0x52f;
}

bool sv_is_letter(uint32_t code)
{
	uint32_t lower = sv_lower(code);

	return (lower >= 'a' && lower <= 'z') || sv_is_cyrillic(code) ||
	       (code >= 0xc0 && code <= 0x24f && code != 0xd7 && code != 0xf7);
}

bool sv_is_space(uint32_t code)
{
	return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0 ||
	       (code >= 0x2000 && code <= 0x200b) || code == 0x202f ||
	       code == 0x3000;
}

int sv_utf8_lower(struct sv_buf *out, const char *text, size_t len)
{
	const char *end = text + len;
	char bytes[4];
	int rc = 0;

	while (!rc && text < end) {
		uint32_t code = sv_lower(sv_utf8_next(&text, end));

		rc = sv_buf_add(out, bytes, sv_utf8_put(bytes, code));
	}
	return rc;
}
