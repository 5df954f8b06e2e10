/* hush: stderr put aside while a foreign library would write there */
#include "lib/hush.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/log.h"

int sv_hush(void)
{
	int kept, null;

	if (sv_logs(SV_INFO))
		return -1;
	kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (kept >= 0 && null >= 0)
		dup2(null, STDERR_FILENO);
	if (null >= 0)
		close(null);
	return kept;
}

void sv_hush_end(int kept)
{
	if (kept < 0)
		return;
	dup2(kept, STDERR_FILENO);
	close(kept);
}
