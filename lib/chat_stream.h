/*
 * The body of an answer: bytes in, wherever they were cut; text, calls of
 * tools and all else that is of use out.
 */
#ifndef SV_CHAT_STREAM_H
#define SV_CHAT_STREAM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/chat_uses.h"
#include "lib/sse.h"

enum chat_finish {
	CHAT_UNFINISHED,
	CHAT_STOP,
	CHAT_LENGTH,
	CHAT_FILTER,
};

struct chat_stream {
	/* a piece of text, whole characters; non-zero ends the feed */
	int (*text)(void *arg, const char *text, size_t len);
	void *arg;

	struct sv_buf said, refusal;
	struct chat_uses uses;
	enum chat_finish finish;
	bool done;    /* [DONE] came */
	bool counted; /* by the service: */
	int64_t input, output, cached;
	char *model;    /* as it names itself; NULL: it does not */
	json_t *error;  /* what it said in the place of an answer */
	int64_t pieces; /* that there was something in */

	struct sv_sse sse;
	struct sv_buf whole; /* of an answer that is no stream */
	bool begun, is_whole;
};

void chat_stream_init(struct chat_stream *stream,
                      int (*text)(void *arg, const char *text, size_t len),
                      void *arg);
void chat_stream_release(struct chat_stream *stream);

/* 0; text()'s code; EX_UNAVAILABLE with a sentence (without the service's
 * name): it is no answer, or stream->error is what went wrong. */
int chat_stream_feed(struct chat_stream *stream, const char *bytes, size_t len);

/* The body is over. The same, and EX_UNAVAILABLE where it is not complete. */
int chat_stream_end(struct chat_stream *stream);

#endif
