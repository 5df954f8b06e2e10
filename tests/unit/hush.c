/* hush: what is written meanwhile is gone, what is written after arrives */
#include "lib/hush.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/log.h"

#include "tests/unit/tap.h"

/* what arrived at the other end of stderr, as a string */
static const char *arrived(int fd)
{
	static char text[64];
	ssize_t n = read(fd, text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

int main(void)
{
	int fds[2], kept;

	if (pipe(fds) || fcntl(fds[0], F_SETFL, O_NONBLOCK) ||
	    dup2(fds[1], STDERR_FILENO) < 0)
		return 1;
	kept = sv_hush();
	ok(kept > STDERR_FILENO);
	ok(write(STDERR_FILENO, "noise", 5) == 5);
	is(arrived(fds[0]), "");
	sv_hush_end(kept);
	ok(write(STDERR_FILENO, "ours", 4) == 4);
	is(arrived(fds[0]), "ours");

	sv_log_open("test", SV_INFO, false); /* whoever asks for more has it */
	kept = sv_hush();
	ok(write(STDERR_FILENO, "noise", 5) == 5);
	sv_hush_end(kept);
	is(arrived(fds[0]), "noise");
	return tap_end();
}
