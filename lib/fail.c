/* fail: the sentence that goes with an exit code */
#include "lib/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/secret.h"

static char why[512];

int sv_fail(int code, const char *format, ...)
{
	char text[sizeof why]; /* the arguments may hold sv_why() itself */
	int error = errno;
	size_t len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	len = strlen(text);
	if (len && text[len - 1] == ':')
		snprintf(text + len, sizeof text - len, " %s", strerror(error));
	for (char *p = text; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
	if (n < (int)sizeof text)
		sv_secret_mask(text);
	else
		sv_secret_mask_cut(text);
	memcpy(why, text, sizeof why);
	errno = error;
	return code;
}

const char *sv_why(void)
{
	return why;
}
