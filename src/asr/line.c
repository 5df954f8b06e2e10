/* line.c: one channel of audio on its way to words */
#include "src/asr/line.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/pcm.h"

#include "src/asr/barge_in.h"
#include "src/asr/ended.h"
#include "src/asr/endpoint.h"
#include "src/asr/failover.h"
#include "src/asr/reel.h"
#include "src/asr/vad.h"

enum {
	/* Fed before the first frame that holds speech: soft first sounds are
	 * not heard as speech, and the recogniser does better after some
	 * silence (300 ms: one word in a hundred more is wrong). */
	BEFORE = 500 / SV_FRAME_MS,

	/* An utterance that ends otherwise than by its pause, and sooner after
	 * its last speech than this, has words that are not decoded yet. */
	PAUSE_MS = 400,
};

/* the utterance going on; frames count from the first of the line */
struct heard {
	bool open;
	int number;    /* from 1 */
	int64_t start; /* first frame with speech */
	int64_t fed_from;
	int64_t heard; /* one after the last frame with speech */
};

_Static_assert((int)BEFORE + 20 <= (int)REEL_KEPT,
               "what vad_began() looks back on is kept, too");

struct asr_line {
	struct asr_line_setup setup;
	struct asr_chain *chain;
	struct reel reel;
	struct vad *vad;
	struct endpoint endpoint;
	struct heard now;
	struct ended *ended; /* without their words yet */
	char *text;          /* last partial */

	int64_t fed; /* frames up to this one were given to the chain */
};

static int take_partial(void *arg, const char *text);
static int take_final(void *arg, const char *engine, json_t *fields);
static int take_event(void *arg, const char *type, json_t *fields);

static int open_chain(struct asr_line *line)
{
	const struct asr_line_setup *setup = &line->setup;
	const struct asr_chain_setup chain = {
		.config = setup->config,
		.loaded = setup->loaded,
		.loop = setup->loop,
		.call = setup->call,
		.line_hz = setup->rate_hz,
		.live = setup->live,
		.owner = { line, take_partial, take_final, take_event },
	};

	return asr_chain_new(&line->chain, &chain);
}

static int take_frame(void *arg, const int16_t *frame);

int asr_line_new(struct asr_line **made, const struct asr_line_setup *setup)
{
	struct asr_line *line = sv_alloc(sizeof *line);
	int rate_hz = asr_chain_rate(setup->loaded, setup->rate_hz);
	int rc;

	line->setup = *setup;
	line->vad = vad_new(rate_hz);
	line->text = sv_strdup("");
	endpoint_init(&line->endpoint, setup->config);
	line->reel.take = take_frame;
	line->reel.arg = line;
	rc = reel_init(&line->reel, setup->rate_hz, rate_hz, setup->live);
	if (!rc)
		rc = open_chain(line);
	if (rc) {
		asr_line_free(line);
		line = NULL;
	}
	*made = line;
	return rc;
}

void asr_line_free(struct asr_line *line)
{
	if (!line)
		return;
	asr_chain_free(line->chain);
	while (line->ended)
		free(ended_take(&line->ended));
	reel_release(&line->reel);
	vad_free(line->vad);
	endpoint_release(&line->endpoint);
	free(line->text);
	free(line);
}

int64_t asr_line_ms(const struct asr_line *line)
{
	return reel_ms(&line->reel);
}

/* A place in frames on the channel's clock. The last frame may be filled up
 * with silence, and nothing happens after the audio's end. */
static int64_t at_ms(const struct asr_line *line, int64_t frame)
{
	int64_t end_ms = asr_line_ms(line);
	int64_t ms = frame * SV_FRAME_MS;

	return ms < end_ms ? ms : end_ms;
}

/* Adds what every event of an utterance has, and gives it to the sink. What is
 * no utterance's (number 0) is the call's. */
static int emit(struct asr_line *line, int number, const char *type,
                json_t *fields)
{
	if (number)
		json_object_set_new(fields, "utterance", json_integer(number));
	if (number && line->setup.channel >= 0)
		json_object_set_new(fields, "channel",
		                    json_integer(line->setup.channel));
	if (number && line->setup.speaker)
		json_object_set_new(fields, "speaker",
		                    json_string(line->setup.speaker));
	return line->setup.sink.event(line->setup.sink.arg,
	                              at_ms(line, line->reel.frames), type,
	                              fields);
}

/* --- what the chain has to say --- */

static int take_partial(void *arg, const char *text)
{
	struct asr_line *line = arg;
	int number = line->now.number;

	if (line->now.open) {
		free(line->text);
		line->text = sv_strdup(text);
		endpoint_text(&line->endpoint, line->text);
	} else if (line->ended) {
		number = line->ended->number;
	}
	if (!*text)
		return 0;
	return emit(line, number, "asr.partial",
	            json_pack("{s:s}", "text", text));
}

static int take_final(void *arg, const char *engine, json_t *fields)
{
	struct asr_line *line = arg;
	struct ended *ended = ended_take(&line->ended);
	int rc = emit(line, ended->number, "asr.final",
	              ended_fields(ended, engine, fields));

	free(ended);
	return rc;
}

