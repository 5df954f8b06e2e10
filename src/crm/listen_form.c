/* listen_form: application/x-www-form-urlencoded with PHP's brackets */
#include "src/crm/listen_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/span.h"
#include "lib/utf8.h"

static int broken(const char *why)
{
	return sv_fail(EX_DATAERR, "the form is broken: %s", why);
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* one byte, at which *at stands; -1: half a %, or a NUL */
static int next_byte(const char **at, const char *end)
{
	char c = *(*at)++;
	int high, low;

	if (c == '+')
		return ' ';
	if (c != '%')
		return c ? (unsigned char)c : -1;
	if (end - *at < 2)
		return -1;
	high = digit((*at)[0]);
	low = digit((*at)[1]);
	*at += 2;
	return high < 0 || low < 0 || high + low == 0 ? -1 : high * 16 + low;
}

/* the text that is meant, as UTF-8 */
static int decode(struct sv_span coded, struct sv_buf *text)
{
	const char *at = coded.at, *end = coded.at + coded.len;
	struct sv_buf bytes;
	int rc = 0, c;

	sv_buf_init(&bytes, coded.len);
	while (!rc && at < end) {
		c = next_byte(&at, end);
		rc = c < 0 ? broken("half a %, or a NUL")
		           : sv_buf_putc(&bytes, (char)c);
	}
	sv_buf_init(text, 3 * bytes.len + 1);
	if (!rc)
		rc = sv_utf8_repair(text, sv_buf_str(&bytes), bytes.len);
	sv_buf_release(&bytes);
	return rc;
}

/* The next name of a[b][c]: *name is cut out of *path. "[]" is "". */
static int take_name(char **path, char **name, bool first)
{
	char *end;

	*name = *path;
	if (first) {
		end = *path + strcspn(*path, "[");
	} else {
		if (**path != '[')
			return broken("a name has something behind its ]");
		*name = *path + 1;
		end = *name + strcspn(*name, "[]");
		if (*end != ']')
			return broken("a name lacks its ]");
		*end++ = '\0';
	}
	if ((size_t)(end - *name) > FORM_NAME)
		return broken("a name is too long");
	*path = end;
	return 0;
}

/* what PHP calls the next of a list */
static void number(const json_t *map, char name[24])
{
	size_t n = json_object_size(map);

	do
		snprintf(name, 24, "%zu", n++);
	while (json_object_get(map, name));
}

/* the map of that name within map, made when it is not there */
static json_t *step(json_t *map, const char *name)
{
	json_t *found = json_object_get(map, name);

	if (json_is_object(found))
		return found;
	found = json_object();
	json_object_set_new(map, name, found);
	return found;
}

/* The first name ends at its bracket: a NUL there would hide that. */
static int put(json_t *form, char *path, const char *value)
{
	char index[24], first[FORM_NAME + 1];
	json_t *map = form;
	char *name;
	int rc = take_name(&path, &name, true);

	if (rc)
		return rc;
	if (path == name)
		return broken("a value has no name");
	snprintf(first, sizeof first, "%.*s", (int)(path - name), name);
	name = first;
	for (int depth = 1; *path; depth++) {
		if (depth >= FORM_DEPTH)
			return broken("names are too deep within names");
		map = step(map, name);
		rc = take_name(&path, &name, false);
		if (rc)
			return rc;
		if (!*name) {
			number(map, index);
			name = index;
		}
	}
	if (json_object_set_new(map, name, json_string(value)))
		return broken("a value that cannot be kept");
	return 0;
}

static int take_pair(struct sv_span pair, json_t *form)
{
	struct sv_span name = sv_span_take(&pair, "=");
	struct sv_buf path, value = { 0 };
	int rc = decode(name, &path);

	if (!rc)
		rc = decode(pair, &value);
	if (!rc)
		rc = path.len ? put(form, path.data, sv_buf_str(&value))
		              : broken("a value has no name");
	sv_buf_release(&path);
	sv_buf_release(&value);
	return rc;
}

int form_parse(const char *data, size_t len, json_t **made)
{
	struct sv_span rest = { data, len };
	json_t *form = json_object();
	int rc = 0;

	for (int n = 0; !rc && rest.len; n++) {
		struct sv_span pair = sv_span_take(&rest, "&");

		if (n == FORM_PAIRS)
			rc = broken("too many values");
		else if (pair.len)
			rc = take_pair(pair, form);
	}
	if (rc) {
		json_decref(form);
		form = NULL;
	}
	*made = form;
	return rc;
}

json_t *form_at(const json_t *form, const char *path)
{
	struct sv_span rest = { path, strlen(path) };
	json_t *at = NULL;

	while (rest.len) {
		struct sv_span name = sv_span_take(&rest, ".");

		at = json_object_getn(form, name.at, name.len);
		form = at;
	}
	return at;
}

const char *form_get(const json_t *form, const char *path)
{
	const char *text = json_string_value(form_at(form, path));

	return text ? text : "";
}
