/* breaker: one state for all processes, whatever happens to its file */
#include "lib/breaker.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/io.h"

#include "tests/unit/tap.h"

/* long enough for a loaded machine not to be through it by chance */
static const struct sv_breaker_rule rule = {
	.failures = 3, .window_ms = 60000, .open_ms = 2000, .most_ms = 6000
};
static char folder[] = "/tmp/sv-breaker.XXXXXX";

static enum sv_breaker_state state(struct sv_breaker *breaker)
{
	int left;

	return sv_breaker_look(breaker, &left);
}

static int left(struct sv_breaker *breaker)
{
	int ms;

	sv_breaker_look(breaker, &ms);
	return ms;
}

static void fail(struct sv_breaker *breaker, int times)
{
	while (times--)
		sv_breaker_failed(breaker, 0);
}

static void sleep_until_over(struct sv_breaker *breaker)
{
	while (left(breaker))
		usleep(10000);
}

static char *file(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/breakers/%s", folder, name);
	return path;
}

static void circle(void)
{
	struct sv_breaker *a = sv_breaker_new("asr-x-host:443", &rule);
	struct sv_breaker *b = sv_breaker_new("asr-x-host:443", &rule);

	ok(sv_breaker_allows(a) && state(a) == SV_CLOSED);
	fail(a, 2);
	ok(sv_breaker_allows(b) && state(b) == SV_CLOSED && !left(b));
	sv_breaker_worked(b); /* that is behind us */
	fail(a, 2);
	ok(state(b) == SV_CLOSED);
	fail(b, 1); /* the third, of both */
	ok(state(a) == SV_OPEN && left(a) > 0 && left(a) <= 2000);
	ok(!sv_breaker_allows(a) && !sv_breaker_allows(b));
	fail(a, 5); /* of calls that were under way: no longer for that */
	ok(left(b) <= 2000);
	sleep_until_over(a);
	ok(state(b) == SV_HALF_OPEN);
	ok(sv_breaker_allows(b));
	ok(!sv_breaker_allows(a) && state(a) == SV_HALF_OPEN);
	fail(b, 1); /* twice as long */
	ok(state(a) == SV_OPEN && left(a) > 2000 && left(a) <= 4000);
	sleep_until_over(a);
	ok(sv_breaker_allows(a));
	fail(a, 1); /* at most */
	ok(left(a) > 4000 && left(a) <= 6000);
	sleep_until_over(a);
	ok(sv_breaker_allows(a));
	sv_breaker_worked(a);
	ok(state(b) == SV_CLOSED && sv_breaker_allows(b));
	sv_breaker_free(a);
	sv_breaker_free(b);
	sv_breaker_free(NULL);
}

/* who tries dies over it: after a while another may */
static void forgotten(void)
{
	struct sv_breaker *a = sv_breaker_new("forgotten", &rule);

	fail(a, 3);
	sleep_until_over(a);
	ok(sv_breaker_allows(a));
	ok(!sv_breaker_allows(a));
	sleep_until_over(a);
	ok(sv_breaker_allows(a));
	sv_breaker_free(a);
}

static void asked_for(void)
{
	struct sv_breaker *a = sv_breaker_new("asked", &rule);

	sv_breaker_failed(a, 20000);
	ok(state(a) == SV_OPEN && left(a) > 15000 && left(a) <= 20000);
	sv_breaker_failed(a, 30000);
	ok(left(a) > 20000);
	sv_breaker_failed(a, 2000000000); /* an hour at most */
	ok(left(a) > 3000000 && left(a) <= 3600000);
	sv_breaker_worked(a); /* who was let through before */
	ok(state(a) == SV_CLOSED);
	sv_breaker_free(a);
}

static void names(void)
{
	char *long_name = sv_alloc(1000);
	struct sv_breaker *a = sv_breaker_new("../../a b/\xd0\xb6", &rule);
	struct sv_breaker *b;

	memset(long_name, 'n', 999);
	b = sv_breaker_new(long_name, &rule);
	fail(a, 3);
	fail(b, 3);
	ok(state(a) == SV_OPEN && !access(file("_._.._a_b___"), R_OK));
	ok(state(b) == SV_OPEN);
	sv_breaker_free(a);
	sv_breaker_free(b);
	a = sv_breaker_new("..", &rule);
	fail(a, 3);
	ok(state(a) == SV_OPEN && !access(file("_."), R_OK));
	sv_breaker_free(a);
	free(long_name);
}

