#include <sysexits.h>

#include "lib/text.h"

int __attribute__((weak))
sv_itn(const char *language, enum sv_itn_mode mode, const char *today,
       const char *text, struct sv_buf *out)
{
	(void)language;
	(void)mode;
	(void)today;
	(void)text;
	(void)out;
	return EX_DATAERR;
}
