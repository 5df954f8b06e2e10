/* line.c: one channel of audio on its way to words */
#include "src/asr/line.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/resample.h"

#include "src/asr/barge_in.h"
#include "src/asr/endpoint.h"
#include "src/asr/vad.h"

enum {
	FRAME_MAX = 16000 / 50, /* samples in a frame at an engine's rate */

	/* Fed before the first frame that holds speech: soft first sounds are
	 * not heard as speech, and the recogniser does better after some
	 * silence (300 ms: one word in a hundred more is wrong). */
	BEFORE = 500 / SV_FRAME_MS,

	/* frames remembered: those and what vad_began() looks back on */
	KEPT = BEFORE + 20,

	/* An utterance that ends otherwise than by its pause, and sooner after
	 * its last speech than this, has words that are not decoded yet. */
	PAUSE_MS = 400,

	/* frames given to the engine at once */
	LIVE_BLOCK = 5,
	BLOCK_MAX = 10,
};

/* the utterance going on; frames count from the first of the line */
struct utterance {
	bool open;
	int number;    /* from 1 */
	int64_t start; /* first frame with speech */
	int64_t fed_from;
	int64_t heard; /* one after the last frame with speech */
};

struct asr_line {
	struct asr_line_setup setup;
	const struct asr_engine *engine;
	struct asr *asr;
	struct asr_place place;
	struct sv_resampler *resampler;
	struct vad *vad;
	struct endpoint endpoint;
	struct utterance now;
	bool expects; /* the engine was not told yet what */
	char *text;   /* last partial */

	int64_t samples; /* fed, at the line's own rate */
	int64_t frames;  /* complete, at the engine's */
	size_t frame_len;
	size_t filled; /* of the frame to come */
	int16_t kept[KEPT][FRAME_MAX];

	int64_t fed; /* frames up to this one were given to the engine */
	int16_t block[BLOCK_MAX * FRAME_MAX];
	size_t block_len;
};

int asr_line_new(struct asr_line **made, const struct asr_line_setup *setup)
{
	struct asr_line *line = sv_alloc(sizeof *line);
	const struct asr_link *link = &setup->loaded->links[0];
	int rate_hz = link->engine->rate(link->model, setup->rate_hz);
	int rc;

	line->setup = *setup;
	line->engine = link->engine;
	line->place.rate_hz = setup->rate_hz;
	line->place.live = setup->live;
	line->frame_len = (size_t)sv_samples(SV_FRAME_MS, rate_hz);
	line->vad = vad_new(rate_hz);
	line->text = sv_strdup("");
	endpoint_init(&line->endpoint, setup->config);
	rc = sv_resample_new(&line->resampler, setup->rate_hz, rate_hz,
	                     setup->live ? SV_QUICK : SV_HIGH);
	line->asr = setup->asr;
	if (!rc && !line->asr)
		rc = line->engine->open(&line->asr, link->model, &line->place);
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
	line->engine->close(line->asr);
	sv_resample_free(line->resampler);
	vad_free(line->vad);
	endpoint_release(&line->endpoint);
	free(line->text);
	free(line);
}

int64_t asr_line_ms(const struct asr_line *line)
{
	return sv_samples_ms(line->samples, line->setup.rate_hz);
}

/* A place in frames on the channel's clock. The last frame may be filled up
 * with silence, and nothing happens after the audio's end. */
static int64_t at_ms(const struct asr_line *line, int64_t frame)
{
	int64_t end_ms = asr_line_ms(line);
	int64_t ms = frame * SV_FRAME_MS;

	return ms < end_ms ? ms : end_ms;
}

