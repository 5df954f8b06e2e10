/* budget.c: how long a service may keep us waiting */
#include "src/tts/budget.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/service.h"

int tts_budget_init(struct tts_budget *budget, const struct sv_list *settings,
                    const char *engine)
{
	int rc;

	/* A caller takes a second of silence for thinking, three for a line
	 * that is dead. */
	*budget = (struct tts_budget){ 1000, 1500, 1000, 30000 };
	rc = sv_setting_ms(settings, engine, "budget.connect",
	                   &budget->connect_ms);
	if (!rc)
		rc = sv_setting_ms(settings, engine, "budget.first",
		                   &budget->first_ms);
	if (!rc)
		rc = sv_setting_ms(settings, engine, "budget.stall",
		                   &budget->stall_ms);
	if (!rc)
		rc = sv_setting_ms(settings, engine, "budget.total",
		                   &budget->total_ms);
	return rc;
}

static int late(struct tts_watch *watch, const char *what, int ms)
{
	free(watch->late);
	watch->late =
		sv_format("%s: %s within %d ms", watch->engine->name, what, ms);
	return EX_TEMPFAIL;
}

/* 0 is for good */
static bool passed(int64_t since_ms, int64_t now, int budget_ms)
{
	return budget_ms && now - since_ms > budget_ms;
}

/* before the first sound */
static int wait_for(struct tts_watch *watch, int64_t now)
{
	const struct tts_budget *budget = watch->budget;
	bool ready = !watch->engine->ready || watch->engine->ready(watch->tts);

	if (ready && !watch->ready_ms)
		watch->ready_ms = now;
	if (!ready && passed(watch->begun_ms, now, budget->connect_ms))
		return late(watch, "no connection", budget->connect_ms);
	if (ready && passed(watch->ready_ms, now, budget->first_ms))
		return late(watch, "no sound", budget->first_ms);
	return 0;
}

static int look(struct tts_watch *watch)
{
	const struct tts_budget *budget = watch->budget;
	int64_t now = sv_now_ms();
	bool begun = watch->n < watch->sound->n || watch->last_ms;

	if (watch->late)
		return EX_TEMPFAIL;
	if (watch->n < watch->sound->n)
		watch->last_ms = now;
	watch->n = watch->sound->n;
	if (passed(watch->begun_ms, now, budget->total_ms))
		return late(watch, "not all of a sentence", budget->total_ms);
	if (!begun)
		return wait_for(watch, now);
	if (passed(watch->last_ms, now, budget->stall_ms))
		return late(watch, "no more sound", budget->stall_ms);
	return 0;
}

static int grew(void *arg)
{
	struct tts_watch *watch = arg;

	if (!watch->stopped && watch->grew)
		watch->stopped = watch->grew(watch->arg);
	if (watch->stopped)
		return watch->stopped;
	return watch->budget ? look(watch) : 0;
}

void tts_watch_begin(struct tts_watch *watch)
{
	watch->grew = watch->sound->grew;
	watch->arg = watch->sound->arg;
	watch->sound->grew = grew;
	watch->sound->arg = watch;
	watch->stopped = 0;
	free(watch->late);
	watch->late = NULL;
	watch->begun_ms = sv_now_ms();
	watch->ready_ms = watch->last_ms = 0;
	watch->n = watch->sound->n;
}

int tts_watch_end(struct tts_watch *watch, int rc)
{
	watch->sound->grew = watch->grew;
	watch->sound->arg = watch->arg;
	if (watch->stopped)
		rc = watch->stopped;
	else if (watch->late && rc)
		rc = sv_fail(EX_TEMPFAIL, "%s", watch->late);
	free(watch->late);
	watch->late = NULL;
	return rc;
}

int tts_watch_lost_ms(const struct tts_watch *watch)
{
	return (int)(sv_now_ms() -
	             (watch->last_ms ? watch->last_ms : watch->begun_ms));
}
