/* hurry.c: SIGTERM, noted */
#include "src/crm/hurry.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t told;

static void on_signal(int number)
{
	(void)number;
	told = 1;
}

void hurry_listen(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t none;

	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&none); /* what came meanwhile was kept back */
	sigprocmask(SIG_SETMASK, &none, NULL);
}

bool hurry_told(void)
{
	return told != 0;
}
