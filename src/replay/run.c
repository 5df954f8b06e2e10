/* run.c: a past call that happens once more, in words */
#include "src/replay/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/replay/rewrite.h"

enum { OUT_MAX = 64 << 20 };

enum what { WHAT_NOTHING, WHAT_VOICE, WHAT_DUE, WHAT_CUE };

void run_init(struct run *run, const struct past *past)
{
	*run = (struct run){ .past = past, .due = -1, .answered = true };
	sv_buf_init(&run->out, OUT_MAX);
}

void run_release(struct run *run)
{
	voice_release(&run->voice);
	account_release(&run->account);
	sv_buf_release(&run->out);
}

static const struct cue *next_cue(const struct run *run)
{
	return run->next < run->past->n_cues ? &run->past->cues[run->next]
	                                     : NULL;
}

/* The caller's reaction to what was said, at the same distance to what is
 * said today: behind its end, or within it. */
static int64_t react(const struct run *run, const struct cue *cue)
{
	const struct batch *then = &run->past->batches[cue->batch];
	int64_t into = cue->t - then->start;
	int64_t whole = run->batch.end - run->batch.start;

	if (cue->t > then->end || (cue->t == then->end && !then->cut))
		return run->batch.end + cue->t - then->end;
	return run->batch.start + (into < whole ? into : whole);
}

static int64_t cue_time(const struct run *run, const struct cue *cue)
{
	int64_t at = cue->t + run->delta;

	if (!cue->inside && run->opened && cue->batch != run->old_batch)
		at = react(run, cue);
	else if (!cue->inside && run->opened && at < run->batch.end)
		at = run->batch.end; /* it is heard out: it is new */
	return at > run->t ? at : run->t;
}

/* The end of the call: the caller's own, or ours. Where it was ours today's
 * last words are heard out; and whoever was silent until we left is so again. */
static int64_t end_time(const struct run *run, const struct cue *cue)
{
	int64_t quiet = voice_end(&run->voice, run->t);
	int64_t at = cue_time(run, cue);

	if (run->left)
		return run->t;
	if (run->ended || (run->past->left && run->past->silent))
		return INT64_MAX;
	return run->past->left && at < quiet ? quiet : at;
}

static enum what choose(const struct run *run, int64_t *when)
{
	const struct cue *cue = next_cue(run);
	int64_t voice = voice_next(&run->voice);
	int64_t at = INT64_MAX;
	enum what what = WHAT_NOTHING;

	*when = run->t;
	if (voice >= 0) {
		*when = voice;
		what = WHAT_VOICE;
	}
	if (run->due >= 0 && (!what || run->due < *when)) {
		*when = run->due;
		what = WHAT_DUE;
	}
	if (cue)
		at = cue->ending ? end_time(run, cue) : cue_time(run, cue);
	if (cue && (!what || at < *when)) {
		*when = at == INT64_MAX ? run->t : at;
		what = WHAT_CUE;
	}
	if (!cue && run->left)
		what = WHAT_NOTHING;
	if (*when < run->t)
		*when = run->t;
	return what;
}

int64_t run_when(const struct run *run)
{
	int64_t when;

	choose(run, &when);
	return when;
}

int run_put(struct run *run, struct sv_buf *to, const char *type,
            json_t *fields)
{
	char *line = rewrite_make(run->past, ++run->seq, run->t, type, fields);
	int rc = line ? sv_buf_puts(to, line) : EX_SOFTWARE;

	free(line);
	return rc;
}

static int put_cue(struct run *run, struct sv_buf *to, const struct cue *cue)
{
	int64_t at = cue->ending ? run->t : cue_time(run, cue);
	char *line;
	int rc;

	if (!cue->inside) {
		run->delta = at - cue->t;
		run->old_batch = cue->batch;
		run->opened = false;
	}
	run->t = at;
	run->answered |= cue->answer || cue->start;
	if (at == cue->t)
		return sv_buf_add(to, cue->line, cue->len);
	line = rewrite_move(run->past, cue->line, cue->len, at);
	rc = line ? sv_buf_puts(to, line) : EX_SOFTWARE;
	free(line);
	return rc;
}

/* Once we have left nobody listens to the rest. */
static void skip_unheard(struct run *run)
{
	const struct cue *cue = next_cue(run);

	for (; run->left && cue && !cue->ending; cue = next_cue(run)) {
		run->unreached += cue->answer;
		run->next++;
	}
}

static int step_cue(struct run *run, struct sv_buf *to, const struct cue *cue)
{
	if (cue->ending) {
		run->short_of = run->past->left && !run->ended;
		run->done = true;
	}
	run->next++;
	return put_cue(run, to, cue);
}

static int step_voice(struct run *run, struct sv_buf *to)
{
	struct report report = voice_step(&run->voice);

	return run_put(run, to, report.type, report.fields);
}

/* The recording has no end: it was cut off. */
static int step_off(struct run *run, struct sv_buf *to)
{
	run->done = true;
	if (run->past->has_end)
		return 0;
	return run_put(run, to, "call.end",
	               json_pack("{s:s}", "reason", "eof"));
}

int run_step(struct run *run, struct sv_buf *to)
{
	int64_t when;
	enum what what;
	int rc = 0;

	skip_unheard(run);
	what = choose(run, &when);
	/* what became of a call that was cut off is not known */
	if (what == WHAT_DUE && !next_cue(run) && !run->ended &&
	    when > run->past->last_t + run->delta)
		what = WHAT_NOTHING;
	if (what == WHAT_VOICE || what == WHAT_DUE)
		run->t = when;
	if (what == WHAT_CUE) {
		const struct cue *cue = &run->past->cues[run->next];

		if (cue->ending)
			run->t = when;
		rc = step_cue(run, to, cue);
	} else if (what == WHAT_VOICE) {
		rc = step_voice(run, to);
	} else if (what == WHAT_NOTHING) {
		rc = step_off(run, to);
	}
	if (rc)
		return rc;
	run->due = -1;
	return run_put(run, to, "clock", json_object());
}

int run_whole(struct run *run, struct sv_buf *to)
{
	int rc = 0;

	for (; !rc && next_cue(run); run->next++) {
		const struct cue *cue = next_cue(run);

		if (cue->t > run->t)
			run->t = cue->t;
		rc = sv_buf_add(to, cue->line, cue->len);
	}
	if (!rc)
		rc = step_off(run, to);
	return rc ? rc : run_put(run, to, "clock", json_object());
}
