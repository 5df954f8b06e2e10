/* takeover.c: one engine of a chain takes over from another */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"

#include "src/asr/chain.h"

static int index_of(const struct asr_chain *chain, const struct seat *seat)
{
	return (int)(seat - chain->seats);
}

/* --- who is next --- */

/* Who was not asked for this utterance and is rested; who was not asked; a
 * service that may do better on a second connection; and who should be left
 * alone, but there is nobody else. */
enum pass { RESTED, TIRED, AGAIN, ALONE };

static bool may(const struct asr_chain *chain, struct seat *seat,
                enum pass pass)
{
	int tried = chain->first->tried[index_of(chain, seat)];

	if (seat == chain->seat || tried != (pass == AGAIN))
		return false;
	if (seat->asr || pass == ALONE)
		return true;
	if (pass == AGAIN && !seat_mendable(seat))
		return false;
	return seat_usable(seat, pass != RESTED);
}

struct seat *chain_next(struct asr_chain *chain, bool any)
{
	for (int pass = RESTED; pass <= (any ? ALONE : AGAIN); pass++)
		for (size_t i = 0; i < chain->n; i++)
			if (may(chain, &chain->seats[i], (enum pass)pass))
				return &chain->seats[i];
	return NULL;
}

/* --- what it hears --- */

static int replay(struct seat *seat, const struct utterance *utterance)
{
	bool went;
	int rc = 0;

	if (utterance->expected)
		rc = seat_expect(seat, &utterance->expect, utterance->expected);
	if (!rc)
		rc = seat_begin(seat);
	if (!rc && utterance->n)
		rc = seat_feed(seat, utterance->samples, utterance->n,
		               SEAT_BLOCK, &went);
	if (!rc && utterance->over)
		rc = seat_finish(seat, utterance->offset_ms, utterance->cut);
	return rc;
}

int chain_give(struct asr_chain *chain, struct seat *seat)
{
	int rc;

	chain->seat = seat;
	for (struct utterance *u = chain->first; u; u = u->next)
		utterance_given(u, index_of(chain, seat),
		                sv_samples_ms((int64_t)u->n, chain->rate_hz));
	rc = seat_open(seat);
	for (struct utterance *u = chain->first; !rc && u; u = u->next)
		rc = replay(seat, u);
	return rc;
}

/* --- what comes of it --- */

int chain_look(struct asr_chain *chain, int *failed)
{
	struct utterance *of = chain->now;
	const char *text = "";

	*failed = 0;
	if (!chain->live || !chain->seat || !chain->seat->asr)
		return 0;
	*failed = chain->seat->engine->partial(chain->seat->asr, &text);
	if (!of && *text) /* words of what is over, while they are found */
		of = chain->first;
	if (*failed || !of || !utterance_text(of, text))
		return 0;
	return chain->owner.partial(chain->owner.arg, text);
}

/* An engine that made nothing of what had words for another is to blame; where
 * there were none, it did well. */
static void judge(struct asr_chain *chain, const struct utterance *utterance,
                  bool words)
{
	struct seat *seat;

	if (!utterance->suspect)
		return;
	seat = &chain->seats[utterance->suspect - 1];
	if (!words) {
		seat->rest_until_ms = 0;
		seat->failures = 0;
	} else if (seat->breaker) {
		sv_breaker_failed(seat->breaker, 0);
	}
}

/* nobody needs the reserves that were opened in case */
static void stand_down(struct asr_chain *chain)
{
	for (size_t i = 0; i < chain->n; i++) {
		struct seat *seat = &chain->seats[i];

		if (seat > chain->seat && seat->engine->remote)
			seat_close(seat);
	}
}

static int give_out(struct asr_chain *chain, const char *engine, json_t *fields)
{
	struct utterance *utterance = chain->first;
	const char *text = json_string_value(json_object_get(fields, "text"));
	int rc;

	chain->first = utterance->next;
	chain->heard_ms = sv_now_ms();
	judge(chain, utterance, text && *text);
	rc = chain->owner.final(chain->owner.arg, engine, fields);
	utterance_free(utterance);
	return rc;
}

