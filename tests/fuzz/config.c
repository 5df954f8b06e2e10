/* fuzz: no sv.conf makes the loader fall */
#include "lib/config.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/alloc.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	int fd = memfd_create("conf", MFD_CLOEXEC);
	char *path = sv_format("/proc/self/fd/%d", fd);

	clearenv(); /* what the last input set */
	setenv("SV_CONF", path, 1);
	if (write(fd, data, size) != (ssize_t)size)
		abort();
	sv_config_load();
	free(path);
	close(fd);
	return 0;
}
