/* alloc: memory, or exit */
#include "lib/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/log.h"

static void *check(void *p)
{
	if (p)
		return p;
	sv_log(SV_ERROR, "out of memory");
	exit(EX_TEMPFAIL);
}

void *sv_alloc(size_t size)
{
	return check(calloc(1, size ? size : 1));
}

void *sv_calloc(size_t n, size_t size)
{
	return check(calloc(n ? n : 1, size ? size : 1));
}

void *sv_realloc(void *old, size_t size)
{
	return check(realloc(old, size ? size : 1));
}

char *sv_strdup(const char *text)
{
	return text ? check(strdup(text)) : NULL;
}

char *sv_strndup(const char *text, size_t len)
{
	return check(strndup(text, len));
}

char *sv_format(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return check(text);
}
