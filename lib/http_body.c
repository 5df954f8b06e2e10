/* http_body: bodies of multipart/form-data, and text for URLs */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/alloc.h"
#include "lib/http_inside.h"

enum { BOUNDARY = 33 };

char *sv_http_escape(const char *text)
{
	char *out = sv_alloc(3 * strlen(text) + 1), *p = out;

	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text))
			*p++ = *text;
		else
			p += snprintf(p, 4, "%%%02X", (unsigned char)*text);
	}
	return out;
}

/* Not to be guessed by who writes what a part holds. */
static void make_boundary(char boundary[BOUNDARY])
{
	unsigned char bytes[BOUNDARY / 2];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		memset(bytes, 0x5a, sizeof bytes); /* no kernel does this */
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(boundary + 2 * i, 3, "%02x", bytes[i]);
}

/* names as the HTML standard escapes them */
static void add_name(struct sv_buf *buf, const char *key, const char *name)
{
	sv_buf_printf(buf, "; %s=\"", key);
	for (; *name; name++) {
		if (*name == '"' || *name == '\r' || *name == '\n')
			sv_buf_printf(buf, "%%%02X", (unsigned)*name);
		else
			sv_buf_putc(buf, *name);
	}
	sv_buf_putc(buf, '"');
}

static void add_part(struct sv_buf *buf, const char *boundary,
                     const struct sv_http_part *part)
{
	sv_buf_printf(buf, "--%s\r\nContent-Disposition: form-data", boundary);
	add_name(buf, "name", part->name);
	if (part->file)
		add_name(buf, "filename", part->file);
	if (part->type)
		sv_buf_printf(buf, "\r\nContent-Type: %s", part->type);
	sv_buf_puts(buf, "\r\n\r\n");
	sv_buf_add(buf, part->data, part->len);
	sv_buf_puts(buf, "\r\n");
}

void http_body_parts(struct sv_http_call *call,
                     const struct sv_http_part *parts, size_t n, char **type)
{
	struct sv_buf buf = { .max = SIZE_MAX / 4 }; /* it is our own */
	char boundary[BOUNDARY] = "";

	make_boundary(boundary);
	for (size_t i = 0; i < n; i++)
		add_part(&buf, boundary, &parts[i]);
	sv_buf_printf(&buf, "--%s--\r\n", boundary);
	call->len = buf.len;
	call->body = sv_buf_take(&buf);
	*type = sv_format("Content-Type: multipart/form-data; boundary=%s",
	                  boundary);
}
