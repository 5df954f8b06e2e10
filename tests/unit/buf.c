/* buf: it grows to its ceiling and not a byte further */
#include "lib/buf.h"

#include <stdlib.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

int main(void)
{
	struct sv_buf buf;
	char *text;

	sv_buf_init(&buf, 8);
	is(sv_buf_str(&buf), "");
	ok(!sv_buf_puts(&buf, "12345"));
	ok(sv_buf_puts(&buf, "6789") == EX_DATAERR);
	is(sv_buf_str(&buf), "12345");
	ok(!sv_buf_printf(&buf, "%d", 678));
	is(sv_buf_str(&buf), "12345678");
	ok(sv_buf_putc(&buf, '9') == EX_DATAERR);
	is(sv_why(), "longer than 8 bytes");
	sv_buf_drop(&buf, 3);
	is(sv_buf_str(&buf), "45678");
	sv_buf_cut(&buf, 2);
	is(sv_buf_str(&buf), "45");
	ok(!sv_buf_add(&buf, "", 0) && buf.len == 2);
	text = sv_buf_take(&buf);
	is(text, "45");
	ok(buf.len == 0 && buf.max == 8);
	free(text);
	text = sv_buf_take(&buf);
	is(text, "");
	free(text);

	sv_buf_init(&buf, 1 << 20);
	for (int i = 0; i < 10000; i++)
		sv_buf_puts(&buf, "0123456789");
	ok(buf.len == 100000 && buf.data[99999] == '9');
	sv_buf_release(&buf);
	return tap_end();
}
