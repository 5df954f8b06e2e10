/*
 * fuzz: a call's datagrams, RTP and RTCP, through the jitter buffer
 *
 * uses: src/capture/rtp.c src/capture/rtcp.c src/capture/rtp-order.c src/capture/jitter.c src/capture/slack.c src/capture/conceal.c src/capture/rtp-codec.c src/capture/rtp-map.c src/capture/playout.c src/capture/rtp-keys.c
 */
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

#include "src/capture/playout.h"
#include "src/capture/rtcp.h"
#include "src/capture/rtp-keys.h"

enum { RATE = 16000, FRAME = RATE / 50, FRAMES_MAX = 60 };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static int heard(void *arg, char key, int duration_ms)
{
	(void)arg;
	if (!key || duration_ms < 0)
		abort();
	return 0;
}

struct ends {
	struct rtp_map map;
	struct playout *playout;
	struct rtp_keys keys;
	int64_t now_us;
};

/* a datagram in memory of its size */
static void datagram(struct ends *ends, const unsigned char *data, size_t size)
{
	unsigned char *exact = malloc(size ? size : 1);
	const struct rtp_codec *codec;
	struct rtcp_heard rtcp;
	struct rtp_packet packet;

	memcpy(exact, data, size);
	if (rtp_parse(exact, size, &packet)) {
		if (packet.payload < exact ||
		    packet.payload + packet.len > exact + size)
			abort();
		codec = ends->map.types[packet.type];
		if (codec && codec->kind == RTP_SOUND &&
		    playout_put(ends->playout, codec, &packet, ends->now_us))
			abort();
		if (codec && codec->kind == RTP_KEY &&
		    rtp_keys_put(&ends->keys, &packet, 8000, ends->now_us))
			abort();
		if (codec && codec->kind != RTP_SOUND)
			playout_quiet(ends->playout, &packet);
	} else {
		rtcp_parse(exact, size, &rtcp);
	}
	free(exact);
}

/* Time goes by: each 20 ms give a frame, whatever came. */
static void listen_in(struct ends *ends, int ms)
{
	int16_t samples[FRAME];
	size_t n = 1, frames = 0;

	ends->now_us += ms * 1000;
	while (n) {
		n = playout_next(ends->playout, ends->now_us, samples);
		if ((n && n != FRAME) || ++frames > FRAMES_MAX)
			abort();
	}
	rtp_keys_wait(&ends->keys, ends->now_us);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct ends ends = { .now_us = 1, .keys = { .heard = heard } };
	size_t at = 0, len;

	sv_log_open("fuzz", SV_ERROR, false);
	rtp_map_init(&ends.map);
	ends.playout = playout_new(RATE);
	/* each: the time since the one before, its length, itself */
	while (at + 2 <= size) {
		listen_in(&ends, data[at]);
		len = data[at + 1];
		at += 2;
		if (len > size - at)
			len = size - at;
		datagram(&ends, data + at, len);
		at += len;
	}
	playout_free(ends.playout);
	return 0;
}