static int take_event(void *arg, const char *type, json_t *fields)
{
	return emit(arg, 0, type, fields);
}

/* --- utterances --- */

/* the next frame for the chain, out of those kept; speech: of the last */
static int feed_frame(struct asr_line *line, bool speech)
{
	const int16_t *frame = reel_frame(&line->reel, line->fed);
	bool last = line->fed + 1 == line->reel.frames;

	if (!last)
		speech = line->fed >= line->now.start;
	line->fed++;
	return asr_chain_feed(line->chain, frame, line->reel.frame_len, speech);
}

static int feed_up_to_now(struct asr_line *line, bool speech)
{
	int rc = 0;

	while (!rc && line->fed < line->reel.frames)
		rc = feed_frame(line, speech);
	return rc;
}

/* Somebody speaks: it is said at once, then the engine gets ready and hears
 * what came before. */
static int begin(struct asr_line *line, int ago)
{
	struct heard *now = &line->now;
	int rc;

	now->open = true;
	now->number++;
	now->start = line->reel.frames - ago;
	now->heard = line->reel.frames;
	if (line->fed < now->start - BEFORE)
		line->fed = now->start - BEFORE;
	now->fed_from = line->fed;
	vad_heard(line->vad, true);
	endpoint_begin(&line->endpoint);
	free(line->text);
	line->text = sv_strdup("");
	rc = emit(line, now->number, "vad.start",
	          json_pack("{s:I}", "start_ms",
	                    (json_int_t)at_ms(line, now->start)));
	return rc ? rc : asr_chain_begin(line->chain);
}

/* The recogniser lags behind by a fraction of a second. What it has not seen of
 * an utterance that is too long comes with the next one. */
static bool is_cut(const struct asr_line *line, const char *reason)
{
	int64_t silence = line->reel.frames - line->now.heard;

	return silence * SV_FRAME_MS < PAUSE_MS &&
	       strcmp(reason, "too_long") != 0;
}

/* The utterance is over. Its words come when the engine has them. */
static int end(struct asr_line *line, const char *reason)
{
	struct heard *now = &line->now;
	const struct ended ended = {
		.number = now->number,
		.start_ms = at_ms(line, now->start),
		.end_ms = at_ms(line, now->heard),
		.endpoint_ms = at_ms(line, line->reel.frames) -
		               at_ms(line, now->heard),
		.since_ms = sv_now_ms(),
		.reason = reason,
		.language = line->setup.config->language,
	};
	int rc;

	rc = emit(line, now->number, "vad.end",
	          json_pack("{s:I,s:I}", "end_ms", (json_int_t)ended.end_ms,
	                    "speech_ms",
	                    (json_int_t)(ended.end_ms - ended.start_ms)));
	now->open = false;
	vad_heard(line->vad, false);
	if (rc)
		return rc;
	ended_add(&line->ended, &ended);
	return asr_chain_finish(line->chain, now->fed_from * SV_FRAME_MS,
	                        is_cut(line, reason));
}

static int listen(struct asr_line *line, bool speech)
{
	struct heard *now = &line->now;
	const char *reason;
	int rc;

	if (speech)
		now->heard = line->reel.frames;
	rc = feed_up_to_now(line, speech);
	if (rc)
		return rc;
	reason = endpoint_reached(
		&line->endpoint, (line->reel.frames - now->start) * SV_FRAME_MS,
		(line->reel.frames - now->heard) * SV_FRAME_MS);
	return reason ? end(line, reason) : 0;
}

/* A frame is complete, and kept. */
static int take_frame(void *arg, const int16_t *frame)
{
	struct asr_line *line = arg;
	bool speech = vad_frame(line->vad, frame);
	int ago;
	int rc = 0;

	if (!line->now.open) {
		ago = vad_began(line->vad);
		if (!ago)
			return asr_chain_breathe(line->chain);
		rc = begin(line, ago);
	}
	return rc ? rc : listen(line, speech);
}

int asr_line_feed(struct asr_line *line, const int16_t *samples, size_t n)
{
	return reel_feed(&line->reel, samples, n);
}

int asr_line_expect(struct asr_line *line, const json_t *expect)
{
	endpoint_expect(&line->endpoint, expect);
	if (line->now.open)
		endpoint_text(&line->endpoint, line->text);
	return asr_chain_expect(line->chain, &line->endpoint.expect);
}

int asr_line_dtmf(struct asr_line *line)
{
	return line->now.open ? end(line, "dtmf") : 0;
}

void asr_line_prompted(struct asr_line *line, bool prompted)
{
	struct vad_profile over = barge_in_profile(line->setup.config);

	vad_expects(line->vad, prompted ? &over : &vad_usual);
}

int asr_line_finish(struct asr_line *line)
{
	int rc = reel_finish(&line->reel);

	if (!rc && line->now.open)
		rc = end(line, "eof");
	if (!rc)
		rc = asr_chain_wait(line->chain);
	return rc ? rc : asr_chain_conclude(line->chain);
}

bool asr_line_waits(const struct asr_line *line)
{
	return asr_chain_pending(line->chain) > 0;
}

int asr_line_lost(const struct asr_line *line)
{
	return asr_chain_lost(line->chain);
}
