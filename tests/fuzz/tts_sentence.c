/*
 * fuzz: whatever the text, it is cut into whole characters, none lost; and no
 * bytes pass for a file of the cache that are not one
 * uses: src/tts/sentence.c src/tts/cache.c src/tts/sound.c
 */
#include <stdlib.h>

#include "lib/utf8.h"

#include "src/tts/cache.h"
#include "src/tts/sentence.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const char *text = (const char *)data;
	bool whole = sv_utf8_check(text, size) == size;
	struct tts_sound sound;
	size_t at = 0;

	while (at < size) {
		size_t n = tts_sentence(text + at, size - at);

		if (!n || n > size - at ||
		    (whole && sv_utf8_check(text + at, n) != n) ||
		    tts_trim(text + at, n) > n)
			abort();
		at += n;
	}
	tts_sound_init(&sound, 16000);
	tts_cache_parse(data, size, &sound);
	tts_sound_release(&sound);
	return 0;
}
