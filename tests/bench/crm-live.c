/*
 * crm-live: events through a command at a steady rate, and how late each comes
 * out of it.
 *   crm-live RATE SECONDS COMMAND [ARG ...]
 * Prints the 50th and 99th percentile and the longest delay, in microseconds.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"

enum { LINE = 2048, TURNS = 20 };

/* the n-th event: calls of some turns each, two at a time */
static int event(char *line, long n)
{
	static const char *const types[] = {
		[0] = "call.start",
		[TURNS - 2] = "dialog.end",
		[TURNS - 1] = "call.end",
	};
	long call = n / (2 * TURNS) * 2 + n % 2, turn = n / 2 % TURNS;
	const char *type = types[turn] ? types[turn] : "asr.final";

	return snprintf(line, LINE,
	                "{\"n\":%ld,\"v\":1,\"type\":\"%s\",\"call\":\"L%ld\","
	                "\"seq\":%ld,\"t\":%ld,"
	                "\"time\":\"2026-11-21T10:00:00.000Z\","
	                "\"stage\":\"bench\",\"caller\":\"+79161234567\","
	                "\"utterance\":%ld,\"outcome\":\"lead\",\"text\":"
	                "\"нужен кондиционер в комнату двадцать метров\"}\n",
	                n, type, call, turn + 1, turn * 1000, turn);
}

static void feed(int fd, long rate, long n, int64_t *sent)
{
	int64_t start_us = sv_now_us();
	char line[LINE];
	long i;

	for (i = 0; i < n; i++) {
		int64_t wait_us = start_us + i * 1000000 / rate - sv_now_us();
		struct timespec wait = { 0, wait_us * 1000 };
		int len = event(line, i);

		if (wait_us > 0)
			nanosleep(&wait, NULL);
		sent[i] = sv_now_us();
		if (write(fd, line, (size_t)len) != len)
			_exit(1);
	}
}

/* when each came out */
static void hear(int fd, long n, int64_t *late, const int64_t *sent)
{
	FILE *file = fdopen(fd, "r");
	char *line = NULL;
	size_t size = 0;
	long left = n;

	while (left > 0 && getline(&line, &size, file) > 0) {
		int64_t now_us = sv_now_us();
		long i;

		if (strncmp(line, "{\"n\":", 5) != 0)
			continue; /* what the command adds */
		i = strtol(line + 5, NULL, 10);
		if (i >= 0 && i < n) {
			late[i] = now_us - sent[i];
			left--;
		}
	}
	while (getline(&line, &size, file) > 0)
		;
	free(line);
	fclose(file);
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static pid_t start(char *argv[], int *in, int *out)
{
	int to[2], from[2];
	pid_t pid;

	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		exit(1);
	pid = fork();
	if (pid == 0) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	*in = to[1];
	*out = from[0];
	return pid;
}

int main(int argc, char *argv[])
{
	long rate, n;
	int64_t *late, *sent;
	int in, out, status = 0;
	pid_t pid, feeder;

	if (argc < 4)
		return 64;
	rate = strtol(argv[1], NULL, 10);
	n = rate * strtol(argv[2], NULL, 10);
	late = sv_calloc((size_t)n, sizeof *late);
	/* the one that feeds notes for the one that hears */
	sent = mmap(NULL, (size_t)n * sizeof *sent, PROT_READ | PROT_WRITE,
	            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid = start(argv + 3, &in, &out);
	feeder = fork();
	if (feeder == 0) {
		feed(in, rate, n, sent);
		_exit(0);
	}
	close(in);
	hear(out, n, late, sent);
	waitpid(feeder, NULL, 0);
	waitpid(pid, &status, 0);
	qsort(late, (size_t)n, sizeof *late, compare);
	printf("%lld %lld %lld\n", (long long)late[n / 2],
	       (long long)late[n * 99 / 100], (long long)late[n - 1]);
	free(late);
	return status != 0;
}
