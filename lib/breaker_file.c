/* breaker_file: a breaker's state, shared by all processes of the machine */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/breaker_inside.h"
#include "lib/clock.h"

enum {
	/* Bytes of the file, all of them in one write(2): who is killed has
	 * written them or not. */
	RECORD = 128,
	LOCK_TRIES = 10, /* times a millisecond: half a frame */
};

static unsigned sum(const char *text, int len)
{
	unsigned hash = 2166136261U;

	for (int i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619U;
	return hash;
}

static void print(const struct breaker_record *r, char text[RECORD + 1])
{
	static const char *const names[] = { "closed", "open", "half-open" };
	int n = snprintf(text, RECORD + 1,
	                 "sv-breaker 1 %s %d %d %lld %lld %lld",
	                 names[r->state], (int)r->state, r->failures,
	                 (long long)r->begun_ms, (long long)r->until_ms,
	                 (long long)r->length_ms);

	n += snprintf(text + n, (size_t)(RECORD + 1 - n), " %08x",
	              sum(text, n));
	memset(text + n, ' ', (size_t)(RECORD - n));
	text[RECORD - 1] = '\n';
	text[RECORD] = '\0';
}

/* the next number of text, which must be one from 0 to most */
static int64_t number(const char **text, int64_t most)
{
	char *end;
	long long n = strtoll(*text, &end, 10);
	bool is = end > *text && n >= 0 && n <= most;

	*text = end;
	return is ? n : -1;
}

bool breaker_parse(const struct sv_breaker *breaker, const char *text,
                   struct breaker_record *out)
{
	static const char begin[] = "sv-breaker 1 ";
	int64_t now = sv_now_ms(),
		last = now + BREAKER_LONGEST_MS + breaker->rule.most_ms;
	const char *p = text + strlen(begin);
	struct breaker_record r;

	if (strncmp(text, begin, strlen(begin)) != 0)
		return false;
	p += strcspn(p, " ");
	r.state = (enum sv_breaker_state)number(&p, SV_HALF_OPEN);
	r.failures = (int)number(&p, 1000000);
	r.begun_ms = number(&p, now);
	r.until_ms = number(&p, last);
	r.length_ms = number(&p, BREAKER_LONGEST_MS);
	if ((int)r.state < 0 || r.failures < 0 || r.begun_ms < 0 ||
	    r.until_ms < 0 || r.length_ms < 0)
		return false;
	if (*p != ' ' || strtoul(p, NULL, 16) != sum(text, (int)(p - text)))
		return false;
	*out = r;
	return true;
}

static int open_file(const struct sv_breaker *breaker, int flags)
{
	struct stat info;
	int fd = open(breaker->path,
	              flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

	if (fd < 0)
		return -1;
	if (!fstat(fd, &info) && S_ISREG(info.st_mode) &&
	    (info.st_uid == geteuid() || !info.st_uid))
		return fd;
	close(fd);
	return -1;
}

/* What holds now: the file's word; ours when it could not be kept there. */
static void load(struct sv_breaker *breaker, int fd)
{
	char text[RECORD + 1] = "";
	ssize_t n = fd < 0 ? -1 : pread(fd, text, RECORD, 0);

	text[n > 0 ? n : 0] = '\0';
	if (breaker_parse(breaker, text, &breaker->record))
		breaker->alone = false;
	else if (fd >= 0 && !breaker->alone)
		breaker->record = (struct breaker_record){ 0 };
}

/* Never for long: who has the lock may have been stopped with it. */
static bool lock(int fd)
{
	const struct timespec wait = { .tv_nsec = 1000000 };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return true;
		if (errno != EWOULDBLOCK)
			return false;
		nanosleep(&wait, NULL);
	}
	return false;
}

int breaker_change(struct sv_breaker *breaker)
{
	int fd = open_file(breaker, O_RDWR | O_CREAT);
	bool locked = fd >= 0 && lock(fd);

	load(breaker, fd);
	if (locked)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

void breaker_keep(struct sv_breaker *breaker, int fd)
{
	char text[RECORD + 1];

	print(&breaker->record, text);
	breaker->alone = fd < 0 || pwrite(fd, text, RECORD, 0) != RECORD;
	if (fd >= 0)
		close(fd);
}

void breaker_look(struct sv_breaker *breaker)
{
	int fd = open_file(breaker, O_RDONLY);

	/* one that was taken away means: all is well again */
	if (fd < 0 && errno == ENOENT && !breaker->alone)
		breaker->record = (struct breaker_record){ 0 };
	load(breaker, fd);
	if (fd >= 0)
		close(fd);
}
