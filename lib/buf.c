/* buf: bytes with a ceiling */
#include "lib/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

enum { SMALLEST = 64 };

void sv_buf_init(struct sv_buf *buf, size_t max)
{
	*buf = (struct sv_buf){ .max = max };
}

void sv_buf_release(struct sv_buf *buf)
{
	free(buf->data);
	sv_buf_init(buf, buf->max);
}

/* room for len more bytes and the NUL */
static int reserve(struct sv_buf *buf, size_t len)
{
	size_t cap = buf->cap ? buf->cap : SMALLEST;

	if (len > buf->max - buf->len)
		return sv_fail(EX_DATAERR, "longer than %zu bytes", buf->max);
	while (cap < buf->len + len + 1)
		cap *= 2;
	if (cap > buf->cap) {
		buf->data = sv_realloc(buf->data, cap);
		buf->cap = cap;
	}
	return 0;
}

int sv_buf_add(struct sv_buf *buf, const void *data, size_t len)
{
	int rc = reserve(buf, len);

	if (rc)
		return rc;
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return 0;
}

int sv_buf_puts(struct sv_buf *buf, const char *text)
{
	return sv_buf_add(buf, text, strlen(text));
}

int sv_buf_putc(struct sv_buf *buf, char c)
{
	return sv_buf_add(buf, &c, 1);
}

int sv_buf_printf(struct sv_buf *buf, const char *format, ...)
{
	va_list args;
	int n, rc;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return sv_fail(EX_SOFTWARE, "a format that cannot be printed");
	rc = reserve(buf, (size_t)n);
	if (rc)
		return rc;
	va_start(args, format);
	vsnprintf(buf->data + buf->len, (size_t)n + 1, format, args);
	va_end(args);
	buf->len += (size_t)n;
	return 0;
}

void sv_buf_drop(struct sv_buf *buf, size_t n)
{
	if (!n)
		return;
	buf->len -= n;
	memmove(buf->data, buf->data + n, buf->len + 1);
}

void sv_buf_cut(struct sv_buf *buf, size_t len)
{
	buf->len = len;
	if (buf->data)
		buf->data[len] = '\0';
}

const char *sv_buf_str(const struct sv_buf *buf)
{
	return buf->data ? buf->data : "";
}

char *sv_buf_take(struct sv_buf *buf)
{
	char *text = buf->data ? buf->data : sv_strdup("");

	sv_buf_init(buf, buf->max);
	return text;
}
