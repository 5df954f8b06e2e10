/* fuzz: what is masked are pieces of the text, in order and in one piece */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/text.h"
#include "lib/utf8.h"

enum { OUT_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void look(struct sv_redactor *redactor, const char *language,
                 const char *text)
{
	struct sv_span *spans;
	size_t n = sv_redact_spans(redactor, language, text, &spans);
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (spans[i].start < at || spans[i].end <= spans[i].start ||
		    spans[i].end > strlen(text) || spans[i].number < 1)
			abort();
		at = spans[i].end;
	}
	free(spans);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct sv_redactor *redactor = sv_redactor_new();
	struct sv_buf out;
	const char *language;
	char *text;

	if (size) {
		language = data[0] & 1 ? "en" : "ru";
		text = sv_strndup((const char *)data + 1, size - 1);
		sv_buf_init(&out, OUT_MAX);
		look(redactor, language, text);
		if (!sv_redact(redactor, language, text, &out) &&
		    sv_utf8_check(out.data, out.len) < out.len)
			abort();
		sv_buf_cut(&out, 0);
		sv_redact_value(
			redactor, language,
			(enum sv_personal)((data[0] >> 1) % SV_PERSONAL_N),
			text, &out);
		sv_buf_release(&out);
		free(text);
	}
	sv_redactor_free(redactor);
	return 0;
}
