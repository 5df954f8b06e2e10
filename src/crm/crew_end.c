/* crew_end.c: when the stream ends, and when a process does */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/crm/crew_inside.h"

enum {
	HANG_MS = 30000,  /* at the end it is given up */
	QUICK_MS = 10000, /* and who sends, when it is to be quick */
	DEATHS_MAX = 5,   /* without getting anywhere */
};

static bool is_hopeless(int code)
{
	return code == EX_USAGE || code == EX_CONFIG;
}

void crew_limit(struct crew *crew, int64_t ms)
{
	sv_loop_arm(crew->loop, &crew->limit, sv_now_ms() + ms);
}

/* It took too long: who hangs is ended. Nothing that the store has is lost. */
int crew_on_limit(void *arg)
{
	struct crew *crew = arg;

	if (crew->phase == PASSING) {
		crew_let_go_on(crew); /* it hangs: we do not */
	} else if (crew->phase == QUEUEING && crew->keeper.pid) {
		if (sv_now_ms() - crew->heard_ms >= HANG_MS) {
			crew->gave_up = true;
			kill(crew->keeper.pid, SIGKILL);
		} else {
			crew_limit(crew, HANG_MS);
		}
	} else if (crew->phase == SENDING && crew->sender.pid) {
		kill(crew->sender.pid, SIGKILL);
	}
	return 0;
}

static void end_queueing(struct crew *crew)
{
	handover_end(&crew->events);
	if (crew->quick || crew->away) /* not to wait for the store */
		kill(crew->keeper.pid, SIGTERM);
}

static void end_sending(struct crew *crew)
{
	crew_close(&crew->sender.in);
	if (!crew->quick)
		return;
	kill(crew->sender.pid, SIGTERM);
	crew_limit(crew, QUICK_MS);
}

/* Goes on to the next phase of the end when the last is over. */
void crew_step(struct crew *crew)
{
	if (crew->phase == QUEUEING && crew->keeper.pid)
		end_queueing(crew);
	if (crew->phase == QUEUEING && !crew->keeper.pid &&
	    !crew->keeper.again.armed) {
		sv_loop_disarm(crew->loop, &crew->limit);
		crew->phase = SENDING;
		if (crew_start_now(crew, &crew->sender))
			crew_start_sender(crew);
	}
	if (crew->phase != SENDING)
		return;
	if (crew->sender.pid && crew->sender.in >= 0)
		end_sending(crew);
	if (!crew->sender.pid && !crew->sender.again.armed) {
		crew->phase = OVER;
		sv_loop_stop(crew->loop);
	}
}

static void say_death(const struct worker *worker, int status)
{
	if (WIFSIGNALED(status))
		sv_warn("%s was ended by signal %d: another takes its place",
		        worker->what, WTERMSIG(status));
}

/* What is not safe will not be. */
static void lose(struct crew *crew, int code)
{
	crew->lost = crew->lost || handover_unsafe(&crew->events) ||
	             crew->phase == QUEUEING;
	if (crew->lost)
		crew->code = code;
	handover_forget(&crew->events);
}

/* whether another would get further */
static bool is_worth_it(const struct crew *crew, int status)
{
	if (crew->phase == PASSING)
		return true;
	return WIFSIGNALED(status) && !crew->gave_up &&
	       crew->keeper.deaths <= DEATHS_MAX;
}

static int keeper_died(struct crew *crew, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status)
	           : crew->gave_up   ? EX_TEMPFAIL
	                             : EX_SOFTWARE;

	handover_stop(&crew->events);
	if (!code && crew->phase != PASSING)
		return 0;
	if (is_hopeless(code))
		return sv_fail(code, "%s", crew->why ? crew->why : "store");
	if (crew->why)
		sv_warn("%s", crew->why);
	if (!crew->gave_up)
		say_death(&crew->keeper, status);
	crew->keeper.deaths++;
	crew->away = crew->away || WIFEXITED(status);
	crew_let_go_on(crew);
	if (crew->keeper.deaths > DEATHS_MAX && WIFSIGNALED(status))
		lose(crew, code); /* what it dies of may be among them */
	if (is_worth_it(crew, status))
		crew_start_later(crew, &crew->keeper);
	else
		lose(crew, code);
	return 0;
}

static void sender_died(struct crew *crew, int status)
{
	bool ending = crew->phase == SENDING;
	bool by_us = WIFSIGNALED(status) && crew->quick && ending;

	crew_close(&crew->sender.in);
	if (ending && (WIFEXITED(status) || by_us)) {
		if (WIFEXITED(status) && !crew->lost)
			crew->code = WEXITSTATUS(status);
		return;
	}
	crew->sender.deaths++;
	say_death(&crew->sender, status);
	if (ending && crew->sender.deaths > DEATHS_MAX)
		crew->code = EX_SOFTWARE;
	else
		crew_start_later(crew, &crew->sender);
}

static bool has_died(struct worker *worker, int *status)
{
	if (!worker->pid || waitpid(worker->pid, status, WNOHANG) <= 0)
		return false;
	worker->pid = 0;
	return true;
}

int crew_on_child(void *arg)
{
	struct crew *crew = arg;
	int status, rc = 0;

	if (has_died(&crew->keeper, &status)) {
		crew_hear(crew);
		rc = keeper_died(crew, status);
	}
	if (!rc && has_died(&crew->sender, &status)) {
		crew_hear(crew);
		sender_died(crew, status);
	}
	if (!rc)
		crew_step(crew);
	return rc;
}

void crew_end(struct crew *crew, bool quick)
{
	crew->quick = crew->quick || quick;
	crew->waiting = false;
	if (crew->phase == PASSING) {
		crew->phase = QUEUEING;
		handover_put(&crew->events, KEEPER_END, strlen(KEEPER_END));
		crew->heard_ms = sv_now_ms();
		crew_limit(crew, HANG_MS);
		if (crew_start_now(crew, &crew->keeper))
			crew_start_keeper(crew);
	} else if (crew->phase == SENDING && quick && crew->sender.pid) {
		end_sending(crew);
	}
	crew_step(crew);
}
