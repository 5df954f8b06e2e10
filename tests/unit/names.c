/*
 * names: files of transcripts, none of which takes another's place
 * uses: src/asr/names.c
 */
#include "src/asr/names.h"

#include "tests/unit/tap.h"

int main(void)
{
	static char paths[][16] = {
		"in/a.wav",    "in/a.ulaw",   "in/sub/a.wav", "in/a-2.wav",
		"in/.hidden",  "in/x.y.wav",  "in/none",      "in/a.flac",
		"in/d.wav/no", "in/\xff.wav",
	};
	static const char *const want[] = {
		"a.txt",        "a-2.txt",  "sub/a.txt", "a-2-2.txt",
		".hidden.txt",  "x.y.txt",  "none.txt",  "a-3.txt",
		"d.wav/no.txt", "\xff.txt",
	};

	enum { N = sizeof paths / sizeof *paths };
	struct input items[N] = { 0 };
	struct inputs inputs = { items, N, N };
	char **names;

	for (int i = 0; i < N; i++) {
		items[i].path = paths[i];
		items[i].below = 3;
	}
	names = names_make(&inputs, "txt");
	for (int i = 0; i < N; i++)
		is(names[i], want[i]);
	names_free(names, &inputs);
	names_free(NULL, &inputs);
	return tap_end();
}
