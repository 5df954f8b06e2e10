/* failover.c: a line speaks to a chain of engines as if to one */
#include "src/asr/failover.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/asr/chain.h"
#include "src/asr/spent.h"

enum {
	STEP_MS = 50,
	AHEAD_S = 2, /* of sound that waits for a service, at most */
};

static int tell_expectation(struct asr_chain *chain)
{
	if (!chain->seat || !chain->seat->asr || !chain->expected)
		return 0;
	return seat_expect(chain->seat, &chain->expect, chain->expected);
}

/* what the engine returned, and what comes of it */
static int settle(struct asr_chain *chain, int code)
{
	int failed = 0;
	int rc;

	if (code)
		return chain_fail_over(chain, code, sv_now_ms(), false);
	rc = chain_collect(chain, &failed);
	if (rc || !failed)
		return rc;
	return chain_fail_over(chain, failed, sv_now_ms(), false);
}

/* --- its life --- */

/* the first that can be opened */
static int start(struct asr_chain *chain)
{
	int rc = 0;

	for (size_t i = 0; i < chain->n && !chain->seat; i++) {
		struct seat *seat = &chain->seats[i];

		if (!seat_usable(seat, false)) {
			sv_info("%s is left alone after failures",
			        seat->engine->name);
			continue;
		}
		rc = seat_open(seat);
		if (!rc) {
			chain->seat = seat;
			break;
		}
		if (!chain->gone) { /* told when there is something to hear */
			chain->gone = seat;
			chain->gone_why = sv_strdup(sv_why());
		}
		seat_failed(seat, rc, true);
	}
	return chain->seat ? 0 : rc;
}

int asr_chain_rate(const struct asr_loaded *loaded, int line_hz)
{
	int most = 0;

	for (size_t i = 0; i < loaded->n; i++) {
		const struct asr_link *link = &loaded->links[i];
		int rate_hz = link->engine->rate(link->model, line_hz);

		if (rate_hz == line_hz)
			return rate_hz;
		if (rate_hz > most)
			most = rate_hz;
	}
	return most;
}

int asr_chain_new(struct asr_chain **made, const struct asr_chain_setup *setup)
{
	struct asr_chain *chain = sv_alloc(sizeof *chain);
	const struct asr_loaded *loaded = setup->loaded;
	const struct asr_place place = { .loop = setup->loop,
		                         .call = setup->call,
		                         .rate_hz = setup->line_hz,
		                         .live = setup->live,
		                         .notice = chain_notice,
		                         .arg = chain };
	int rc;

	chain->owner = setup->owner;
	chain->loop = setup->loop;
	chain->live = setup->live;
	chain->n = loaded->n;
	for (size_t i = 0; i < loaded->n; i++)
		chain->remote |= loaded->links[i].engine->remote;
	chain->keeps = loaded->n > 1 || chain->remote;
	chain->rate_hz = asr_chain_rate(loaded, setup->line_hz);
	chain->timer = (struct sv_timer){ .fire = chain_tick, .arg = chain };
	for (size_t i = 0; i < chain->n; i++)
		seat_init(&chain->seats[i], &loaded->links[i], &place,
		          chain->rate_hz);
	rc = start(chain);
	if (rc) {
		asr_chain_free(chain);
		chain = NULL;
	}
	*made = chain;
	return rc;
}

void asr_chain_free(struct asr_chain *chain)
{
	if (!chain)
		return;
	if (chain->loop)
		sv_loop_disarm(chain->loop, &chain->timer);
	while (chain->first) {
		struct utterance *next = chain->first->next;

		utterance_free(chain->first);
		chain->first = next;
	}
	for (size_t i = 0; i < chain->n; i++)
		seat_release(&chain->seats[i]);
	expect_release(&chain->expect);
	free(chain->why);
	free(chain->gone_why);
	free(chain);
}

/* --- what a line says --- */

int asr_chain_expect(struct asr_chain *chain, const struct expect *expect)
{
	expect_release(&chain->expect);
	chain->expect = *expect;
	json_incref(chain->expect.hints);
	chain->expected++;
	return chain->now ? 0 : settle(chain, tell_expectation(chain));
}

static void append(struct asr_chain *chain, struct utterance *utterance)
{
	struct utterance **at = &chain->first;

	while (*at)
		at = &(*at)->next;
	*at = utterance;
	chain->now = utterance;
}

