/* errand: what a process forked off the server is for */
#include "src/capture/errand.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/fail.h"

enum { ANSWER_MAX_S = 10 }; /* an answer takes a second or two */

static void close_between(int low, int high)
{
	if (low + 1 < high)
		close_range((unsigned)low + 1, (unsigned)high - 1, 0);
}

/* All descriptors but the standard ones and these two; -1 is none. */
static void close_others(int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a;

	if (low < STDERR_FILENO)
		low = STDERR_FILENO;
	close_between(STDERR_FILENO, low);
	close_between(low, high);
	close_range((unsigned)high + 1, UINT_MAX, 0);
}

/* The server's stdin is no caller, and who reads its stdout must see its end
 * when the server ends. */
static int leave_standard(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return sv_fail(EX_OSERR, "open /dev/null:");
	close(fd);
	return 0;
}

static void nothing(int number)
{
	(void)number;
}

/* What is for the server alone may reach us as well (pkill -USR1 sv-capture)
 * and must not end a call. What is caught here is not so in COMMAND. */
static void be_deaf(void)
{
	struct sigaction action = { .sa_handler = nothing,
		                    .sa_flags = SA_RESTART };

	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
}

int errand_run(struct errand *errand, const struct call_config *config)
{
	const struct arrival *arrival = &errand->arrival;
	int rc;

	close_others(arrival->fd, errand->events_fd);
	setpgid(0, 0); /* Ctrl-C is for the server, which lets calls finish */
	setrlimit(RLIMIT_NOFILE, &errand->files);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	be_deaf();
	sigprocmask(SIG_SETMASK, &errand->mask, NULL);
	rc = leave_standard();
	if (!rc && arrival->what == GREETING_QUESTION) {
		alarm(ANSWER_MAX_S);
		rc = arrival->transport->answer(arrival->fd, arrival->greeting,
		                                arrival->len, config,
		                                errand->full);
	} else if (!rc) {
		rc = call_run(config, arrival, errand->events_fd,
		              errand->pipeline);
	}
	free(errand->greeting);
	return rc;
}
