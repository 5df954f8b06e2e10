/*
 * Bytes with a ceiling. A buffer grows up to its max and refuses the rest, so
 * that no input can make a program eat the machine. The bytes are always
 * followed by a NUL that is not counted. An all-zero struct with max set is a
 * valid empty buffer.
 */
#ifndef SV_BUF_H
#define SV_BUF_H

#include <stddef.h>

struct sv_buf {
	char *data; /* NULL until something was added: use sv_buf_str() */
	size_t len;
	size_t cap;
	size_t max;
};

/* an empty buffer that will hold max bytes at most */
void sv_buf_init(struct sv_buf *buf, size_t max);

/* frees the bytes; the buffer is empty and may be used again */
void sv_buf_release(struct sv_buf *buf);

/* Each adds at the end. 0, or EX_DATAERR with nothing added when max would be
 * passed. */
int sv_buf_add(struct sv_buf *buf, const void *data, size_t len);
int sv_buf_puts(struct sv_buf *buf, const char *text);
int sv_buf_putc(struct sv_buf *buf, char c);
int sv_buf_printf(struct sv_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* removes the first n bytes, n <= len */
void sv_buf_drop(struct sv_buf *buf, size_t n);

/* makes the buffer len bytes long, len <= buf->len */
void sv_buf_cut(struct sv_buf *buf, size_t len);

/* the bytes as a string, lent until the next change; "" when empty */
const char *sv_buf_str(const struct sv_buf *buf);

/* the bytes as a string, yours to free(); the buffer is empty after */
char *sv_buf_take(struct sv_buf *buf);

#endif
