/*
 * fuzz: whatever the text, its notes are within it and in order, and what is
 * left when they are gone has whole characters
 */
#include "lib/notation.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/text.h"
#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void check(const struct sv_notes *notes, size_t len)
{
	size_t i;

	for (i = 0; i < notes->n; i++) {
		const struct sv_note *note = notes->items + i;

		if (note->at > len || note->len > len - note->at ||
		    (i && note->at < note[-1].at) || note->ms < 0 ||
		    note->ms > SV_PAUSE_MAX_MS ||
		    (note->kind == SV_EMPHASIS && !note->len))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *text = sv_strndup((const char *)data, size);
	struct sv_notes notes = { 0 };
	struct sv_buf plain, spoken;

	sv_buf_init(&plain, size + 1);
	sv_buf_init(&spoken, 64 * size + 64);
	if (sv_notes_read(text, &plain, &notes) || plain.len > strlen(text))
		abort();
	check(&notes, plain.len);
	if (sv_utf8_check(text, strlen(text)) == strlen(text) &&
	    sv_utf8_check(sv_buf_str(&plain), plain.len) != plain.len)
		abort();
	sv_tn(size % 2 ? "ru" : "en", text, &spoken);
	sv_notes_release(&notes);
	sv_buf_release(&plain);
	sv_buf_release(&spoken);
	free(text);
	return 0;
}
