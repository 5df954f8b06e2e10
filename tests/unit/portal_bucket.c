/*
 * The allowance shared by many processes: what they took, told to a portal
 * that counts as Bitrix24 does.
 *
 * uses: src/crm/portal_bucket.c src/crm/portal_level.c
 */
#include "src/crm/portal_bucket.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/log.h"

#include "tests/unit/tap.h"

enum {
	PROCESSES = 8,
	RATE = 500,
	BURST = 50,
	RUN_MS = 1500,
	TAKEN_MAX = 4096,
};

static const struct portal_rule rule = { .rate = RATE,
	                                 .burst = BURST,
	                                 .reserve = 5 };

static char folder[] = "/tmp/sv-portal-XXXXXX";

static int64_t boot_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- many processes --- */

static void take_all(int to)
{
	struct portal_bucket *bucket = portal_bucket_new("portal:443", &rule);
	int64_t until_ms = sv_now_ms() + RUN_MS, at_us;
	int wait_ms;

	while (!portal_bucket_wait(bucket, true, until_ms, &wait_ms)) {
		at_us = boot_us();
		if (write(to, &at_us, sizeof at_us) != sizeof at_us)
			break;
	}
	portal_bucket_free(bucket);
}

/* Has the lock, and is killed with it. */
static void die_with_the_lock(void)
{
	char *path = sv_format("%s/portals/portal:443", folder), c;
	int told[2];
	pid_t pid;

	ok(!pipe(told));
	pid = fork();
	if (!pid) {
		int fd = open(path, O_RDWR | O_CREAT, 0660);

		if (flock(fd, LOCK_EX) || write(told[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	ok(read(told[0], &c, 1) == 1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(told[0]);
	close(told[1]);
	free(path);
}

static int by_time(const void *a, const void *b)
{
	const int64_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static size_t read_all(int from, int64_t *taken)
{
	size_t n = 0;

	while (n < TAKEN_MAX &&
	       read(from, &taken[n], sizeof *taken) == sizeof *taken)
		n++;
	qsort(taken, n, sizeof *taken, by_time);
	return n;
}

/* the highest level of a portal that is asked at these times */
static double worst(const int64_t *taken, size_t n)
{
	double level = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		if (i)
			level -= (double)(taken[i] - taken[i - 1]) * RATE / 1e6;
		level = (level < 0 ? 0 : level) + 1;
		most = level > most ? level : most;
	}
	return most;
}

static void crowd(void)
{
	static int64_t taken[TAKEN_MAX];
	pid_t pids[PROCESSES];
	double seconds;
	int told[2];
	size_t n;

	ok(!pipe(told));
	fflush(stdout);
	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			close(told[0]);
			take_all(told[1]);
			_exit(0);
		}
	}
	close(told[1]);
	die_with_the_lock();
	kill(pids[0], SIGKILL);
	n = read_all(told[0], taken);
	close(told[0]);
	for (int i = 0; i < PROCESSES; i++)
		waitpid(pids[i], NULL, 0);
	ok(n > BURST);
	ok(worst(taken, n) <= BURST);
	seconds = (double)(taken[n - 1] - taken[0]) / 1e6;
	printf("# %zu in %.2f s: %.1f %% of the allowance, level %.1f\n", n,
	       seconds, 100 * (double)n / (BURST + seconds * RATE),
	       worst(taken, n));
}

/* --- one --- */

static int64_t wait_of(struct portal_bucket *bucket, bool background)
{
	int wait_ms = 0;

	return portal_bucket_wait(bucket, background, sv_now_ms(), &wait_ms)
	               ? wait_ms
	               : 0;
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0660);

	ok(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void alone(void)
{
	static const struct portal_rule slow = { .rate = 1,
		                                 .burst = 20,
		                                 .reserve = 5 };
	struct portal_bucket *one = portal_bucket_new("one:1", &slow);
	struct portal_bucket *other = portal_bucket_new("one:1", &slow);
	char *path = sv_format("%s/portals/one:1", folder);
	int n = 0;

	while (!wait_of(one, true))
		n++;
	ok(n >= 10 && n <= 15);
	ok(wait_of(other, true) > 0); /* they share it */
	ok(!wait_of(other, false));   /* a person need not wait */
	portal_bucket_full(one);
	ok(wait_of(other, false) > 0);
	portal_bucket_good(one);

	put(path, "nonsense"); /* the worst is believed */
	ok(wait_of(other, false) > 0);
	put(path, "");
	ok(!wait_of(other, false));
	unlink(path);
	ok(!symlink("/dev/null", path)); /* is no file of ours */
	ok(!wait_of(other, false));
	unlink(path);
	portal_bucket_free(one);
	portal_bucket_free(other);
	free(path);
}

/* Where there is no place for the file each counts for itself. */
static void nowhere(void)
{
	struct portal_bucket *bucket;
	int n = 0;

	setenv("SV_RUN", "/dev/null/run", 1);
	bucket = portal_bucket_new(
		"../x/y", &(struct portal_rule){ .rate = 1, .burst = 16 });
	while (!wait_of(bucket, false))
		n++;
	ok(n == 14);
	portal_bucket_free(bucket);
}

static void tidy(void)
{
	char *portals = sv_format("%s/portals", folder);
	char *file = sv_format("%s/portal:443", portals);

	unlink(file);
	rmdir(portals);
	ok(!rmdir(folder));
	free(file);
	free(portals);
}

int main(void)
{
	sv_log_open("portal_bucket", SV_ERROR, false);
	ok(mkdtemp(folder) != NULL);
	setenv("SV_RUN", folder, 1);
	crowd();
	alone();
	nowhere();
	tidy();
	return tap_end();
}