/* Adds what every event of a line has, and gives it to the sink. */
static int emit(struct asr_line *line, const char *type, json_t *fields)
{
	json_t *number = json_integer(line->now.number);

	json_object_set_new(fields, "utterance", number);
	if (line->setup.channel >= 0)
		json_object_set_new(fields, "channel",
		                    json_integer(line->setup.channel));
	if (line->setup.speaker)
		json_object_set_new(fields, "speaker",
		                    json_string(line->setup.speaker));
	return line->setup.sink.event(line->setup.sink.arg,
	                              at_ms(line, line->frames), type, fields);
}

/* the text so far, if anybody wants it: the dialog, or the endpoint */
static int look(struct asr_line *line)
{
	const char *text;
	int rc;

	if (!line->setup.live)
		return 0;
	rc = line->engine->partial(line->asr, &text);
	if (rc || !strcmp(text, line->text))
		return rc;
	free(line->text);
	line->text = sv_strdup(text);
	endpoint_text(&line->endpoint, line->text);
	if (!*line->text)
		return 0;
	return emit(line, "asr.partial",
	            json_pack("{s:s}", "text", line->text));
}

/* gives what is gathered to the engine */
static int feed_block(struct asr_line *line)
{
	size_t n = line->block_len;

	line->block_len = 0;
	return n ? line->engine->feed(line->asr, line->block, n) : 0;
}

/* the next frame for the engine, out of those kept */
static int feed_frame(struct asr_line *line)
{
	size_t most = line->setup.live ? LIVE_BLOCK : BLOCK_MAX;
	int rc;

	memcpy(line->block + line->block_len, line->kept[line->fed % KEPT],
	       line->frame_len * sizeof *line->block);
	line->block_len += line->frame_len;
	line->fed++;
	if (line->block_len < most * line->frame_len)
		return 0;
	rc = feed_block(line);
	return rc ? rc : look(line);
}

static int feed_up_to_now(struct asr_line *line)
{
	int rc = 0;

	while (!rc && line->fed < line->frames)
		rc = feed_frame(line);
	return rc;
}

/* What is expected, told to the engine as soon as it may be, long before
 * somebody answers: a grammar takes 80 ms to make. */
static int tell_engine(struct asr_line *line)
{
	if (!line->expects || line->now.open)
		return 0;
	line->expects = false;
	return line->engine->expect(line->asr, &line->endpoint.expect);
}

/* Somebody speaks: it is said at once, then the engine gets ready and hears
 * what came before. */
static int begin(struct asr_line *line, int ago)
{
	struct utterance *now = &line->now;
	int rc;

	now->open = true;
	now->number++;
	now->start = line->frames - ago;
	now->heard = line->frames;
	if (line->fed < now->start - BEFORE)
		line->fed = now->start - BEFORE;
	now->fed_from = line->fed;
	vad_heard(line->vad, true);
	endpoint_begin(&line->endpoint);
	free(line->text);
	line->text = sv_strdup("");
	rc = emit(line, "vad.start",
	          json_pack("{s:I}", "start_ms",
	                    (json_int_t)at_ms(line, now->start)));
	if (!rc)
		rc = line->engine->begin(line->asr);
	return rc;
}

/* asr.final's fields: the engine's and ours */
static json_t *final_fields(const struct asr_line *line, json_t *fields,
                            const char *reason, int64_t since_ms)
{
	int64_t end_ms = at_ms(line, line->now.heard);
	json_t *ours = json_pack(
		"{s:s,s:s,s:I,s:I,s:I,s:I,s:s}", "engine", line->engine->name,
		"language", line->setup.config->language, "start_ms",
		(json_int_t)at_ms(line, line->now.start), "end_ms",
		(json_int_t)end_ms, "endpoint_ms",
		(json_int_t)(at_ms(line, line->frames) - end_ms), "asr_ms",
		(json_int_t)(sv_now_ms() - since_ms), "reason", reason);

	if (json_object_update_missing(fields, ours)) {
		json_decref(fields);
		fields = NULL;
	}
	json_decref(ours);
	return fields;
}

/* The recogniser lags behind by a fraction of a second. What it has not seen of
 * an utterance that is too long comes with the next one. */
