/* grpc_frame: a message's head */
#include "lib/grpc_frame.h"

#include <stdint.h>

enum grpc_frame_state grpc_frame_look(const char *data, size_t n, size_t most,
                                      size_t *len)
{
	const unsigned char *head = (const unsigned char *)data;

	*len = 0;
	if (n && head[0])
		return GRPC_FRAME_PACKED;
	if (n < GRPC_FRAME_HEAD)
		return GRPC_FRAME_MORE;
	*len = (uint32_t)head[1] << 24 | head[2] << 16 | head[3] << 8 | head[4];
	if (*len > most)
		return GRPC_FRAME_LONG;
	return n - GRPC_FRAME_HEAD < *len ? GRPC_FRAME_MORE : GRPC_FRAME_WHOLE;
}

void grpc_frame_head(unsigned char head[GRPC_FRAME_HEAD], size_t len)
{
	head[0] = 0;
	for (int i = 4; i > 0; i--, len >>= 8)
		head[i] = (unsigned char)len;
}
