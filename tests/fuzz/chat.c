/*
 * chat: whatever a model's stream is made of, and wherever it is cut: the same
 * answer, whole characters, and nothing that a message cannot have
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "lib/chat_stream.h"
#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t hash;
	int code;
	size_t uses;
};

static uint64_t mix(uint64_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = hash * 1099511628211u + (unsigned char)text[i] + 1;
	return hash;
}

static int text(void *arg, const char *bytes, size_t len)
{
	uint64_t *hash = arg;

	assert(len && !bytes[len] && sv_utf8_check(bytes, len) == len);
	*hash = mix(*hash, bytes, len);
	return 0;
}

static struct sum feed(const char *data, size_t size, size_t piece)
{
	struct sum sum = { 0 };
	struct chat_stream stream;
	json_t *message;

	chat_stream_init(&stream, text, &sum.hash);
	for (size_t at = 0; !sum.code && at < size; at += piece)
		sum.code =
			chat_stream_feed(&stream, data + at,
		                         size - at < piece ? size - at : piece);
	if (!sum.code)
		sum.code = chat_stream_end(&stream);
	chat_uses_close(&stream.uses, NULL, false);
	message = chat_uses_message(&stream.uses);
	assert(json_array_size(message) == stream.uses.n);
	for (size_t i = 0; i < stream.uses.n; i++) {
		const struct chat_use *use = stream.uses.list[i];

		sum.hash = mix(sum.hash, use->name, strlen(use->name));
		sum.hash = mix(sum.hash, sv_buf_str(&use->arguments),
		               use->arguments.len);
	}
	sum.uses = stream.uses.n;
	json_decref(message);
	chat_stream_release(&stream);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = size ? data[size - 1] % 7 + 1 : 1;
	struct sum whole = feed((const char *)data, size, size + 1);
	struct sum cut = feed((const char *)data, size, piece);

	assert(whole.code == cut.code && whole.hash == cut.hash &&
	       whole.uses == cut.uses);
	return 0;
}
