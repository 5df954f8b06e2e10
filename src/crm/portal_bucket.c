/* portal_bucket: the portal's allowance, shared by all programs */
#include "src/crm/portal_bucket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/start.h"

enum {
	LOCK_MS = 5000, /* who has the lock is not waited for longer */
	LOCK_LOOK_US = 250,
	SLICE_US = 100000, /* of a wait, between looks at whether to stop */
};

struct portal_bucket {
	char *place, *path;
	struct portal_rule rule;
	struct portal_level level; /* as it was last seen, or made */
	bool alone;                /* said that the file cannot be had */
};

static int64_t boot_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void rest_us(int64_t us)
{
	const struct timespec rest = { .tv_sec = us / 1000000,
		                       .tv_nsec = us % 1000000 * 1000 };

	nanosleep(&rest, NULL);
}

struct portal_bucket *portal_bucket_new(const char *place,
                                        const struct portal_rule *rule)
{
	struct portal_bucket *bucket = sv_alloc(sizeof *bucket);
	char *run = sv_run_folder();
	char *folder = sv_format("%s/portals", run);
	char *name = sv_strdup(place);

	for (char *p = name; *p; p++) {
		if (*p == '/' || (p == name && *p == '.'))
			*p = '_';
	}
	if (access(folder, W_OK | X_OK))
		sv_folder_make(folder); /* or else it is ours alone */
	bucket->rule = *rule;
	bucket->place = sv_strdup(place);
	bucket->path = sv_format("%s/%s", folder, name);
	free(name);
	free(folder);
	free(run);
	return bucket;
}

void portal_bucket_free(struct portal_bucket *bucket)
{
	if (!bucket)
		return;
	free(bucket->place);
	free(bucket->path);
	free(bucket);
}

/* --- the file --- */

/* Not for ever: who has it may have been stopped with it. */
static bool lock(int fd)
{
	int64_t until_ms = sv_now_ms() + LOCK_MS;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if ((errno != EWOULDBLOCK && errno != EINTR) ||
		    sv_now_ms() >= until_ms)
			return false;
		rest_us(LOCK_LOOK_US);
	}
	return true;
}

/* NULL, or why fd is not to be used */
static const char *trouble(int fd)
{
	struct stat info;

	if (fd < 0 || fstat(fd, &info))
		return strerror(errno);
	if (!S_ISREG(info.st_mode))
		return "this is no file";
	return lock(fd) ? NULL : "another program does not let go of it";
}

static int open_locked(struct portal_bucket *bucket)
{
	int fd = open(bucket->path,
	              O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
	              0600);
	const char *why = trouble(fd);

	if (!why)
		return fd;
	if (!bucket->alone)
		sv_warn("%s: %s: others that ask %s are not known of, and it "
		        "may refuse requests",
		        bucket->path, why, bucket->place);
	bucket->alone = true;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* A file without a word of sense says that the worst is to be believed; an
 * empty one is new. */
static int begin(struct portal_bucket *bucket)
{
	char text[PORTAL_RECORD + 1] = "";
	int fd = open_locked(bucket);
	ssize_t n = fd < 0 ? 0 : pread(fd, text, PORTAL_RECORD, 0);

	text[n > 0 ? n : 0] = '\0';
	if (fd < 0 || portal_level_parse(text, &bucket->level))
		return fd;
	bucket->level = (struct portal_level){ .at_us = boot_us() };
	if (n)
		bucket->level.level = (int64_t)bucket->rule.burst * 1000000;
	return fd;
}

static void end(struct portal_bucket *bucket, int fd)
{
	char text[PORTAL_RECORD + 1];

	if (fd < 0)
		return;
	portal_level_print(&bucket->level, text);
	if (pwrite(fd, text, PORTAL_RECORD, 0) != PORTAL_RECORD &&
	    !bucket->alone) {
		sv_warn("write %s: %s", bucket->path, strerror(errno));
		bucket->alone = true;
	}
	close(fd);
}

/* --- taking --- */

static int64_t take(struct portal_bucket *bucket, bool background)
{
	int fd = begin(bucket);
	int64_t wait_us = portal_level_take(&bucket->level, &bucket->rule,
	                                    boot_us(), background);

	end(bucket, fd);
	return wait_us;
}

int portal_bucket_wait(struct portal_bucket *bucket, bool background,
                       int64_t until_ms, int *wait_ms)
{
	int64_t wait_us = take(bucket, background);

	for (; wait_us > 0; wait_us = take(bucket, background)) {
		if (sv_stopping())
			return sv_fail(EX_TEMPFAIL,
			               "bitrix24: told to stop while waiting "
			               "for the portal's allowance");
		if (sv_now_ms() + wait_us / 1000 > until_ms) {
			*wait_ms = (int)(wait_us / 1000) + 1;
			return sv_fail(EX_TEMPFAIL,
			               "bitrix24: %s may not be asked for "
			               "another %d ms: its allowance is used "
			               "up",
			               bucket->place, *wait_ms);
		}
		rest_us(wait_us < SLICE_US ? wait_us : SLICE_US);
	}
	return 0;
}

void portal_bucket_full(struct portal_bucket *bucket)
{
	int fd = begin(bucket);

	portal_level_full(&bucket->level, &bucket->rule, boot_us());
	sv_info("%s: too many requests, with those of others", bucket->place);
	end(bucket, fd);
}

void portal_bucket_good(struct portal_bucket *bucket)
{
	int fd;

	if (!bucket->level.strikes)
		return; /* as nearly always: nothing is written */
	fd = begin(bucket);
	bucket->level.strikes = 0;
	end(bucket, fd);
}
