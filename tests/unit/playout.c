/*
 * playout: every codec there and back, and a caller's sound as long as time
 * uses: src/capture/rtp.c src/capture/rtp-order.c src/capture/jitter.c src/capture/slack.c src/capture/conceal.c src/capture/rtp-codec.c src/capture/rtp-map.c src/capture/playout.c
 */
#include "src/capture/playout.h"

#include <math.h>
#include <stdlib.h>

#include "lib/fail.h"
#include "lib/pcm.h"

#include "tests/unit/tap.h"

enum { FRAMES = 500, FRAME_US = 20000, BYTES = RTP_ENCODED_MAX };

static uint32_t dice_state;

static int dice(int sides)
{
	dice_state = dice_state * 1664525 + 1013904223;
	return (int)((dice_state >> 8) % (uint32_t)sides);
}

static void tone(int16_t *samples, size_t n, int64_t from, int rate_hz)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = (int16_t)(8000 * sin(2 * acos(-1) * 500 *
		                                  (double)(from + (int64_t)i) /
		                                  rate_hz));
}

/* how loud 500 Hz is, the loudest being 8000, and how loud the rest */
static void analyse(const int16_t *samples, size_t n, int rate_hz, double *want,
                    double *rest)
{
	double a = 0, b = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		double at = 2 * acos(-1) * 500 * (double)i / rate_hz;

		a += samples[i] * sin(at);
		b += samples[i] * cos(at);
		all += (double)samples[i] * samples[i];
	}
	*want = 2 * sqrt(a * a + b * b) / (double)n;
	*rest = sqrt(fabs(2 * all / (double)n - *want * *want));
}

struct line {
	const struct rtp_codec *codec;
	int type, rate_hz, loss, jitter_us;
};

/* Sends a tone through the line, all in time of our own: what came out. */
static int16_t *call(const struct line *line, struct playout_counts *counts)
{
	int from_hz = line->codec->rate_hz ? line->codec->rate_hz : 16000;
	size_t frame = (size_t)from_hz / 50, out = (size_t)line->rate_hz / 50;
	struct playout *playout = playout_new(line->rate_hz);
	int16_t *heard = calloc(FRAMES * out, sizeof *heard), samples[960];
	struct rtp_coder *coder = NULL;
	static uint8_t bytes[FRAMES][BYTES];
	static int64_t due[FRAMES];
	static int len[FRAMES];
	size_t n = 0;

	dice_state = 1;
	rtp_coder_new(&coder, line->codec, from_hz);
	for (int i = 0; i < FRAMES; i++) {
		tone(samples, frame, i * (int64_t)frame, from_hz);
		len[i] = line->codec->encode(coder, samples, frame, bytes[i]);
		due[i] = i * (int64_t)FRAME_US + 1000;
		if (line->jitter_us)
			due[i] += dice(line->jitter_us);
		if (dice(1000) < line->loss)
			due[i] = INT64_MAX;
	}
	for (int64_t us = 1; n < FRAMES * out; us += 1000) {
		for (int i = 0; i < FRAMES; i++) {
			struct rtp_packet packet = {
				.type = line->type,
				.sequence = (uint16_t)(65500 + i),
				.timestamp =
					(uint32_t)(i * line->codec->clock_hz /
				                   50),
				.payload = bytes[i],
				.len = (size_t)len[i],
			};

			if (due[i] > us)
				continue;
			due[i] = INT64_MAX;
			if (playout_put(playout, line->codec, &packet, us))
				abort();
		}
		n += playout_next(playout, us, heard + n);
	}
	*counts = *playout_counts(playout);
	playout_free(playout);
	rtp_coder_free(coder);
	return heard;
}

static void codecs(void)
{
	static const char *const names[] = { RTP_CODEC_NAMES };
	struct playout_counts counts;
	struct rtp_map map;
	double want, rest;

	rtp_map_init(&map);
	for (size_t i = 0; i < sizeof names / sizeof *names - 1; i++) {
		int type = rtp_map_type(&map, names[i]);

		for (int rate_hz = 8000; rate_hz <= 48000; rate_hz *= 2) {
			struct line line = { map.types[type], type, rate_hz, 0,
				             0 };
			size_t second = (size_t)rate_hz;
			int16_t *heard;

			line.rate_hz = rate_hz == 32000 ? 24000 : rate_hz;
			second = (size_t)line.rate_hz;
			heard = call(&line, &counts);
			analyse(heard + 5 * second, second, line.rate_hz, &want,
			        &rest);
			printf("# %s at %d: %.0f, beside %.0f; made up %lld "
			       "ms, %lld periods less\n",
			       names[i], line.rate_hz, want, rest,
			       (long long)counts.concealed,
			       (long long)counts.shortened);
			ok(want > 7400 && want < 8500 && rest < 800);
			ok(counts.frames == FRAMES && !counts.damaged);
			ok(counts.concealed <= 20);
			free(heard);
		}
	}
}

