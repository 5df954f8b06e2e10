/* patience.c: whether a service is behind one of its budgets */
#include "src/asr/patience.h"

#include "lib/clock.h"

enum {
	/* Nobody waits for a recording, and its service may be busy. */
	UNHURRIED = 10,
	/* What is heard at once takes time, too: half of its length. */
	REPLAY_PART = 2,
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t less(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void consider(struct patience *patience, const char *what,
                     int64_t waited_ms, int64_t budget_ms)
{
	if (budget_ms <= 0 ||
	    waited_ms * patience->budget_ms <= patience->waited_ms * budget_ms)
		return;
	patience->what = what;
	patience->waited_ms = waited_ms;
	patience->budget_ms = budget_ms;
}

/* The utterance is over: its result is due. */
static void with_result(struct patience *patience, const struct seat *seat,
                        const struct utterance *utterance, int64_t heard_ms)
{
	const int64_t now = sv_now_ms();
	const int64_t more = utterance->replay_ms / REPLAY_PART;
	const int64_t scale = seat->place.live ? 1 : UNHURRIED;
	const int64_t result = seat->budgets.result;
	int64_t since = later(utterance->over_ms, utterance->given_ms);

	if (seat->budgets.total)
		consider(patience, "total", now - since,
		         seat->budgets.total * scale + more);
	since = later(since, later(seat->ready_ms, heard_ms));
	if (result && seat->ready_ms)
		consider(patience, "result", now - since,
		         result * scale + more);
}

/* whether it would tell a hypothesis */
static bool tells(const struct seat *seat)
{
	return seat->engine->partials &&
	       !(seat->engine->mute && seat->engine->mute(seat->asr));
}

/* It goes on: speech moves the hypothesis. */
static void with_speech(struct patience *patience, const struct seat *seat,
                        const struct utterance *utterance)
{
	int64_t since = later(utterance->moved_ms, seat->ready_ms);
	int64_t waited = less(sv_now_ms() - since, utterance->speech_ms);

	if (*utterance->text)
		consider(patience, "silence", waited, seat->budgets.silence);
	else
		consider(patience, "first", waited, seat->budgets.first);
	patience->doubtful = patience->what;
}

struct patience patience_with(struct seat *seat,
                              const struct utterance *utterance,
                              int64_t heard_ms)
{
	struct patience patience = { .budget_ms = 1 };
	bool ready = seat_ready(seat);
	int64_t scale = seat->place.live ? 1 : UNHURRIED;

	if (!ready)
		consider(&patience, "connect",
		         sv_now_ms() -
		                 later(seat->opened_ms, utterance->given_ms),
		         seat->budgets.connect * scale);
	if (utterance->over)
		with_result(&patience, seat, utterance, heard_ms);
	else if (ready && seat->place.live && tells(seat))
		with_speech(&patience, seat, utterance);
	return patience;
}

bool patience_over(const struct patience *patience)
{
	return patience->what && patience->waited_ms >= patience->budget_ms;
}

bool patience_half(const struct patience *patience)
{
	return patience->what && 2 * patience->waited_ms >= patience->budget_ms;
}
