/* playout.c: packets become sound, a frame each 20 ms */
#include "src/capture/playout.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/resample.h"

#include "src/capture/conceal.h"

enum {
	FRAME_US = SV_FRAME_MS * 1000,
	EARLY_US = 2000,     /* a timer's inaccuracy: it is due all but that */
	BEHIND_US = 1000000, /* what was slept through beyond that is gone */
	GUESS_MS = 100,      /* nothing more is made up for a gap than that */
	BLOCK_MS = RTP_LONGEST_MS + CONCEAL_PERIOD_MS,
	BLOCK = SV_RATE_MAX / 1000 * BLOCK_MS,
	READY = 2 * BLOCK, /* samples ready to be given */
	GIVEN = SV_RATE_MAX / 5,
};

struct playout {
	int rate_hz;
	const struct rtp_codec *codec; /* of what was decoded last, or NULL */
	struct rtp_coder *coder;
	struct sv_resampler *resampler; /* where its rate is another */
	int codec_hz;
	struct conceal *conceal;
	struct jitter *jitter;
	const struct rtp_codec *types[RTP_TYPES]; /* in the jitter buffer */

	int16_t block[BLOCK];
	int16_t ready[READY]; /* at the codec's rate */
	size_t ready_n;
	int16_t given[GIVEN]; /* at ours, where that is another */
	size_t given_n;
	int64_t next_us; /* when the next frame is due; 0: not begun */
	int64_t gap_ms;  /* filled in since a packet was played */
	bool quiet;
	bool corrected; /* the last packet, so that the next one is not */
	struct playout_counts counts;
};

struct playout *playout_new(int rate_hz)
{
	struct playout *playout = sv_alloc(sizeof *playout);

	playout->rate_hz = rate_hz;
	return playout;
}

void playout_free(struct playout *playout)
{
	if (!playout)
		return;
	rtp_coder_free(playout->coder);
	sv_resample_free(playout->resampler);
	conceal_free(playout->conceal);
	jitter_free(playout->jitter);
	free(playout);
}

/* Gets ready to decode the codec: 0, or why not; then it stays as it was. */
static int turn_to(struct playout *playout, const struct rtp_codec *codec)
{
	struct sv_resampler *resampler = NULL;
	struct rtp_coder *coder;
	int hz = codec->rate_hz ? codec->rate_hz : playout->rate_hz, rc;

	if (codec == playout->codec)
		return 0;
	rc = rtp_coder_new(&coder, codec, playout->rate_hz);
	if (!rc && hz != playout->rate_hz)
		rc = sv_resample_new(&resampler, hz, playout->rate_hz,
		                     SV_QUICK);
	if (rc) {
		rtp_coder_free(coder);
		return rc;
	}
	rtp_coder_free(playout->coder);
	sv_resample_free(playout->resampler);
	if (!playout->conceal || hz != playout->codec_hz) {
		conceal_free(playout->conceal);
		playout->conceal = conceal_new(hz);
	}
	if (hz != playout->codec_hz)
		playout->ready_n = 0;
	playout->codec = codec;
	playout->coder = coder;
	playout->resampler = resampler;
	playout->codec_hz = hz;
	return 0;
}

/* Ticks from now until the packet is needed that follows what is ready. */
static int64_t ahead(const struct playout *playout, int clock_hz,
                     int64_t now_us)
{
	size_t frame = (size_t)sv_samples(SV_FRAME_MS, playout->codec_hz);
	int64_t us = (int64_t)(playout->ready_n / frame) * FRAME_US;

	if (playout->next_us)
		us += playout->next_us - now_us;
	return us * clock_hz / 1000000;
}

int playout_put(struct playout *playout, const struct rtp_codec *codec,
                const struct rtp_packet *packet, int64_t now_us)
{
	uint32_t ticks = codec->ticks(packet->payload, packet->len);
	const struct rtp_codec *known;
	int rc = playout->codec ? 0 : turn_to(playout, codec);

	if (rc)
		return rc;
	if (!ticks || ticks > sv_samples(RTP_LONGEST_MS, codec->clock_hz)) {
		playout->counts.damaged++;
		return 0;
	}
	if (!playout->jitter)
		playout->jitter = jitter_new(codec->clock_hz);
	known = playout->types[packet->type];
	if ((known && known != codec) ||
	    jitter_clock(playout->jitter) != codec->clock_hz)
		jitter_restart(playout->jitter, codec->clock_hz);
	playout->types[packet->type] = codec;
	if (jitter_put(playout->jitter, packet, ticks,
	               ahead(playout, codec->clock_hz, now_us)) == JITTER_KEPT)
		playout->quiet = false;
	return 0;
}

void playout_quiet(struct playout *playout, const struct rtp_packet *packet)
{
	playout->quiet = true;
	if (playout->jitter)
		jitter_note(playout->jitter, packet);
}

/* Puts n samples of the block with those that are ready. */
static void ready(struct playout *playout, size_t n)
{
	if (n > READY - playout->ready_n)
		n = READY - playout->ready_n;
	memcpy(playout->ready + playout->ready_n, playout->block,
	       n * sizeof *playout->block);
	playout->ready_n += n;
}

