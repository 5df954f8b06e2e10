/* chat_next: which endpoint is asked, and what becomes of a failure */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/alloc.h"
#include "lib/chat_inside.h"
#include "lib/clock.h"
#include "lib/conform.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

enum {
	WAIT_MS = 500, /* before it is asked once more, doubled each time */
	LONG_WAIT_MS = 8000,
	HASTE_MS = 250, /* the same where another one could be asked: a caller
	                 * waits */
};

/* --- who is next --- */

static struct chat_place *end_of(const struct sv_chat_call *call)
{
	return call->chat->places + call->chat->n;
}

/* who would be asked next, of those behind place; NULL: nobody */
static struct chat_place *behind(const struct sv_chat_call *call,
                                 struct chat_place *place)
{
	for (place++; place < end_of(call); place++)
		if (call->forced || chat_place_usable(place))
			return place;
	return NULL;
}

static void tell(struct sv_chat_call *call, struct chat_place *place)
{
	const struct chat_place *next =
		call->handed ? NULL : behind(call, place);
	char *why = sv_strdup(sv_why());

	if (next)
		sv_warn("%s; going on with %s", why, next->name);
	chat_event(call, "engine.failover",
	           json_pack("{ss ss* so sI}", "from", place->name, "to",
	                     next ? next->name : NULL, "reason",
	                     sv_event_text(why), "lost_ms",
	                     (json_int_t)(sv_now_ms() - call->place_ms)));
	sv_fail(EX_TEMPFAIL, "%s", why);
	free(why);
}

/* its breaker is open: told of once */
static void pass_over(struct sv_chat_call *call, struct chat_place *place)
{
	chat_call_why(call, EX_TEMPFAIL);
	call->place_ms = sv_now_ms();
	if (!place->told)
		tell(call, place);
	place->told = true;
}

static void ask(struct sv_chat_call *call, struct chat_place *place)
{
	call->place = place;
	call->place_ms = sv_now_ms();
	call->again = 0;
	call->structure = CHAT_SCHEMA;
	chat_try_start(call);
}

/* All are left alone for now. To ask all the same is better than certain
 * silence. */
static void force(struct sv_chat_call *call)
{
	call->forced = true;
	ask(call, call->chat->places);
}

void chat_next(struct sv_chat_call *call)
{
	struct chat_place *place =
		call->place ? call->place + 1 : call->chat->places;

	call->busy++;
	while (!call->cancelled && place < end_of(call) && !call->forced &&
	       !chat_place_allowed(place))
		pass_over(call, place++);
	call->busy--;
	if (call->cancelled)
		chat_call_free(call);
	else if (place < end_of(call))
		ask(call, place);
	else if (!call->tries && !call->forced)
		force(call);
	else
		chat_end(call, NULL);
}

/* --- a failure --- */

static int own_wait(int again)
{
	unsigned wait = WAIT_MS, chance = 0;

	for (int i = 0; i < again && wait < LONG_WAIT_MS; i++)
		wait *= 2;
	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = (unsigned)sv_now_us();
	return (int)(wait - chance % (wait / 4 + 1));
}

/* For how long to wait before the same is asked again; -1: it is not. What has
 * failed at once is asked at once: a connection that was kept may be dead. */
static int wait_of(struct sv_chat_call *call, const struct chat_try *try,
                   const struct chat_failure *failure)
{
	const struct chat_place *place = try->place;
	int64_t now = sv_now_ms(), left = INT_MAX;
	int wait = failure->wait_ms;

	if (!failure->again || call->again >= place->retries)
		return -1;
	if (place->budgets.first_ms)
		left = call->place_ms + place->budgets.first_ms - now;
	if (wait < 0 && !call->again && now - try->begun_ms < HASTE_MS &&
	    failure->code != EX_TEMPFAIL)
		wait = 0;
	if (wait < 0)
		wait = own_wait(call->again);
	if (wait >= left || (wait > HASTE_MS && behind(call, try->place)))
		return -1;
	return wait;
}

static void report(const struct chat_place *place,
                   const struct chat_failure *failure)
{
	if (failure->fault)
		sv_breaker_failed(place->breaker, failure->alone_ms);
}

/* The same endpoint, soon. */
static void again(struct sv_chat_call *call, int wait_ms)
{
	if (wait_ms)
		sv_info("%s; again in %d ms", sv_why(), wait_ms);
	sv_loop_arm(call->chat->loop, &call->timer, sv_now_ms() + wait_ms);
}

static void give_up(struct sv_chat_call *call, struct chat_place *place,
                    const struct chat_failure *failure)
{
	report(place, failure);
	sv_fail(call->code, "%s", call->why);
	call->busy++;
	tell(call, place);
	call->busy--;
	if (call->cancelled)
		chat_call_free(call);
	else if (call->handed)
		chat_end(call, NULL);
	else
		chat_next(call);
}

/* What was spent is told, whoever is asked next. Whether the call is still
 * wanted. */
static bool settle(struct sv_chat_call *call, struct chat_try *try,
                   const struct chat_failure *failure)
{
	call->busy++;
	if (failure->spent)
		chat_cost(call, try);
	call->busy--;
	if (call->cancelled)
		chat_call_free(call);
	else if (try->stopped) { /* no endpoint's failure */
		chat_try_drop(try, false);
		chat_end(call, NULL);
	} else {
		return true;
	}
	return false;
}

void chat_failed(struct chat_try *try, const struct chat_failure *failure)
{
	struct sv_chat_call *call = try->call;
	struct chat_place *place = try->place;
	int wait;

	chat_call_why(call, failure->code);
	call->too_long |= failure->too_long;
	if (!settle(call, try, failure))
		return;
	wait = call->handed ? -1 : wait_of(call, try, failure);
	if (failure->format) {
		call->structure = (enum chat_structure)(try->structure - 1);
		wait = 0;
	} else if (wait >= 0) {
		call->again++;
	}
	chat_try_drop(try, false);
	if (wait >= 0)
		again(call, wait);
	else
		give_up(call, place, failure);
}

/* --- success --- */

/* Where JSON is wanted: whether it is there, and what it is to be. */
static int check_answer(const struct sv_chat_call *call, struct chat_try *try,
                        json_t **answer)
{
	const char *text = sv_buf_str(&try->stream.said);
	const char *begin = strchr(text, '{'), *end = strrchr(text, '}');

	if (!call->schema || try->stream.uses.n || try->stream.refusal.len ||
	    try->stream.finish == CHAT_LENGTH ||
	    try->stream.finish == CHAT_FILTER)
		return 0;
	/* models put fences and words around it */
	if (begin && end > begin)
		*answer = json_loadb(begin, (size_t)(end - begin) + 1, 0, NULL);
	if (!*answer)
		return sv_fail(EX_DATAERR, "%s: the answer is no JSON object",
		               try->place->name);
	if (sv_conform(call->schema, *answer)) {
		char *why = sv_strdup(sv_why());

		sv_fail(EX_DATAERR,
		        "%s: the answer is not what it is to be: "
		        "%s",
		        try->place->name, why);
		free(why);
		return EX_DATAERR;
	}
	return 0;
}

void chat_worked(struct chat_try *try)
{
	struct chat_failure failure = { .code = EX_DATAERR,
		                        .again = true,
		                        .spent = true };
	struct chat_place *place = try->place;

	sv_breaker_worked(place->breaker);
	place->told = false;
	if (try->stream.counted)
		chat_learn(place, try->guess, try->stream.input);
	if (check_answer(try->call, try, &try->answer))
		chat_failed(try, &failure);
	else
		chat_end(try->call, try);
}