static bool is_cut(const struct asr_line *line, const char *reason)
{
	int64_t silence = line->frames - line->now.heard;

	return silence * SV_FRAME_MS < PAUSE_MS &&
	       strcmp(reason, "too_long") != 0;
}

/* The utterance is over. */
static int end(struct asr_line *line, const char *reason)
{
	struct utterance *now = &line->now;
	int64_t since_ms = sv_now_ms();
	int64_t start_ms = at_ms(line, now->start);
	int64_t end_ms = at_ms(line, now->heard);
	json_t *fields = NULL;
	int rc;

	rc = emit(line, "vad.end",
	          json_pack("{s:I,s:I}", "end_ms", (json_int_t)end_ms,
	                    "speech_ms", (json_int_t)(end_ms - start_ms)));
	if (!rc)
		rc = feed_block(line);
	if (!rc)
		rc = line->engine->finish(line->asr,
		                          now->fed_from * SV_FRAME_MS,
		                          is_cut(line, reason));
	if (!rc)
		rc = line->engine->result(line->asr, &fields);
	if (!rc)
		rc = emit(line, "asr.final",
		          final_fields(line, fields, reason, since_ms));
	now->open = false;
	vad_heard(line->vad, false);
	return rc ? rc : tell_engine(line);
}

static int listen(struct asr_line *line, bool speech)
{
	struct utterance *now = &line->now;
	const char *reason;
	int rc;

	if (speech)
		now->heard = line->frames;
	rc = feed_up_to_now(line);
	if (rc)
		return rc;
	reason = endpoint_reached(&line->endpoint,
	                          (line->frames - now->start) * SV_FRAME_MS,
	                          (line->frames - now->heard) * SV_FRAME_MS);
	return reason ? end(line, reason) : 0;
}

/* A frame is complete, in its place among those kept. */
static int take_frame(struct asr_line *line)
{
	const int16_t *frame = line->kept[line->frames % KEPT];
	bool speech = vad_frame(line->vad, frame);
	int ago;
	int rc = 0;

	line->frames++;
	line->filled = 0;
	if (!line->now.open) {
		ago = vad_began(line->vad);
		if (!ago)
			return 0;
		rc = begin(line, ago);
	}
	return rc ? rc : listen(line, speech);
}

/* samples at the engine's rate */
static int take(struct asr_line *line, const int16_t *samples, size_t n)
{
	int rc = 0;

	while (!rc && n) {
		int16_t *frame = line->kept[line->frames % KEPT];
		size_t room = line->frame_len - line->filled;
		size_t part = n < room ? n : room;

		memcpy(frame + line->filled, samples, part * sizeof *samples);
		line->filled += part;
		samples += part;
		n -= part;
		if (line->filled == line->frame_len)
			rc = take_frame(line);
	}
	return rc;
}

int asr_line_feed(struct asr_line *line, const int16_t *samples, size_t n)
{
	const int16_t *out;
	size_t out_n;
	int rc;

	line->samples += (int64_t)n;
	rc = sv_resample(line->resampler, samples, n, &out, &out_n);
	return rc ? rc : take(line, out, out_n);
}

int asr_line_expect(struct asr_line *line, const json_t *expect)
{
	endpoint_expect(&line->endpoint, expect);
	line->expects = true;
	if (line->now.open)
		endpoint_text(&line->endpoint, line->text);
	return tell_engine(line);
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
	const int16_t *out;
	size_t out_n;
	int16_t *frame;
	int rc = sv_resample_end(line->resampler, &out, &out_n);

	if (!rc)
		rc = take(line, out, out_n);
	if (!rc && line->filled) {
		frame = line->kept[line->frames % KEPT];
		memset(frame + line->filled, 0,
		       (line->frame_len - line->filled) * sizeof *frame);
		rc = take_frame(line);
	}
	return !rc && line->now.open ? end(line, "eof") : rc;
}
