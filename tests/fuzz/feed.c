/*
 * fuzz: whatever a call's process writes, and however it is cut, its whole
 * lines come out as they are
 *
 * uses: src/capture/feed.c src/capture/outlet.c
 */
#include "src/capture/feed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/alloc.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static int emptied(void *arg)
{
	sv_loop_stop(arg);
	return 0;
}

static void feed_all(struct feed *feed, struct outlet *outlet, int fd,
                     const unsigned char *data, size_t size)
{
	size_t piece = size ? 1 + data[0] * 16 : 1;

	for (size_t at = 0; at < size; at += piece) {
		size_t n = size - at < piece ? size - at : piece;

		if (write(fd, data + at, n) != (ssize_t)n ||
		    feed_read(feed, outlet) != 1)
			abort();
	}
	feed_end(feed, outlet, "it ended");
}

/* what came out begins with the whole lines that went in */
static void check(int fd, const unsigned char *data, size_t size)
{
	const char *end = size ? memrchr(data, '\n', size) : NULL;
	size_t whole = end ? (size_t)(end - (const char *)data) + 1 : 0;
	char *out = sv_alloc(whole + 1);

	if (pread(fd, out, whole, 0) != (ssize_t)whole ||
	    memcmp(out, data, whole) != 0)
		abort();
	free(out);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct sv_loop *loop = sv_loop_new();
	int file = memfd_create("events", MFD_CLOEXEC);
	struct outlet *outlet = outlet_new(loop, file);
	struct feed feed;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		abort();
	outlet_on(outlet, emptied, NULL, loop);
	feed_init(&feed, fds[0]);
	feed_all(&feed, outlet, fds[1], data, size);
	if (outlet_waiting(outlet))
		sv_loop_run(loop);
	check(file, data, size);
	feed_release(&feed);
	outlet_free(outlet);
	sv_loop_free(loop);
	close(fds[1]);
	close(file);
	return 0;
}
