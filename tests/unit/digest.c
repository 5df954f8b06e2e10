/* digest: the standard's own example, from memory and from a file */
#include "lib/digest.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/io.h"

#include "tests/unit/tap.h"

int main(void)
{
	static const char abc[] = "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad";
	char path[] = "/tmp/sv-digest-XXXXXX", hex[SV_SHA256_HEX];
	unsigned char digest[SV_SHA256];
	int fd = mkstemp(path);

	sv_sha256("abc", 3, digest);
	sv_hex(digest, sizeof digest, hex);
	is(hex, abc);
	ok(!sv_write(fd, "abc", 3, path));
	close(fd);
	ok(!sv_sha256_file(path, digest));
	sv_hex(digest, sizeof digest, hex);
	is(hex, abc);
	unlink(path);
	ok(sv_sha256_file(path, digest) == EX_NOINPUT);
	return tap_end();
}
