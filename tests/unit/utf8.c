/* utf8: what is valid, where to cut, which case */
#include "lib/utf8.h"

#include "tests/unit/tap.h"

static size_t check(const char *text)
{
	return sv_utf8_check(text, strlen(text));
}

static const char *lower(const char *text)
{
	static struct sv_buf buf = { .max = 1000 };

	sv_buf_cut(&buf, 0);
	sv_utf8_lower(&buf, text, strlen(text));
	return sv_buf_str(&buf);
}

static void repair(void)
{
	struct sv_buf buf = { .max = 100 };

	ok(!sv_utf8_repair(&buf, "a\xff\xd0", 3));
	is(sv_buf_str(&buf), "a\xef\xbf\xbd\xef\xbf\xbd");
	sv_buf_release(&buf);
}

static void round_trip(void)
{
	int wrong = 0;

	for (uint32_t code = 1; code < 0x110000; code++) {
		char bytes[4];
		const char *p = bytes;
		size_t n = sv_utf8_put(bytes, code);

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		if (sv_utf8_check(bytes, n) != n ||
		    sv_utf8_next(&p, bytes + n) != code || p != bytes + n)
			wrong++;
	}
	ok(wrong == 0);
}

int main(void)
{
	const char *text = "да";

	ok(check("привет, world €😀") == strlen("привет, world €😀"));
	ok(check("\xc0\x80") == 0);         /* overlong */
	ok(check("\xe0\x9f\xbf") == 0);     /* overlong */
	ok(check("\xed\xa0\x80") == 0);     /* surrogate */
	ok(check("\xf4\x90\x80\x80") == 0); /* past U+10FFFF */
	ok(check("a\x80") == 1);
	ok(check("ab\xd0") == 2);
	ok(sv_utf8_next(&text, text + 1) == 0xfffd);
	ok(sv_utf8_cut("да", 4, 3) == 2);
	ok(sv_utf8_cut("да", 4, 4) == 4);
	ok(sv_utf8_cut("да", 4, 1) == 0);
	ok(sv_utf8_count("да!", 5) == 3);
	is(lower("ПРИВЕТ Ёж ÀÉ ABC×"), "привет ёж àé abc×");
	ok(sv_upper(0x451) == 0x401 && sv_upper('z') == 'Z');
	ok(sv_is_letter('q') && sv_is_letter(0x451) && !sv_is_letter('5'));
	ok(sv_is_space(0xa0) && !sv_is_space('a'));
	repair();
	round_trip();
	return tap_end();
}
