/* seat: one of so many calls at once, as a lock */
#include "src/capture/seat.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

/* -1: it cannot be opened; -2: somebody has it */
static int try_one(const char *folder, int number)
{
	char *path = sv_format("%s/slot-%d", folder, number);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		sv_fail(EX_CANTCREAT, "open %s:", path);
	free(path);
	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	close(fd);
	return -2;
}

int seat_take(const char *folder, int max, int *fd)
{
	*fd = sv_folder_make(folder) ? -1 : -2;
	for (int i = 0; i < max && *fd == -2; i++)
		*fd = try_one(folder, i);
	if (*fd == -2)
		return sv_fail(EX_TEMPFAIL, "all %d slots are taken", max);
	if (*fd < 0)
		sv_warn("%s; calls are not counted", sv_why());
	return 0;
}
