/*
 * fuzz: whatever Riva answers in a stream, an utterance is JSON
 *
 * uses: src/asr/riva_text.c src/asr/riva.proto
 */
#include <stdlib.h>

#include "src/asr/riva_text.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct riva_text text;
	json_t *fields;
	char *dump;

	riva_text_init(&text);
	while (size) {
		size_t len = data[0] < size ? data[0] : size - 1;
		Riva__StreamingRecognizeResponse *response =
			riva__streaming_recognize_response__unpack(NULL, len,
		                                                   data + 1);

		if (response)
			riva_text_take(&text, response);
		if (response)
			riva__streaming_recognize_response__free_unpacked(
				response, NULL);
		data += len + 1;
		size -= len + 1;
	}
	fields = riva_text_fields(&text, 1000);
	dump = json_dumps(fields, 0);
	if (!dump)
		abort();
	free(dump);
	json_decref(fields);
	riva_text_release(&text);
	return 0;
}
