/*
 * fuzz: whatever SpeechKit answers about a recording, its utterances are JSON in
 * order of time, each of a channel that there is
 *
 * uses: src/asr/speechkit_heard.c src/asr/speechkit_final.c src/asr/speechkit_words.c src/asr/speechkit.proto
 */
#include <stdint.h>
#include <stdlib.h>

#include "src/asr/speechkit_heard.h"

struct told {
	json_int_t last_ms;
};

static int take(void *arg, int channel, json_t *fields)
{
	struct told *told = arg;
	json_int_t start_ms =
		json_integer_value(json_object_get(fields, "start_ms"));
	char *dump = json_dumps(fields, 0);

	if (!dump || channel < 0 || channel > 1 || start_ms < told->last_ms)
		abort();
	told->last_ms = start_ms;
	free(dump);
	json_decref(fields);
	return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct told told = { 0 };
	const struct asr_recording recording = { .heard = take, .arg = &told };
	struct sk_heard heard = { .channels = 2 };

	while (size) {
		size_t len = data[0] < size ? data[0] : size - 1;

		sk_heard_take(&heard, data + 1, len);
		data += len + 1;
		size -= len + 1;
	}
	sk_heard_tell(&heard, &recording);
	sk_heard_release(&heard);
	return 0;
}
