/* frame.c: what the parent and a worker say to each other */
#include "src/asr/frame.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/io.h"

enum { HEAD = 5, BLOCK = 65536 };

int frame_send(int fd, char type, const void *data, size_t len)
{
	char small[512];
	char *bytes = len + HEAD <= sizeof small ? small : NULL;
	int rc;

	if (!bytes)
		bytes = sv_alloc(len + HEAD);
	bytes[0] = type;
	for (int i = 0; i < 4; i++)
		bytes[1 + i] = (char)(len >> 8 * i & 0xff);
	if (len)
		memcpy(bytes + HEAD, data, len);
	rc = sv_write(fd, bytes, len + HEAD, "worker's socket");
	if (bytes != small)
		free(bytes);
	return rc;
}

void frame_buf_init(struct sv_buf *buf)
{
	sv_buf_init(buf, FRAME_MAX + HEAD + BLOCK);
}

int frame_look(const struct sv_buf *buf, struct frame *frame)
{
	const unsigned char *head = (const unsigned char *)buf->data;

	if (buf->len < HEAD)
		return 0;
	frame->type = buf->data[0];
	frame->data = buf->data + HEAD;
	frame->len = head[1] | (size_t)head[2] << 8 | (size_t)head[3] << 16 |
	             (size_t)head[4] << 24;
	if (frame->len > FRAME_MAX)
		return -1;
	return buf->len >= HEAD + frame->len;
}

void frame_drop(struct sv_buf *buf, const struct frame *frame)
{
	sv_buf_drop(buf, HEAD + frame->len);
}

int frame_fill(int fd, struct sv_buf *buf)
{
	char block[BLOCK];
	ssize_t n = sv_read(fd, block, sizeof block, "worker's socket");

	return n > 0 && !sv_buf_add(buf, block, (size_t)n);
}
