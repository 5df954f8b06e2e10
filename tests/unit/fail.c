/* fail: the sentence, errno in its place */
#include "lib/fail.h"

#include <errno.h>

#include "tests/unit/tap.h"

int main(void)
{
	char longer[1000];

	is(sv_why(), "");
	ok(sv_fail(EX_DATAERR, "line %d", 7) == EX_DATAERR);
	is(sv_why(), "line 7");
	errno = ENOENT;
	ok(sv_fail(EX_NOINPUT, "open %s:", "/x") == EX_NOINPUT);
	is(sv_why(), "open /x: No such file or directory");
	ok(errno == ENOENT);
	sv_fail(EX_USAGE, "outer: %s", sv_why());
	is(sv_why(), "outer: open /x: No such file or directory");
	sv_fail(EX_USAGE, "a\nb\033c");
	is(sv_why(), "a?b?c");
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	sv_fail(EX_USAGE, "%s", longer);
	ok(strlen(sv_why()) == 511);
	return tap_end();
}
