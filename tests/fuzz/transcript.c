/*
 * fuzz: the events of a recording, as a journal holds them, to every format
 *
 * uses: src/asr/transcript.c src/asr/format.c src/asr/subtitle.c
 */
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

#include "src/asr/format.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* text that a player can read: UTF-8, and lines that fit */
static void check(const struct sv_buf *out, bool subtitles)
{
	const char *line = sv_buf_str(out);

	if (sv_utf8_check(line, out->len) != out->len)
		abort();
	while (subtitles && *line) {
		size_t len = strcspn(line, "\n");

		if (sv_utf8_count(line, len) > 42)
			abort();
		line += len + (line[len] == '\n');
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const char *const names[] = { "srt", "vtt", "txt", "ctm" };
	struct transcript transcript;

	transcript_read(&transcript, (const char *)data, size);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sv_buf out;

		sv_buf_init(&out, 64 << 20);
		if (format_find(names[i])->write(&transcript, &out))
			abort();
		check(&out, i == 0);
		sv_buf_release(&out);
	}
	transcript_release(&transcript);
	return 0;
}
