/*
 * fuzz: no URL makes the parser fall, and what it takes makes sense
 *
 * uses: src/capture/url.c
 */
#include "src/capture/url.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const char *const settings[] = { "a", "codec", NULL };
	char *text = sv_strndup((const char *)data, size);
	struct url url;

	if (!url_parse(text, settings, &url)) {
		const char *value = url_get(&url, "a");

		if (strcmp(url.text, text) != 0 || !*url.host ||
		    url.port < -1 || url.port > 65535)
			abort();
		if (value &&
		    sv_utf8_check(value, strlen(value)) != strlen(value))
			abort();
	}
	url_release(&url);
	free(text);
	return 0;
}