static int begin(struct asr_chain *chain)
{
	struct utterance *now = utterance_new(&chain->expect, chain->expected);
	struct seat *seat;
	int code = 0;
	int rc = chain_check(chain);

	if (!rc && !chain->first)
		chain_prefer(chain);
	append(chain, now);
	chain_arm(chain, CHAIN_TICK_MS);
	if (rc)
		return rc;
	if (!chain->seat) {
		seat = chain_next(chain, true);
		return seat ? settle(chain, chain_give(chain, seat)) : 0;
	}
	utterance_given(now, (int)(chain->seat - chain->seats), 0);
	code = tell_expectation(chain);
	if (!code)
		code = seat_begin(chain->seat);
	return settle(chain, code);
}

int asr_chain_begin(struct asr_chain *chain)
{
	int rc = begin(chain);

	return rc ? rc : chain_replaced(chain);
}

/* Nobody waits for a recording: it goes as fast as it is taken. */
static int hold_back(struct asr_chain *chain)
{
	int wait_ms = 0;
	int rc = 0;

	if (chain->live || !chain->loop)
		return 0;
	while (!rc && chain->seat && chain->seat->engine->remote) {
		const struct seat *seat = chain->seat;
		size_t most = (size_t)AHEAD_S * (size_t)seat->rate_hz;

		rc = sv_loop_step(chain->loop, wait_ms);
		if (rc || !seat->asr || !seat->engine->waiting ||
		    seat->engine->waiting(seat->asr) < most)
			break;
		wait_ms = STEP_MS;
	}
	return rc;
}

static size_t frames_of(const struct asr_chain *chain)
{
	if (!chain->live)
		return SEAT_BLOCK;
	return chain->seat->engine->remote ? 1 : SEAT_LIVE;
}

static int hear(struct asr_chain *chain, const int16_t *samples, size_t n)
{
	bool went = false;
	int failed = 0;
	int rc = 0;
	int code = seat_feed(chain->seat, samples, n, frames_of(chain), &went);

	if (code)
		return settle(chain, code);
	if (!chain->seat->engine->remote && went)
		rc = chain_look(chain, &failed);
	else if (went)
		rc = hold_back(chain);
	return rc || !failed ? rc : settle(chain, failed);
}

int asr_chain_feed(struct asr_chain *chain, const int16_t *samples, size_t n,
                   bool speech)
{
	const int64_t ms = (int64_t)n * 1000 / chain->rate_hz;
	int rc = chain_check(chain);

	if (rc)
		return rc;
	if (speech)
		chain->now->speech_ms += ms;
	if (chain->keeps)
		utterance_keep(chain->now, samples, n);
	chain_look_ahead(chain);
	return chain->seat ? hear(chain, samples, n) : 0;
}

int asr_chain_finish(struct asr_chain *chain, int64_t offset_ms, bool cut)
{
	struct utterance *now = chain->now;
	struct seat *seat;
	int rc = chain_check(chain);

	chain->now = NULL;
	now->over = true;
	now->over_ms = sv_now_ms();
	now->offset_ms = offset_ms;
	now->cut = cut;
	if (rc)
		return rc;
	if (chain->seat) {
		rc = settle(chain, seat_finish(chain->seat, offset_ms, cut));
	} else {
		/* some time has passed: all of them once more */
		memset(chain->first->tried, 0, sizeof chain->first->tried);
		seat = chain_next(chain, true);
		if (seat)
			rc = settle(chain, chain_give(chain, seat));
		else
			rc = chain_lose(chain,
			                sv_fail(EX_TEMPFAIL, "all engines are "
			                                     "left alone after "
			                                     "failures"));
	}
	return rc ? rc : settle(chain, tell_expectation(chain));
}

int asr_chain_breathe(struct asr_chain *chain)
{
	chain_look_ahead(chain);
	return chain->first || chain->trouble || chain->broken
	               ? chain_check(chain)
	               : 0;
}

size_t asr_chain_pending(const struct asr_chain *chain)
{
	size_t n = 0;

	for (const struct utterance *u = chain->first; u; u = u->next)
		n += u->over;
	return n;
}

int asr_chain_wait(struct asr_chain *chain)
{
	int rc = 0;

	while (!rc && chain->loop && asr_chain_pending(chain))
		rc = sv_loop_step(chain->loop, STEP_MS);
	return rc;
}

int asr_chain_conclude(struct asr_chain *chain)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < chain->n; i++) {
		struct seat *seat = &chain->seats[i];

		asr_spent_gather(&seat->spent, seat->engine, seat->asr);
		rc = asr_spent_tell(&seat->spent, seat->engine, seat->model,
		                    chain->owner.event, chain->owner.arg);
		seat->spent = (struct asr_spent){ 0 };
	}
	return rc;
}

int asr_chain_lost(const struct asr_chain *chain)
{
	return chain->lost;
}
