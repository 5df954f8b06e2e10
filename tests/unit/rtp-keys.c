/*
 * rtp-keys: what we send, frame by frame, and keys that come through anyhow
 * uses: src/capture/rtp.c src/capture/rtp-codec.c src/capture/rtp-map.c src/capture/rtp-out.c src/capture/rtp-keys.c
 */
#include "src/capture/rtp-keys.h"

#include <stdlib.h>

#include "lib/fail.h"

#include "src/capture/rtp-out.h"
#include "tests/unit/tap.h"

enum { MOST = 400, FRAME_US = 20000 };

static struct sent {
	struct rtp_packet packet;
	uint8_t data[RTP_HEADER + RTP_ENCODED_MAX];
	int64_t at_us;
} sent[MOST];

static int n_sent;
static int64_t now_us;

static void put(void *arg, const uint8_t *data, size_t len)
{
	struct sent *one = &sent[n_sent++];

	(void)arg;
	memcpy(one->data, data, len);
	if (!rtp_parse(one->data, len, &one->packet))
		abort();
	one->at_us = now_us;
}

static char keys_heard[64];
static int durations[64], n_heard;

static int heard(void *arg, char key, int duration_ms)
{
	(void)arg;
	keys_heard[n_heard] = key;
	durations[n_heard++] = duration_ms;
	keys_heard[n_heard] = '\0';
	return 0;
}

static struct rtp_out *open_out(const char *codec, int rate_hz)
{
	struct rtp_out *out = rtp_out_new(rate_hz, put, NULL);
	struct rtp_map map;
	int type;

	rtp_map_init(&map);
	type = rtp_map_type(&map, codec);
	n_sent = 0;
	now_us = 1000000;
	if (rtp_out_codec(out, map.types[type], type))
		abort();
	return out;
}

static void frames(struct rtp_out *out, int n, int rate_hz)
{
	static const int16_t silence[960];

	for (; n; n--) {
		rtp_out_frame(out, silence, (size_t)rate_hz / 50, now_us);
		now_us += FRAME_US;
	}
}

static void sound(void)
{
	struct rtp_out *out = open_out("ulaw", 8000);
	int good = 0, i;

	frames(out, 100, 8000);
	for (i = 1; i < 100; i++) {
		const struct rtp_packet *one = &sent[i].packet;

		good += one->sequence ==
		                (uint16_t)(sent[i - 1].packet.sequence + 1) &&
		        one->timestamp == sent[i - 1].packet.timestamp + 160 &&
		        !one->marker && !one->type && one->len == 160 &&
		        one->ssrc == sent[0].packet.ssrc;
	}
	ok(good == 99 && sent[0].packet.marker);
	ok(rtp_out_counts(out)->packets == 100);
	ok(rtp_out_counts(out)->bytes == 16000);

	now_us += 40000; /* late, but nothing was left out */
	frames(out, 1, 8000);
	ok(sent[100].packet.timestamp == sent[99].packet.timestamp + 160);
	ok(!sent[100].packet.marker);
	now_us += 1000000;
	frames(out, 1, 8000);
	ok(sent[101].packet.marker); /* a second was */
	ok(sent[101].packet.timestamp - sent[100].packet.timestamp ==
	   52 * 160 + 160);
	ok(sent[101].packet.sequence ==
	   (uint16_t)(sent[100].packet.sequence + 1));
	rtp_out_free(out);
	rtp_out_free(NULL);
}

/* every codec, at a call's rate that is its own and at others */
static void codecs(void)
{
	static const struct {
		const char *name;
		uint32_t ticks;
		size_t len;
	} all[] = { { "ulaw", 160, 160 },   { "alaw", 160, 160 },
		    { "g722", 160, 160 },   { "slin", 160, 320 },
		    { "slin16", 320, 640 }, { "opus", 960, 0 } };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		for (int rate_hz = 8000; rate_hz < 48000; rate_hz *= 2) {
			struct rtp_out *out;
			int good = 0;

			rate_hz = rate_hz == 32000 ? 24000 : rate_hz;
			out = open_out(all[i].name, rate_hz);
			frames(out, 50, rate_hz);
			for (int j = 1; j < n_sent; j++)
				good += sent[j].packet.timestamp -
				                        sent[j - 1]
				                                .packet
				                                .timestamp ==
				                all[i].ticks &&
				        (!all[i].len ||
				         sent[j].packet.len == all[i].len);
			ok(good == 49 && n_sent == 50);
			rtp_out_free(out);
		}
	}
}

