/* chat_json: JSON that is almost JSON */
#include "lib/chat_json.h"

#include <string.h>

#include "lib/buf.h"
#include "lib/utf8.h"

enum { GROWS = 3 }; /* times, at most: a bad byte becomes three */

/* the code of \uXXXX at text; -1: this is none */
static int escape_at(const char *text, size_t len)
{
	int code = 0;

	if (len < 6 || text[0] != '\\' || text[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *at = text[i] ? strchr(digits, text[i]) : NULL;

		if (!at)
			return -1;
		code = code * 16 + (int)(at - digits) % 16;
	}
	return code;
}

static int is_high(int code)
{
	return code >= 0xd800 && code < 0xdc00;
}

static int is_low(int code)
{
	return code >= 0xdc00 && code < 0xe000;
}

/* The bytes of an escape, or of anything else, that stay together; *bad: it
 * has no character. */
static size_t unit(const char *text, size_t len, int *bad)
{
	int code = escape_at(text, len);

	*bad = 0;
	if (code < 0)
		return *text == '\\' && len > 1 ? 2 : 1;
	if (is_high(code) && is_low(escape_at(text + 6, len - 6)))
		return 12;
	*bad = !code || is_high(code) || is_low(code);
	return 6;
}

static void repair(struct sv_buf *out, const char *text, size_t len)
{
	size_t n;
	int bad, rc = 0;

	for (; !rc && len; text += n, len -= n) {
		n = unit(text, len, &bad);
		rc = bad ? sv_buf_puts(out, "\\ufffd")
		         : sv_buf_add(out, text, n);
	}
}

json_t *chat_json(const char *text, size_t len)
{
	json_t *object = json_loadb(text, len, 0, NULL);
	struct sv_buf valid, clean;

	if (!object && len) {
		sv_buf_init(&valid, len * GROWS);
		sv_buf_init(&clean, len * GROWS);
		sv_utf8_repair(&valid, text, len);
		repair(&clean, sv_buf_str(&valid), valid.len);
		object = json_loadb(sv_buf_str(&clean), clean.len, 0, NULL);
		sv_buf_release(&valid);
		sv_buf_release(&clean);
	}
	if (json_is_object(object))
		return object;
	json_decref(object);
	return NULL;
}

json_t *chat_json_text(const char *text)
{
	json_t *string = json_string(text);
	size_t len = strlen(text);
	struct sv_buf valid;

	if (string)
		return string;
	sv_buf_init(&valid, len * GROWS);
	sv_utf8_repair(&valid, text, len);
	string = json_string(sv_buf_str(&valid));
	sv_buf_release(&valid);
	return string;
}
