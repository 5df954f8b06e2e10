/* io: whole files appear at once, and failures say where */
#include "lib/io.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

static char folder[] = "/tmp/sv-io-XXXXXX";

static void files(void)
{
	struct sv_buf buf = { .max = 5 };
	char *path = sv_format("%s/a/b/file", folder);
	char *below = sv_format("%s/a/b", folder);
	struct stat info;

	ok(sv_file_replace(path, "x", 1, 0600) == EX_CANTCREAT);
	ok(!sv_folder_make(below) && !sv_folder_make(below));
	ok(!sv_file_replace(path, "12345", 5, 0640));
	ok(!stat(path, &info) && (info.st_mode & 0777) == 0640);
	ok(!sv_file_read(path, &buf));
	is(sv_buf_str(&buf), "12345");
	ok(sv_file_read(path, &buf) == EX_DATAERR);
	ok(sv_file_read(below, &buf) == EX_NOINPUT);
	ok(sv_file_replace(below, "x", 1, 0600) == EX_CANTCREAT);
	ok(sv_folder_make(path) == EX_CANTCREAT);
	unlink(path);
	ok(sv_file_read(path, &buf) == EX_NOINPUT);
	ok(!rmdir(below)); /* no temporary file is left */
	free(path);
	free(below);
	below = sv_format("%s/a", folder);
	rmdir(below);
	free(below);
	sv_buf_release(&buf);
}

static void descriptors(void)
{
	int fds[2], full = open("/dev/full", O_WRONLY);
	char byte;

	ok(sv_write(full, "x", 1, "/dev/full") == EX_IOERR);
	is(sv_why(), "write /dev/full: No space left on device");
	close(full);
	ok(!pipe(fds));
	ok(!sv_write(fds[1], "x", 1, "pipe"));
	ok(sv_readable(fds[0]));
	ok(sv_read(fds[0], &byte, 1, "pipe") == 1 && byte == 'x');
	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	ok(sv_write(fds[1], "x", 1, "pipe") == SV_GONE);
	close(fds[1]);
	ok(sv_read(fds[1], &byte, 1, "pipe") == -1);
	is(sv_why(), "read pipe: Bad file descriptor");
}

int main(void)
{
	ok(mkdtemp(folder) != NULL);
	files();
	descriptors();
	rmdir(folder);
	setenv("SV_CACHE", "/c", 1);
	char *cache = sv_cache_folder();
	is(cache, "/c");
	free(cache);
	return tap_end();
}
