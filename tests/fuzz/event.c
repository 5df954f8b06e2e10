/* fuzz: whatever the bytes, what comes out is events, one a line */
#include "lib/event.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static int null = -1;
	int in = memfd_create("in", MFD_CLOEXEC);
	struct sv_events *events;
	struct sv_event event;

	if (null < 0)
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (write(in, data, size) != (ssize_t)size || lseek(in, 0, SEEK_SET))
		abort();
	sv_event_to(null);
	events = sv_events_new(in, "fuzz");
	while (sv_events_next(events, &event) == 1) {
		if (!event.type || !event.len || !json_is_object(event.json) ||
		    event.line[event.len - 1] != '\n')
			abort();
		sv_event_pass(&event);
	}
	sv_events_free(events);
	close(in);
	return 0;
}
