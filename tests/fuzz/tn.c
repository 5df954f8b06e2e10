/* tn.c: no digit is left unless sv_tn() says so, and UTF-8 stays UTF-8 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/text.h"
#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void speak(const char *language, const char *text)
{
	struct sv_buf out;
	int rc;

	sv_buf_init(&out, 1 << 20);
	rc = sv_tn(language, text, &out);
	if (sv_utf8_check(sv_buf_str(&out), out.len) != out.len)
		abort();
	if (!rc && strpbrk(sv_buf_str(&out), "0123456789"))
		abort();
	sv_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = sv_strndup((const char *)data, size);

	speak("ru", text);
	speak("en", text);
	free(text);
	return 0;
}
