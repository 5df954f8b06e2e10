/* drain: the end of a server */
#include "src/capture/drain.h"

#include <signal.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/passed.h"

enum {
	LINGER_MS = 1000, /* for the questions that follow the last call */
	HARD_MS = 5000,   /* beyond the grace of a call that is to end */
	STUCK_MS = 2000,  /* for the reader of the last events, when in haste */
};

int drain_check(struct drain *drain)
{
	if (!drain->begun || !calls_done(drain->calls))
		return 0;
	if (!drain->lingered && drain->asked < 2 && drain->answers) {
		drain->lingered = true;
		sv_loop_arm(drain->loop, &drain->linger,
		            sv_now_ms() + LINGER_MS);
	}
	if (drain->linger.armed && drain->asked < 2)
		return 0;
	if (!outlet_waiting(drain->outlet))
		sv_loop_stop(drain->loop);
	else if (drain->asked > 1 && !drain->stuck.armed)
		sv_loop_arm(drain->loop, &drain->stuck, sv_now_ms() + STUCK_MS);
	return 0;
}

static int is_stuck(void *arg)
{
	struct drain *drain = arg;

	outlet_divert(drain->outlet);
	return drain_check(drain);
}

static int linger_over(void *arg)
{
	return drain_check(arg);
}

static int kill_all(void *arg)
{
	const struct drain *drain = arg;

	sv_warn("calls that have not ended are killed");
	calls_kill(drain->calls, SIGKILL);
	return 0;
}

static int late(void *arg)
{
	struct drain *drain = arg;

	return drain->asked == 1 ? drain_ask(drain) : 0;
}

void drain_init(struct drain *drain)
{
	drain->late = (struct sv_timer){ .fire = late, .arg = drain };
	drain->linger = (struct sv_timer){ .fire = linger_over, .arg = drain };
	drain->hard = (struct sv_timer){ .fire = kill_all, .arg = drain };
	drain->stuck = (struct sv_timer){ .fire = is_stuck, .arg = drain };
}

int drain_begin(struct drain *drain)
{
	drain->begun = true;
	return drain_check(drain);
}

int drain_ask(struct drain *drain)
{
	int calls = (int)calls_count(drain->calls).running;

	drain->asked++;
	if (drain->asked == 1) {
		sv_info("no new calls; %d finish", calls);
		if (drain->config->drain_ms)
			sv_loop_arm(drain->loop, &drain->late,
			            sv_now_ms() + drain->config->drain_ms);
		sv_passed_notify("STOPPING=1");
	} else if (drain->asked == 2) {
		sv_warn("%d calls are ended, their callers handed over", calls);
		calls_kill(drain->calls, SIGTERM);
		sv_loop_arm(drain->loop, &drain->hard,
		            sv_now_ms() + drain->config->call.grace_ms +
		                    HARD_MS);
	} else {
		kill_all(drain);
	}
	return drain_begin(drain);
}
