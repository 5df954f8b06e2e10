/* watch.c: budgets, what engines have to say, and who may be tried again */
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/asr/chain.h"
#include "src/asr/patience.h"

enum { LOOK_MS = 250 }; /* between looks for who may be tried again */

/* --- budgets --- */

/* A service is half through a budget: who would be next gets ready. */
static void hedge(struct asr_chain *chain)
{
	struct seat *next = chain_next(chain, false);
	int rc = next && !next->asr ? seat_open(next) : 0;

	if (rc)
		seat_failed(next, rc, true);
}

static int too_slow(struct asr_chain *chain, const struct patience *patience)
{
	sv_fail(EX_TEMPFAIL, "%s: nothing within the budget '%s' of %lld ms",
	        chain->seat->engine->name, patience->what,
	        (long long)patience->budget_ms);
	return chain_fail_over(chain, EX_TEMPFAIL,
	                       sv_now_ms() - patience->waited_ms,
	                       patience->doubtful);
}

int chain_check(struct asr_chain *chain)
{
	struct patience patience;
	char *why = chain->why;
	int code = chain->trouble;

	chain->trouble = 0;
	chain->why = NULL;
	if (chain->broken || !chain->seat) {
		free(why);
		return chain->broken;
	}
	if (code) {
		sv_fail(code, "%s", why);
		free(why);
		return chain_fail_over(chain, code, sv_now_ms(), false);
	}
	if (!chain->seat->engine->remote || !chain->first)
		return 0;
	patience = patience_with(chain->seat, chain->first, chain->heard_ms);
	if (patience_over(&patience))
		return too_slow(chain, &patience);
	if (patience_half(&patience) && chain->live)
		hedge(chain);
	return 0;
}

void chain_arm(struct asr_chain *chain, int wait_ms)
{
	if (chain->loop && chain->remote)
		sv_loop_arm(chain->loop, &chain->timer, sv_now_ms() + wait_ms);
}

int chain_tick(void *arg)
{
	struct asr_chain *chain = arg;
	int rc = chain_check(chain);

	if (chain->first)
		chain_arm(chain, CHAIN_TICK_MS);
	return rc;
}

/* An engine has news. It may be within its own handler: nothing is closed
 * here. */
void chain_notice(void *arg)
{
	struct asr_chain *chain = arg;
	int failed = 0;
	int rc = chain->trouble ? 0 : chain_collect(chain, &failed);

	if (!rc && !failed && !chain->trouble)
		rc = chain_look(chain, &failed);
	if (rc)
		chain->broken = rc;
	if (failed) {
		chain->trouble = failed;
		chain->why = sv_strdup(sv_why());
	}
	if (rc || failed)
		chain_arm(chain, 0);
}

/* --- who hears --- */

/* Those before the one who hears: whether one of them can be had again. */
void chain_look_ahead(struct asr_chain *chain)
{
	struct seat *end = chain->seat ? chain->seat : &chain->seats[chain->n];
	const int64_t now = sv_now_ms();
	const char *text;
	int rc;

	if (end == chain->seats || now < chain->looked_ms + LOOK_MS)
		return;
	chain->looked_ms = now;
	for (struct seat *seat = chain->seats; seat < end; seat++) {
		if (!seat->asr && !seat_usable(seat, false))
			continue;
		rc = seat_open(seat);
		if (!rc)
			rc = seat->engine->partial(seat->asr, &text);
		if (!rc && !seat_ready(seat) && seat->budgets.connect &&
		    now > seat->opened_ms + seat->budgets.connect)
			rc = sv_fail(EX_TEMPFAIL, "%s: no connection",
			             seat->engine->name);
		if (!rc)
			return;
		sv_info("%s; not taken again yet", sv_why());
		seat_failed(seat, rc, true);
	}
}

/* Nothing is pending: the best who is ready is to hear what comes. */
void chain_prefer(struct asr_chain *chain)
{
	struct seat *before = chain->seat;
	struct seat *end = before ? before : &chain->seats[chain->n];
	struct seat *seat = chain->seats;

	while (seat < end && !seat_ready(seat))
		seat++;
	if (seat == end)
		return;
	sv_info("%s is taken", seat->engine->name);
	chain->seat = seat;
	if (before && before->engine->remote)
		seat_close(before);
}