/* The delay is corrected within the packet where there is a period to spare */
static size_t correct(struct playout *playout, size_t n)
{
	int clock_hz = jitter_clock(playout->jitter), hz = playout->codec_hz;
	int64_t excess =
		jitter_excess(playout->jitter, playout->codec->fill != NULL);
	size_t was = n;

	/* two at once would be heard */
	if (playout->corrected) {
		playout->corrected = false;
		return n;
	}
	if (excess > 0) {
		n = conceal_shorten(playout->block, n, hz);
		playout->counts.shortened += n != was;
	} else if (excess < 0) {
		n = conceal_lengthen(playout->block, n, hz);
		playout->counts.lengthened += n != was;
	}
	playout->corrected = n != was;
	if (n != was)
		jitter_shortened(playout->jitter,
		                 ((int64_t)was - (int64_t)n) * clock_hz / hz);
	return n;
}

static int play(struct playout *playout, const struct jitter_frame *frame)
{
	int rc = turn_to(playout, playout->types[frame->type]), n;

	if (rc)
		return rc;
	n = playout->codec->decode(playout->coder, frame->payload, frame->len,
	                           playout->block);
	if (n < 0) {
		playout->counts.damaged++;
		n = (int)((int64_t)frame->ticks * playout->codec_hz /
		          playout->codec->clock_hz);
		conceal_fill(playout->conceal, playout->block, (size_t)n);
	} else {
		conceal_heard(playout->conceal, playout->block, (size_t)n);
	}
	playout->gap_ms = 0;
	ready(playout, correct(playout, (size_t)n));
	return 0;
}

/* Fills in for ticks of nothing: the decoder's guess, ours, or silence. */
static void fill(struct playout *playout, enum jitter_take why,
                 const struct jitter_frame *frame)
{
	int clock_hz = jitter_clock(playout->jitter);
	int64_t ms = frame->ticks * INT64_C(1000) / clock_hz;
	size_t n =
		(size_t)((int64_t)frame->ticks * playout->codec_hz / clock_hz);
	bool lost = why != JITTER_PAUSE && !playout->quiet &&
	            playout->gap_ms < GUESS_MS &&
	            jitter_playing(playout->jitter);

	playout->gap_ms += ms;
	if (lost)
		playout->counts.concealed += ms;
	if (!lost) {
		conceal_silence(playout->conceal, playout->block, n);
	} else if (playout->codec->fill) {
		playout->codec->fill(playout->coder, frame->payload, frame->len,
		                     playout->block, n);
		conceal_heard(playout->conceal, playout->block, n);
	} else {
		conceal_fill(playout->conceal, playout->block, n);
	}
	ready(playout, n);
}

/* one packet more, or one filling */
static int more(struct playout *playout)
{
	struct jitter_frame frame;
	uint32_t want = (uint32_t)sv_samples(SV_FRAME_MS,
	                                     jitter_clock(playout->jitter));
	enum jitter_take found = jitter_take(playout->jitter, want, &frame);

	if (found == JITTER_PACKET)
		return play(playout, &frame);
	fill(playout, found, &frame);
	return 0;
}

/* Brings n samples to our rate. What the resampler holds back is filled up
 * with silence, until there is always a frame. */
static void convert(struct playout *playout, size_t n, int16_t *samples)
{
	size_t frame = (size_t)sv_samples(SV_FRAME_MS, playout->rate_hz), out;
	const int16_t *in = playout->ready;

	if (sv_resample(playout->resampler, in, n, &in, &out))
		out = 0;
	if (out > GIVEN - playout->given_n)
		out = GIVEN - playout->given_n;
	memcpy(playout->given + playout->given_n, in, out * sizeof *in);
	playout->given_n += out;
	out = playout->given_n < frame ? playout->given_n : frame;
	memset(samples, 0, (frame - out) * sizeof *samples);
	memcpy(samples + frame - out, playout->given, out * sizeof *samples);
	playout->given_n -= out;
	memmove(playout->given, playout->given + out,
	        playout->given_n * sizeof *samples);
}

static size_t frame_ready(const struct playout *playout)
{
	return (size_t)sv_samples(SV_FRAME_MS, playout->codec_hz);
}

/* Gets 20 ms together, silence where nothing was ever heard. The codec may
 * change on the way, and with it how many samples that is. */
static void frame_of(struct playout *playout, int16_t *samples)
{
	size_t n;
	int rc = 0;

	while (!rc && playout->ready_n < frame_ready(playout))
		rc = more(playout);
	n = frame_ready(playout);
	if (playout->ready_n < n) {
		memset(playout->ready + playout->ready_n, 0,
		       (n - playout->ready_n) * sizeof *samples);
		playout->ready_n = n;
	}
	if (playout->resampler)
		convert(playout, n, samples);
	else
		memcpy(samples, playout->ready, n * sizeof *samples);
	playout->ready_n -= n;
	memmove(playout->ready, playout->ready + n,
	        playout->ready_n * sizeof *samples);
}

size_t playout_next(struct playout *playout, int64_t now_us, int16_t *samples)
{
	size_t frame = (size_t)sv_samples(SV_FRAME_MS, playout->rate_hz);

	if (!playout->next_us)
		playout->next_us = now_us;
	if (now_us + EARLY_US < playout->next_us)
		return 0;
	if (now_us - playout->next_us > BEHIND_US)
		playout->next_us = now_us;
	if (playout->jitter)
		frame_of(playout, samples);
	else
		memset(samples, 0, frame * sizeof *samples);
	playout->next_us += FRAME_US;
	playout->counts.frames++;
	return frame;
}

int64_t playout_due_us(const struct playout *playout)
{
	return playout->next_us;
}

const struct playout_counts *playout_counts(const struct playout *playout)
{
	return &playout->counts;
}

const struct jitter *playout_jitter(const struct playout *playout)
{
	return playout->jitter;
}

const char *playout_codec(const struct playout *playout)
{
	return playout->codec ? playout->codec->name : "";
}