int chain_collect(struct asr_chain *chain, int *failed)
{
	struct seat *seat = chain->seat;
	json_t *fields = NULL;
	int rc = 0;

	*failed = 0;
	while (!rc && seat && chain->first && chain->first->over) {
		*failed = seat->engine->result(seat->asr, &fields);
		if (*failed || !fields)
			return 0;
		seat_worked(seat);
		rc = give_out(chain, seat->engine->name, fields);
		if (!chain->first)
			stand_down(chain);
	}
	return rc;
}

int chain_lose(struct asr_chain *chain, int code)
{
	char *why = sv_strdup(sv_why());
	char *told = sv_format("no engine is left for what was said: %s", why);
	const char *name = chain->seats[0].engine->name;
	int rc = chain->live || !chain->first ? 0 : code;

	while (!rc && chain->first && chain->first->over) {
		chain->lost = code;
		rc = chain->owner.event(chain->owner.arg, "error",
		                        json_pack("{s:o,s:i}", "reason",
		                                  sv_event_text(told), "code",
		                                  code));
		if (!rc)
			rc = give_out(chain, name,
			              json_pack("{s:s}", "text", ""));
	}
	if (!rc)
		sv_fail(code, "%s", why);
	free(told);
	free(why);
	return rc;
}

/* --- one after the other --- */

static int tell(struct asr_chain *chain, const struct seat *from,
                const struct seat *to, const char *why, int64_t since_ms)
{
	int64_t lost_ms = sv_now_ms() - since_ms;
	json_t *fields = json_pack("{s:s,s:o,s:I}", "from", from->engine->name,
	                           "reason", sv_event_text(why), "lost_ms",
	                           (json_int_t)(lost_ms > 0 ? lost_ms : 0));

	if (to) {
		json_object_set_new(fields, "to",
		                    json_string(to->engine->name));
		sv_warn("%s; going on with %s", why, to->engine->name);
	} else {
		sv_warn("%s; no engine is left", why);
	}
	return chain->owner.event(chain->owner.arg, "engine.failover", fields);
}

int chain_replaced(struct asr_chain *chain)
{
	struct seat *gone = chain->gone;
	char *why = chain->gone_why;
	int rc = 0;

	chain->gone = NULL;
	chain->gone_why = NULL;
	if (gone && chain->seat && gone != chain->seat)
		rc = tell(chain, gone, chain->seat, why, sv_now_ms());
	free(why);
	return rc;
}

static void expel(struct asr_chain *chain, int code, bool doubtful)
{
	/* what was put off was about the same engine */
	free(chain->why);
	chain->why = NULL;
	chain->trouble = 0;
	if (doubtful && chain->first && !chain->first->suspect)
		chain->first->suspect = index_of(chain, chain->seat) + 1;
	seat_failed(chain->seat, code, !doubtful);
	chain->seat = NULL;
}

/* The next one, if there is any, is given everything; *code is its own when it
 * fails at that, with sv_why(), 0 otherwise. */
static int pass_on(struct asr_chain *chain, int *code, int64_t since_ms,
                   bool doubtful)
{
	char *why = sv_strdup(sv_why());
	char *again = NULL;
	struct seat *from = chain->seat;
	struct seat *next;
	int rc;

	expel(chain, *code, doubtful);
	next = chain_next(chain, true);
	if (next)
		*code = chain_give(chain, next);
	if (next && *code)
		again = sv_strdup(sv_why());
	rc = tell(chain, from, next, why, since_ms);
	if (!rc)
		sv_fail(*code, "%s", again ? again : why);
	free(why);
	free(again);
	return rc;
}

int chain_fail_over(struct asr_chain *chain, int code, int64_t since_ms,
                    bool doubtful)
{
	int failed = 0;
	int rc = 0;

	if (!chain->first) {
		sv_info("%s; nothing was lost", sv_why());
		if (!chain->gone) {
			chain->gone = chain->seat;
			chain->gone_why = sv_strdup(sv_why());
		}
		expel(chain, code, false);
		return 0;
	}
	while (!rc && code && chain->seat) {
		rc = pass_on(chain, &code, since_ms, doubtful);
		doubtful = false;
		since_ms = sv_now_ms();
	}
	if (rc)
		return rc;
	if (!chain->seat)
		return chain_lose(chain, code);
	rc = chain_collect(chain, &failed);
	if (!rc && !failed)
		rc = chain_look(chain, &failed);
	return rc || !failed
	               ? rc
	               : chain_fail_over(chain, failed, sv_now_ms(), false);
}
