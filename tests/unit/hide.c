/* hide: what the log must not show, and what it must */
#include "lib/hide.h"

#include <stdlib.h>

#include "lib/alloc.h"

#include "tests/unit/tap.h"

static void becomes(const char *text, const char *want)
{
	char *copy = sv_strdup(text);

	sv_hide(copy);
	is(copy, want);
	free(copy);
}

static void hidden(void)
{
	becomes("+79161234567", "+7916***4567");
	becomes("no '+7 (916) 123-45-67' there", "no '+7916***4567' there");
	becomes("phone 89161234567, 79161234567",
	        "phone 8916***4567, 7916***4567");
	becomes("\"+442071838750\"", "\"+4420***8750\"");
	becomes("to ivan.petrov@mail.ru.", "to i***@mail.ru.");
	becomes("a@b.ru", "a@b.ru");
	becomes("ab@c.ru x", "a*@c.ru x");
	becomes("+7916123456", "+7916**3456");
}

static void stays(const char *text)
{
	becomes(text, text);
}

static void shown(void)
{
	stays("");
	stays("127.0.0.1:5432");
	stays("1791612345670 ms");
	stays("12345678901");
	stays("postgresql://sales@db.example.com/sales");
	stays("http://u:p@host.example/");
	stays("2026-11-22T02:10:33.123+0300 2026");
	stays("0f8fad5b-d9cb-469f-a165-70867728950e");
	stays("x89161234567");
	stays("C89161234567-a");
	stays("+1 2 3");
	stays("file 8916123456.flac, 891612345678.flac");
	stays("100 % of 200");
	stays("sip:ivan@pbx.local");
	stays("@host.name and name@");
	stays("+1234567890123456");
}

int main(void)
{
	hidden();
	shown();
	unsetenv("SV_REDACT");
	ok(sv_hides());
	setenv("SV_REDACT", "no", 1);
	ok(!sv_hides());
	setenv("SV_REDACT", "nonsense", 1);
	ok(sv_hides());
	return tap_end();
}
