/*
 * gRPC's frame around a message: a flag, four bytes of length, the message.
 */
#ifndef SV_GRPC_FRAME_H
#define SV_GRPC_FRAME_H

#include <stddef.h>

enum { GRPC_FRAME_HEAD = 5 };

enum grpc_frame_state {
	GRPC_FRAME_MORE, /* it is not all there */
	GRPC_FRAME_WHOLE,
	GRPC_FRAME_LONG,   /* longer than may be */
	GRPC_FRAME_PACKED, /* compressed, or a flag nobody knows */
};

/* Looks at the frame data begins with: *len is that of its message, as soon as
 * the head is there. */
enum grpc_frame_state grpc_frame_look(const char *data, size_t n, size_t most,
                                      size_t *len);

void grpc_frame_head(unsigned char head[GRPC_FRAME_HEAD], size_t len);

#endif
