/* ulid: the right form, and in order of time */
#include "lib/ulid.h"

#include "tests/unit/tap.h"

int main(void)
{
	unsigned char ones[16], zeros[16] = { 0 };
	char a[SV_ULID_LEN], b[SV_ULID_LEN];

	memset(ones, 0xff, sizeof ones);
	sv_ulid_from(ones, a);
	is(a, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	ok(sv_ulid_valid(a));
	sv_ulid_from(zeros, a);
	is(a, "00000000000000000000000000");
	zeros[15] = 33;
	sv_ulid_from(zeros, a);
	is(a, "00000000000000000000000011");
	sv_ulid(a);
	sv_ulid(b);
	ok(sv_ulid_valid(a) && strcmp(a, b) != 0);
	ok(strncmp(a, b, 10) <= 0);
	ok(a[0] == '0' && a[1] == '1'); /* until the year 2039 or so */
	ok(!sv_ulid_valid("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
	ok(!sv_ulid_valid("7ZZZZZZZZZZZZZZZZZZZZZZZZ"));
	ok(!sv_ulid_valid("7ZZZZZZZZZZZZZZZZZZZZZZZZU"));
	return tap_end();
}
