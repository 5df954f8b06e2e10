/* spoken.c: how a prompt sounded, or would have */
#include <string.h>

#include "lib/utf8.h"

#include "src/replay/past.h"

enum {
	LAG_MS = 40,    /* of a prompt that was never heard, */
	LETTER_MS = 70, /* and its length for a letter */
};

/* ms for a letter of what this call's voice said */
static int64_t letter_us(const struct past *past)
{
	int64_t letters = 0, ms = 0;
	size_t i;

	for (i = 0; i < past->n_spoken; i++) {
		const struct spoken *one = &past->spoken[i];

		if (one->length_ms <= 0)
			continue;
		letters += (int64_t)sv_utf8_count(one->text, strlen(one->text));
		ms += one->length_ms;
	}
	return letters ? ms * 1000 / letters : (int64_t)LETTER_MS * 1000;
}

struct spoken past_spoken(const struct past *past, const char *text)
{
	struct spoken found = { NULL, LAG_MS, -1 };
	size_t i;

	for (i = 0; i < past->n_spoken; i++) {
		const struct spoken *one = &past->spoken[i];

		if (one->length_ms >= 0 && !strcmp(one->text, text)) {
			found.length_ms = one->length_ms;
			if (one->lag_ms >= 0)
				found.lag_ms = one->lag_ms;
			return found;
		}
	}
	found.length_ms = letter_us(past) *
	                  (int64_t)sv_utf8_count(text, strlen(text)) / 1000;
	return found;
}
