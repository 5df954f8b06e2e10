/*
 * XML of storage services: read or refused; what is told is text of the
 * document's own making, and within the ceilings.
 */
#include "lib/xml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int end(void *arg, const char *path, const char *text)
{
	int *n = arg;

	++*n;
	if (!*path || strlen(path) >= SV_XML_PATH ||
	    strlen(text) > SV_XML_TEXT ||
	    sv_utf8_check(text, strlen(text)) != strlen(text))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int n = 0;

	if (!sv_xml_read((const char *)data, size, end, &n) && !n)
		abort();
	return 0;
}
