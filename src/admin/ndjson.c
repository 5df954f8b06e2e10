/* ndjson: files of lines, rewritten without some of them */
#include "src/admin/ndjson.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/start.h"

static const char remains[] = ".sv-admin";

static bool ends(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len > n && !strcmp(name + len - n, end);
}

bool ndjson_named(const char *name)
{
	return ends(name, ".ndjson") || ends(name, ".jsonl");
}

bool ndjson_remains(const char *name)
{
	return *name == '.' && ends(name, remains);
}

/* Each line; those that stay to out, unless it is NULL. */
static int sift(FILE *in, FILE *out, struct ndjson_sieve *sieve)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	sieve->lines = sieve->bytes = 0;
	while ((n = getline(&line, &cap, in)) > 0) {
		size_t len = (size_t)n - (line[n - 1] == '\n');

		if (!sieve->stays(sieve->arg, line, len)) {
			sieve->lines++;
			sieve->bytes += n;
		} else if (out) {
			fwrite(line, 1, (size_t)n, out);
		}
	}
	free(line);
	return ferror(in) || (out && (ferror(out) || fflush(out))) ? -1 : 0;
}

/* It is as the old one was, and on disk. */
static int complete(int fd, const struct stat *info)
{
	const struct timespec times[2] = { info->st_atim, info->st_mtim };

	if (fchown(fd, info->st_uid, info->st_gid) && errno != EPERM)
		return -1;
	return fchmod(fd, info->st_mode & 07777) || futimens(fd, times) ||
	       fsync(fd);
}

/* The lease is ours while nobody else has the file open. */
static int swap(const struct shelf_item *item, int fd, const char *beside)
{
	if (fcntl(fd, F_GETLEASE) != F_WRLCK)
		return sv_fail(EX_TEMPFAIL, "%s: somebody is opening it",
		               item->path);
	if (renameat(item->folder, beside, item->folder, item->name) ||
	    fsync(item->folder))
		return sv_fail(EX_IOERR, "rename %s:", item->path);
	return 0;
}

static int rewrite(const struct shelf_item *item, FILE *in,
                   struct ndjson_sieve *sieve)
{
	char *beside = sv_format(".%s%s", item->name, remains);
	FILE *out = NULL;
	int fd, rc = 0;

	unlinkat(item->folder, beside, 0);
	fd = openat(item->folder, beside,
	            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0)
		out = fdopen(fd, "w");
	if (!out)
		rc = sv_fail(EX_CANTCREAT, "write beside %s:", item->path);
	rewind(in);
	if (!rc && (sift(in, out, sieve) || complete(fd, &item->info)))
		rc = sv_fail(EX_IOERR, "write beside %s:", item->path);
	if (!rc)
		rc = swap(item, fileno(in), beside);
	if (out)
		fclose(out);
	if (rc)
		unlinkat(item->folder, beside, 0);
	free(beside);
	return rc;
}

int ndjson_sift(const struct shelf_item *item, struct ndjson_sieve *sieve,
                bool take)
{
	int fd = openat(item->folder, item->name,
	                O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	int rc = 0;

	if (!in) {
		if (fd >= 0)
			close(fd);
		return errno == ENOENT
		               ? 0
		               : sv_fail(EX_NOPERM, "open %s:", item->path);
	}
	if (sift(in, NULL, sieve))
		rc = sv_fail(EX_IOERR, "read %s:", item->path);
	if (!rc && take && sieve->lines) {
		if (fcntl(fd, F_SETLEASE, F_WRLCK))
			rc = sv_fail(EX_TEMPFAIL,
			             "%s: another program has it open: its "
			             "lines stay for now",
			             item->path);
		else
			rc = rewrite(item, in, sieve);
	}
	fclose(in);
	return rc;
}
