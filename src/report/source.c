/* source: the bytes of a file or of stdin, unpacked when packed by gzip */
#include "src/report/source.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/start.h"

#include "src/report/stored.h"

enum { BLOCK = 65536, GZIP_WINDOW = 15 + 16 };

struct source {
	struct stored *stored; /* lines of the store, and nothing else */
	int fd;
	const char *name;
	bool looked; /* whether its first bytes were seen */
	bool packed, eof;
	bool within; /* a gzip member has begun and not ended */
	int code;
	z_stream z;
	unsigned char block[BLOCK]; /* read, not yet given or unpacked */
	size_t start, end;
};

int source_open(struct source **opened, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	struct stat info;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	if (!fstat(fd, &info) && S_ISDIR(info.st_mode)) {
		if (!is_stdin)
			close(fd);
		return sv_fail(EX_NOINPUT, "%s is a folder", path);
	}
	*opened = sv_alloc(sizeof **opened);
	(*opened)->fd = fd;
	(*opened)->name = is_stdin ? "stdin" : path;
	return 0;
}

int source_open_store(struct source **opened, const char *dsn,
                      const struct period *period, const char *wanted)
{
	struct stored *stored;
	int rc = stored_open(&stored, dsn, period, wanted);

	if (rc)
		return rc;
	*opened = sv_alloc(sizeof **opened);
	(*opened)->fd = STDIN_FILENO;
	(*opened)->name = stored_name(stored);
	(*opened)->stored = stored;
	return 0;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	stored_close(source->stored);
	if (source->packed)
		inflateEnd(&source->z);
	if (source->fd != STDIN_FILENO)
		close(source->fd);
	free(source);
}

int source_code(const struct source *source)
{
	return source->code;
}

const char *source_name(const struct source *source)
{
	return source->name;
}

static int failed(struct source *source, int code)
{
	source->code = code;
	return -1;
}

static int fill(struct source *source)
{
	ssize_t n;

	memmove(source->block, source->block + source->start,
	        source->end - source->start);
	source->end -= source->start;
	source->start = 0;
	if (!sv_readable(source->fd)) {
		source->eof = true;
		return 0;
	}
	n = sv_read(source->fd, source->block + source->end,
	            BLOCK - source->end, source->name);
	if (n < 0)
		return failed(source, EX_IOERR);
	source->end += (size_t)n;
	source->eof = n == 0;
	return 0;
}

/* two bytes tell what it is: a pipe may give them one by one */
static int look(struct source *source)
{
	while (source->end < 2 && !source->eof) {
		if (fill(source))
			return -1;
	}
	source->looked = true;
	if (source->end < 2 || source->block[0] != 0x1f ||
	    source->block[1] != 0x8b)
		return 0;
	if (inflateInit2(&source->z, GZIP_WINDOW) != Z_OK) {
		sv_fail(EX_SOFTWARE, "%s: zlib: no memory", source->name);
		return failed(source, EX_SOFTWARE);
	}
	source->packed = true;
	return 0;
}

/* one step of unpacking: 0, or -1 */
static int unpack(struct source *source)
{
	size_t left = source->end - source->start;
	int rc;

	if (!source->within && inflateReset(&source->z) == Z_OK)
		source->within = true; /* `cat a.gz b.gz` has members */
	source->z.next_in = source->block + source->start;
	source->z.avail_in = (uInt)left;
	rc = inflate(&source->z, Z_NO_FLUSH);
	source->start += left - source->z.avail_in;
	if (rc == Z_STREAM_END) {
		source->within = false;
		return 0;
	}
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		return 0;
	sv_fail(EX_DATAERR, "%s: damaged gzip data: %s", source->name,
	        source->z.msg ? source->z.msg : "not understood");
	return failed(source, EX_DATAERR);
}

static ssize_t read_packed(struct source *source, char *data, size_t len)
{
	source->z.next_out = (unsigned char *)data;
	source->z.avail_out = (uInt)len;
	while (source->z.avail_out == len) {
		if (source->start == source->end && !source->eof &&
		    fill(source))
			return -1;
		if (source->start == source->end && source->eof)
			break;
		if (unpack(source))
			return -1;
	}
	if (source->z.avail_out == len && source->within && !sv_stopping()) {
		source->within = false;
		sv_fail(EX_DATAERR, "%s: gzip data end too soon", source->name);
		return failed(source, EX_DATAERR);
	}
	return (ssize_t)(len - source->z.avail_out);
}

ssize_t source_read(struct source *source, char *data, size_t len)
{
	size_t n;

	if (source->stored) {
		n = stored_read(source->stored, data, len, &source->code);
		return source->code ? -1 : (ssize_t)n;
	}
	if (!source->looked && look(source))
		return -1;
	if (source->packed)
		return read_packed(source, data, len);
	if (source->start == source->end && !source->eof && fill(source))
		return -1;
	n = source->end - source->start;
	if (n > len)
		n = len;
	memcpy(data, source->block + source->start, n);
	source->start += n;
	return (ssize_t)n;
}
