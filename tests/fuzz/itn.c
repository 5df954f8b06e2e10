/* fuzz: whatever is said, what is written of it is text */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/text.h"
#include "lib/utf8.h"

enum { OUT_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* the first byte chooses language and mode */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	enum sv_itn_mode mode;
	struct sv_buf out;
	char *text;

	if (!size)
		return 0;
	mode = (enum sv_itn_mode)(data[0] >> 1 & 7);
	text = sv_strndup((const char *)data + 1, size - 1);
	sv_buf_init(&out, OUT_MAX);
	sv_itn(data[0] & 1 ? "en" : "ru", mode, "2026-11-21", text, &out);
	if (sv_utf8_check(sv_buf_str(&out), out.len) < out.len)
		abort();
	sv_buf_release(&out);
	free(text);
	return 0;
}
