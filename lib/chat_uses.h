/*
 * Calls of tools, put together from their fragments as servers send them:
 * indexes that repeat, are missing or mean nothing, ids that come once, each
 * time, or never.
 */
#ifndef SV_CHAT_USES_H
#define SV_CHAT_USES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/chat.h"

struct chat_use {
	json_int_t index;
	char *id, *name; /* NULL until they come */
	struct sv_buf arguments;
	json_t *value; /* see chat_uses_close() */
	char *wrong;
};

/* all zero at first */
struct chat_uses {
	struct chat_use *list[SV_CHAT_CALLS_MAX];
	size_t n;
};

/* Takes `tool_calls` of a delta. 0; EX_UNAVAILABLE: there are too many, or
 * they are too long. */
int chat_uses_take(struct chat_uses *uses, const json_t *fragments);

/* All has come: ids are there, arguments are read and checked by the tools'
 * schemas. cut: the answer was cut off. */
void chat_uses_close(struct chat_uses *uses, const json_t *tools, bool cut);

/* as `tool_calls` of a message, new */
json_t *chat_uses_message(const struct chat_uses *uses);

void chat_uses_release(struct chat_uses *uses);

#endif
