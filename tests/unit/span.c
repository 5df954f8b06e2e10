/* span: pieces of lines, and where they end */
#include "lib/span.h"

#include "tests/unit/tap.h"

static struct sv_span of(const char *text)
{
	return (struct sv_span){ text, strlen(text) };
}

static void test_take(void)
{
	struct sv_span rest = of("one, two,,"), empty = { NULL, 0 };

	ok(sv_span_is(sv_span_take(&rest, ","), "one"));
	ok(sv_span_is(sv_span_trim(sv_span_take(&rest, ",")), "TWO"));
	ok(sv_span_take(&rest, ",").len == 0 && rest.len == 0);
	ok(sv_span_take(&rest, ",").len == 0);
	ok(sv_span_take(&empty, ",").len == 0 && !empty.at);
	rest = of("a\r\nb\r");
	ok(sv_span_is(sv_span_take(&rest, "\r\n"), "a"));
	ok(sv_span_is(sv_span_take(&rest, "\r\n"), "b\r") && !rest.len);
}

int main(void)
{
	test_take();
	ok(sv_span_is(sv_span_trim(of(" \t a b\t")), "a b"));
	ok(sv_span_trim(of("  ")).len == 0);
	ok(!sv_span_is(of("ab"), "a") && !sv_span_is(of("a"), "ab"));
	ok(sv_span_lists(of("keep-alive, Upgrade"), "upgrade"));
	ok(!sv_span_lists(of("keep-alive, Upgraded"), "upgrade"));
	ok(!sv_span_lists(of(""), "upgrade"));
	return tap_end();
}