/* to be given all that was sent but what `lost` says of each number */
static void receive(bool (*lost)(int i))
{
	struct rtp_keys keys = { .heard = heard };
	int i = 0;

	n_heard = 0;
	for (int64_t us = 0; us < now_us + 500000; us += FRAME_US / 2) {
		for (; i < n_sent && sent[i].at_us <= us; i++) {
			if (sent[i].packet.type == 101 && !(lost && lost(i)))
				rtp_keys_put(&keys, &sent[i].packet, 8000, us);
		}
		rtp_keys_wait(&keys, us);
	}
}

static bool lost_ends(int i)
{
	return sent[i].packet.payload[1] & 0x80;
}

static bool lost_most(int i)
{
	return i % 7 != 3 && i % 7 != 5;
}

static bool lost_starts(int i)
{
	return !lost_ends(i);
}

static void pressed(void)
{
	struct rtp_out *out = open_out("alaw", 8000);
	int events = 0, ends = 0, sounds = 0, markers = 0;

	ok(!rtp_out_keys(out, "12", 101));
	ok(!rtp_out_keys(out, "2#*D", 101));
	ok(rtp_out_keys(out, "12a", 101) == EX_USAGE);
	ok(rtp_out_keys(out,
	                "000000000011111111112222222222333333333344444444445555"
	                "55555",
	                101) == EX_UNAVAILABLE);
	frames(out, 60, 8000);
	for (int i = 0; i < n_sent; i++) {
		events += sent[i].packet.type == 101;
		sounds += sent[i].packet.type == 8;
		ends += sent[i].packet.type == 101 && lost_ends(i);
		markers += sent[i].packet.marker;
	}
	ok(events == 6 * 7 && ends == 6 * 3 && markers >= 6);
	ok(sounds == 60 - 6 * 5);
	ok(sent[0].packet.type == 101 && sent[4].packet.type == 101);
	ok(sent[0].packet.timestamp == sent[6].packet.timestamp);
	ok(sent[7].packet.timestamp == sent[6].packet.timestamp + 5 * 160);

	receive(NULL);
	is(keys_heard, "122#*D");
	ok(durations[0] == 100 && durations[5] == 100);
	receive(lost_ends);
	is(keys_heard, "122#*D");
	ok(durations[0] == 80);
	receive(lost_starts);
	is(keys_heard, "122#*D");
	receive(lost_most);
	is(keys_heard, "122#*D");
	rtp_out_free(out);
}

static int give(struct rtp_keys *keys, uint32_t timestamp, int key, int rest)
{
	uint8_t payload[4] = { (uint8_t)key, (uint8_t)(rest >> 16),
		               (uint8_t)(rest >> 8), (uint8_t)rest };
	struct rtp_packet packet = { .timestamp = timestamp,
		                     .payload = payload,
		                     .len = 4 };

	return rtp_keys_put(keys, &packet, 8000, now_us);
}

static void strange(void)
{
	struct rtp_keys keys = { .heard = heard };

	enum { END = 0x800000 };

	n_heard = 0;
	now_us = 0;
	/* late packets of a key that was told of, or of one before it */
	give(&keys, 10000, 1, END | 800);
	give(&keys, 10000, 1, 640);
	give(&keys, 9000, 2, END | 800);
	is(keys_heard, "1");
	/* pressed so long that its duration starts again: one key */
	give(&keys, 20000, 3, 0xffff);
	give(&keys, 20000 + 0xffff, 3, 800);
	give(&keys, 20000 + 0xffff, 3, END | 1600);
	is(keys_heard, "13");
	ok(durations[1] == (0xffff + 1600) / 8);
	/* out of order: the duration does not shrink */
	give(&keys, 200000, 5, 800);
	give(&keys, 200000, 5, 640);
	now_us += 300000;
	rtp_keys_wait(&keys, now_us);
	is(keys_heard, "135");
	ok(durations[2] == 100);
	/* one after the other, the end of the first lost */
	give(&keys, 300000, 6, 800);
	give(&keys, 301000, 6, 160);
	give(&keys, 301000, 6, END | 800);
	is(keys_heard, "13566");
	give(&keys, 310000, 16, END | 800); /* a flash */
	is(keys_heard, "13566");
	/* the far end counts anew: after a while that is believed */
	now_us += 6000000;
	give(&keys, 5, 7, END | 800);
	is(keys_heard, "135667");
}

int main(void)
{
	sound();
	codecs();
	pressed();
	strange();
	return tap_end();
}