static void losses(void)
{
	struct rtp_map map;
	struct playout_counts counts;
	double want, rest;
	int16_t *heard;

	rtp_map_init(&map);
	for (int type = 0; type < 128; type += 107) {
		struct line line = { map.types[type], type, 16000, 50, 30000 };

		heard = call(&line, &counts);
		analyse(heard + 80000, 16000, 16000, &want, &rest);
		printf("# %s, 5 %% lost: %.0f, beside %.0f; made up %lld ms\n",
		       map.types[type]->name, want, rest,
		       (long long)counts.concealed);
		ok(counts.concealed > 300 && counts.concealed < 1200);
		free(heard);
	}
}

/* what is nobody's sound, and what is */
static void garbage(void)
{
	struct playout *playout = playout_new(16000);
	static uint8_t bytes[RTP_DATAGRAM_MAX];
	struct rtp_packet packet = { .payload = bytes };
	struct rtp_map map;
	int16_t samples[320];
	int64_t us = 1;

	rtp_map_init(&map);
	ok(playout_next(playout, us, samples) ==
	   320); /* nothing came: silence */
	for (int i = 0; i < 4000; i++) {
		const struct rtp_codec *codec;

		us += FRAME_US;

		for (size_t j = 0; j < sizeof bytes; j += 1 + j / 8)
			bytes[j] = (uint8_t)dice(256);
		packet.type = dice(128);
		packet.sequence = (uint16_t)(i + dice(3));
		packet.timestamp += (uint32_t)dice(2000);
		packet.len = (size_t)dice(i % 2 ? 200 : RTP_DATAGRAM_MAX);
		packet.ssrc = (uint32_t)(dice(100) == 0);
		codec = map.types[packet.type];
		if (codec && codec->kind == RTP_SOUND &&
		    playout_put(playout, codec, &packet, us))
			abort();
		if (playout_next(playout, us, samples) != 320)
			abort();
	}
	ok(playout_counts(playout)->frames == 4001);
	ok(playout_counts(playout)->damaged > 0);
	/* asleep for ten seconds: at most one is made up for */
	us += 10000000;
	for (int i = 0; i < 60 && us; i++) {
		if (!playout_next(playout, us, samples))
			us = 0;
	}
	ok(us == 0);
	playout_free(playout);
	playout_free(NULL);
}

/* from any codec to any other, at any rate: as long as ever */
static void changes(void)
{
	static const int rates[] = { 8000, 16000, 24000, 48000 };
	static uint8_t bytes[1920];
	struct rtp_map map;
	int frames = 0, calls = 0;

	rtp_map_init(&map);
	for (int i = 0; i < RTP_TYPES * RTP_TYPES * 4; i++) {
		const struct rtp_codec *one = map.types[i % RTP_TYPES];
		const struct rtp_codec *other = map.types[i / RTP_TYPES % 128];
		int rate_hz = rates[i / RTP_TYPES / RTP_TYPES];
		struct playout *playout;
		/* exactly as large as it must be */
		int16_t *samples = malloc((size_t)rate_hz / 50 * 2);

		if (!one || !other || one->kind != RTP_SOUND ||
		    other->kind != RTP_SOUND || one == other) {
			free(samples);
			continue;
		}
		playout = playout_new(rate_hz);
		for (int j = 0; j < 12; j++) {
			const struct rtp_codec *codec = j < 6 ? one : other;
			struct rtp_packet packet = {
				.type = rtp_map_type(&map, codec->name),
				.sequence = (uint16_t)j,
				.timestamp =
					(uint32_t)(j * codec->clock_hz / 50),
				.payload = bytes,
				.len = codec->fill ? 3 : (size_t)320,
			};

			playout_put(playout, codec, &packet,
			            1 + j * INT64_C(20000));
			frames += playout_next(playout, 1 + j * INT64_C(20000),
			                       samples) == (size_t)rate_hz / 50;
		}
		calls++;
		playout_free(playout);
		free(samples);
	}
	ok(calls > 100 && frames == 12 * calls);
}

static void types(void)
{
	struct rtp_map map;

	rtp_map_init(&map);
	is(map.types[0]->name, "ulaw");
	is(map.types[8]->name, "alaw");
	is(map.types[107]->name, "opus");
	is(map.types[101]->name, "dtmf");
	ok(!map.types[96] && rtp_map_type(&map, "slin48") == 126);
	ok(rtp_map_type(&map, "dtmf") == 101 &&
	   rtp_map_type(&map, "slin") == 10);
	ok(!rtp_map_set(&map, "alaw", "0") && rtp_map_type(&map, "ulaw") == -1);
	ok(rtp_map_type(&map, "alaw") == 0);
	ok(!rtp_map_set(&map, "opus", "111"));
	ok(rtp_map_type(&map, "opus") == 111 && map.types[107]);
	ok(rtp_map_set(&map, "opus", "128") == EX_USAGE);
	ok(rtp_map_set(&map, "opus", "") == EX_USAGE);
	ok(rtp_map_set(&map, "opus", "1x") == EX_USAGE);
	is(sv_why(), "rtp: opus=1x: a payload type is 0 to 127");
	ok(rtp_map_set(&map, "mp3", "1") == EX_USAGE);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	types();
	codecs();
	losses();
	garbage();
	changes();
	return tap_end();
}