/* what is in the file is no record: all is well, and one can be kept there */
static void survives(const char *what, const char *text, size_t len)
{
	struct sv_breaker *a = sv_breaker_new("foreign", &rule), *b;

	fail(a, 3);
	sv_breaker_free(a);
	ok(!sv_file_replace(file("foreign"), text, len, 0600));
	a = sv_breaker_new("foreign", &rule);
	b = sv_breaker_new("foreign", &rule);
	if (!ok(state(a) == SV_CLOSED && sv_breaker_allows(a)))
		printf("# %s\n", what);
	fail(a, 3);
	ok(state(b) == SV_OPEN);
	sv_breaker_free(a);
	sv_breaker_free(b);
}

static void foreign(void)
{
	struct sv_buf good = { .max = 1000 };
	struct sv_breaker *a = sv_breaker_new("good", &rule);
	char *large = sv_alloc(1 << 20);

	fail(a, 3);
	sv_breaker_free(a);
	ok(!sv_file_read(file("good"), &good) && good.len == 128);
	ok(!strncmp(sv_buf_str(&good), "sv-breaker 1 open ", 18));
	survives("nothing", "", 0);
	survives("cut", good.data, 40);
	survives("cut after a number", good.data, 25);
	for (size_t i = 0; i < 40; i += 7) {
		char before = good.data[i];

		good.data[i] ^= 1;
		survives("a bit", good.data, good.len);
		good.data[i] = before;
	}
	survives("zeros", large, 1 << 20);
	memset(large, 'A', 1 << 20);
	survives("something else", large, 1 << 20);
	survives("lines", "sv-breaker 1 open 1 3 0 9223372036854775807 0 0\n",
	         48);
	sv_buf_release(&good);
	free(large);
}

static void strange_files(void)
{
	struct sv_breaker *a;

	ok(!mkfifo(file("fifo"), 0600) && !mkdir(file("dir"), 0700) &&
	   !symlink("/etc/passwd", file("link")));
	a = sv_breaker_new("fifo", &rule);
	fail(a, 3);
	ok(state(a) == SV_OPEN); /* and nobody hangs */
	sv_breaker_free(a);
	a = sv_breaker_new("dir", &rule);
	fail(a, 3);
	ok(state(a) == SV_OPEN);
	sv_breaker_free(a);
	a = sv_breaker_new("link", &rule);
	fail(a, 3);
	ok(state(a) == SV_OPEN && sv_breaker_allows(a) == 0);
	sv_breaker_free(a);
	/* taken away by a person who knows that all is well */
	a = sv_breaker_new("gone", &rule);
	fail(a, 3);
	ok(state(a) == SV_OPEN && !unlink(file("gone")));
	ok(state(a) == SV_CLOSED && sv_breaker_allows(a));
	sv_breaker_free(a);
}

/* a disk that is full: what is known stays known here */
static void full(void)
{
	struct rlimit before, none = { 0 };
	struct sv_breaker *a = sv_breaker_new("full", &rule), *b;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	none.rlim_max = before.rlim_max;
	fflush(stdout);
	setrlimit(RLIMIT_FSIZE, &none);
	fail(a, 3);
	setrlimit(RLIMIT_FSIZE, &before);
	ok(state(a) == SV_OPEN && !sv_breaker_allows(a));
	b = sv_breaker_new("full", &rule);
	ok(sv_breaker_allows(b)); /* who was not there knows nothing */
	sleep_until_over(a);
	ok(sv_breaker_allows(a));
	fail(a, 1); /* there is room again */
	ok(state(b) == SV_OPEN);
	sv_breaker_free(a);
	sv_breaker_free(b);
}

