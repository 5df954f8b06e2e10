/* portal_query: parameters as the query of a batch's command */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/crm/portal_inside.h"

enum {
	DEPTH = 16,
	PATH_MAX_LEN = 1024, /* of "fields[PHONE][0][VALUE]" */
	QUERY_MAX = 16 << 20,
	KEY = 128, /* bytes of a reference's key */
};

/* what is being written, and where in params we are */
struct writer {
	struct sv_buf *out;
	const struct portal_known *known;
	char path[PATH_MAX_LEN];
	size_t len, depth;
	bool any;
};

static bool plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || strchr("-_.~", c);
}

static int escape(struct sv_buf *out, const char *text, size_t len,
                  const char *also)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c && (plain(c) || strchr(also, c)))
			rc = sv_buf_putc(out, (char)c);
		else
			rc = sv_buf_printf(out, "%%%02X", c);
	}
	return rc;
}

/* --- references --- */

/* the length of "$result[key]…" at text; 0: there is none */
static size_t reference(const char *text, size_t len)
{
	static const char begin[] = "$result";
	size_t n = sizeof begin - 1, end = 0;

	if (len < n || strncmp(text, begin, n) != 0)
		return 0;
	while (n < len && text[n] == '[') {
		const char *close = memchr(text + n, ']', len - n);

		if (!close)
			break;
		n = end = (size_t)(close - text) + 1;
	}
	return end;
}

/* The next [word] at *text as key, and *text behind it. */
static bool word(const char **text, const char *end, char key[KEY])
{
	const char *close;
	size_t len;

	if (*text >= end || **text != '[')
		return false;
	close = memchr(*text, ']', (size_t)(end - *text));
	len = close ? (size_t)(close - *text) - 1 : KEY;
	if (len >= KEY)
		return false;
	memcpy(key, *text + 1, len);
	key[len] = '\0';
	*text = close + 1;
	return true;
}

/* What it refers to, if we know that already: yours. */
static char *resolve(const struct portal_known *known, const char *text,
                     size_t len)
{
	const char *at = text + strlen("$result"), *end = text + len;
	const json_t *value;
	char key[KEY];

	if (!known || !word(&at, end, key))
		return NULL;
	value = known->find(known->arg, key);
	while (value && word(&at, end, key))
		value = portal_at(value, key);
	return portal_text(value);
}

static int write_reference(struct writer *writer, const char *text, size_t len)
{
	char *value = resolve(writer->known, text, len);
	int rc = value ? escape(writer->out, value, strlen(value), "")
	               : escape(writer->out, text, len, "$[]");

	free(value);
	return rc;
}

static int write_text(struct writer *writer, const char *text, size_t len)
{
	size_t i = 0, begin = 0;
	int rc = 0;

	for (; !rc && i < len; i++) {
		size_t n = text[i] == '$' ? reference(text + i, len - i) : 0;

		if (!n)
			continue;
		rc = escape(writer->out, text + begin, i - begin, "");
		if (!rc)
			rc = write_reference(writer, text + i, n);
		begin = i + n;
		i = begin - 1;
	}
	return rc ? rc : escape(writer->out, text + begin, len - begin, "");
}

/* --- values --- */

static int write_scalar(struct writer *writer, const json_t *value)
{
	int rc = sv_buf_printf(writer->out, "%s%s=", writer->any ? "&" : "?",
	                       writer->path);
	char *text;

	writer->any = true;
	if (rc)
		return rc;
	if (json_is_string(value))
		return write_text(writer, json_string_value(value),
		                  json_string_length(value));
	if (json_is_boolean(value))
		return sv_buf_putc(writer->out,
		                   json_is_true(value) ? '1' : '0');
	text = portal_text(value);
	rc = text ? escape(writer->out, text, strlen(text), "") : 0;
	free(text);
	return rc;
}

static int write_value(struct writer *writer, const json_t *value);

/* One step further into params, and back. */
static int write_at(struct writer *writer, const char *key, const json_t *value)
{
	size_t before = writer->len, room = sizeof writer->path - before;
	struct sv_buf name;
	int n, rc = 0;

	sv_buf_init(&name, PATH_MAX_LEN);
	if (escape(&name, key, strlen(key), ""))
		rc = EX_DATAERR;
	n = snprintf(writer->path + before, room, before ? "[%s]" : "%s",
	             sv_buf_str(&name));
	if (rc || n < 0 || (size_t)n >= room || writer->depth >= DEPTH) {
		rc = sv_fail(EX_DATAERR,
		             "bitrix24: parameters of a batch are nested too "
		             "deep or have too long names");
	} else {
		writer->len += (size_t)n;
		writer->depth++;
		rc = write_value(writer, value);
		writer->depth--;
		writer->len = before;
	}
	writer->path[before] = '\0';
	sv_buf_release(&name);
	return rc;
}

static int write_list(struct writer *writer, const json_t *list)
{
	const json_t *value;
	char key[24];
	size_t i;
	int rc = 0;

	json_array_foreach (list, i, value) {
		snprintf(key, sizeof key, "%zu", i);
		rc = rc ? rc : write_at(writer, key, value);
	}
	return rc;
}

/* An empty list stays one, with nothing in it; an empty map, which PHP cannot
 * tell from it, is left out, as is null. */
static int write_value(struct writer *writer, const json_t *value)
{
	static const char none[] = "[]";
	const json_t *inner;
	const char *key;
	int rc = 0;

	if (json_is_null(value))
		return 0;
	if (json_is_array(value) && json_array_size(value))
		return write_list(writer, value);
	if (json_is_array(value)) {
		rc = sv_buf_printf(writer->out,
		                   "%s%s%s=", writer->any ? "&" : "?",
		                   writer->path, none);
		writer->any = true;
		return rc;
	}
	if (!json_is_object(value))
		return write_scalar(writer, value);
	json_object_foreach ((json_t *)(uintptr_t)value, key, inner) {
		rc = rc ? rc : write_at(writer, key, inner);
	}
	return rc;
}

int portal_query(const char *method, const json_t *params,
                 const struct portal_known *known, struct sv_buf *out)
{
	struct writer writer = { .out = out, .known = known };
	const json_t *value;
	const char *key;
	int rc = sv_buf_puts(out, method);

	json_object_foreach ((json_t *)(uintptr_t)params, key, value) {
		rc = rc ? rc : write_at(&writer, key, value);
	}
	return rc;
}