/* what a child says with its exit code */
static int in_child(int (*ask)(struct sv_breaker *breaker), uid_t user)
{
	pid_t pid;
	int status = -1;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct sv_breaker *breaker = NULL;
		int answer;

		if (user && setuid(user))
			_exit(99);
		breaker = sv_breaker_new("another", &rule);
		answer = ask(breaker);
		sv_breaker_free(breaker);
		_exit(answer);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int works_alone(struct sv_breaker *breaker)
{
	if (state(breaker) != SV_CLOSED || !sv_breaker_allows(breaker))
		return 1;
	fail(breaker, 3);
	return state(breaker) == SV_OPEN ? 0 : 2;
}

static int allows(struct sv_breaker *breaker)
{
	return sv_breaker_allows(breaker);
}

static void another_user(void)
{
	struct sv_breaker *a = sv_breaker_new("another", &rule);

	fail(a, 3);
	ok(in_child(allows, 0) == 0);
	if (!geteuid()) {
		ok(in_child(works_alone, 65534) == 0);
		ok(!chmod(folder, 0777) && !chmod(file(""), 0777));
		ok(in_child(works_alone, 65534) == 0); /* the file is ours */
		chmod(file(""), 0700);
		chmod(folder, 0700);
	}
	ok(state(a) == SV_OPEN);
	sv_breaker_free(a);
}

/* many at the same time: one tries */
static void crowd(void)
{
	enum { MANY = 24 };
	struct sv_breaker *a = sv_breaker_new("another", &rule);
	pid_t pids[MANY];
	int gate[2], tries = 0, status;
	char c;

	sv_breaker_worked(a);
	fail(a, 3);
	sleep_until_over(a);
	ok(!pipe(gate));
	fflush(stdout);
	for (int i = 0; i < MANY; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			close(gate[1]);
			if (read(gate[0], &c, 1)) /* until all are there */
				_exit(99);
			_exit(sv_breaker_allows(a));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < MANY; i++) {
		waitpid(pids[i], &status, 0);
		tries += WEXITSTATUS(status);
	}
	if (!ok(tries == 1))
		printf("# %d tries\n", tries);
	sv_breaker_free(a);
}

/* killed in the middle, again and again */
static void killed(void)
{
	struct sv_breaker *a = sv_breaker_new("killed", &rule), *b;
	struct sv_buf text = { .max = 1000 };
	int sane = 0;

	fail(a, 1);
	fflush(stdout);
	for (int i = 0; i < 50; i++) {
		pid_t pid = fork();

		if (!pid) {
			for (;;) {
				fail(a, 1);
				sv_breaker_worked(a);
			}
		}
		usleep(2000 + 137 * (unsigned)i);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		sv_buf_cut(&text, 0);
		sane += !sv_file_read(file("killed"), &text) &&
		        text.len == 128 && text.data[127] == '\n';
	}
	ok(sane == 50);
	sv_breaker_worked(a);
	fail(a, 3);
	b = sv_breaker_new("killed", &rule);
	ok(state(b) == SV_OPEN);
	sv_breaker_free(a);
	sv_breaker_free(b);
	sv_buf_release(&text);
}

/* stopped with the lock in its hand: nobody waits for it */
static void held(void)
{
	struct sv_breaker *a = sv_breaker_new("held", &rule);
	int64_t begun;
	int fd;

	fail(a, 2);
	fd = open(file("held"), O_RDWR);
	ok(fd >= 0 && !flock(fd, LOCK_EX));
	begun = sv_now_ms();
	ok(sv_breaker_allows(a));
	fail(a, 1);
	ok(sv_now_ms() - begun < 5000);
	close(fd);
	sv_breaker_free(a);
}

int main(void)
{
	char *command;

	if (!mkdtemp(folder))
		return 1;
	setenv("SV_RUN", folder, 1);
	circle();
	forgotten();
	asked_for();
	names();
	foreign();
	strange_files();
	full();
	another_user();
	crowd();
	killed();
	held();
	setenv("SV_RUN", "/dev/null/nowhere", 1);
	ok(in_child(works_alone, 0) == 0);
	command = sv_format("rm -rf %s", folder);
	if (fork() == 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	free(command);
	wait(NULL);
	return tap_end();
}
