/*
 * jitter: order, gaps, wraps, drift and bounds, in a time of our own making
 * uses: src/capture/rtp.c src/capture/rtp-order.c src/capture/jitter.c src/capture/slack.c
 */
#include "src/capture/jitter.h"

#include <stdlib.h>

#include "tests/unit/tap.h"

enum { TICKS = 160, FRAME_US = 20000, MOST = 20000 };

/* a packet on its way */
struct sent {
	int64_t arrives_us;
	int number;
	uint16_t sequence;
	uint32_t timestamp, ssrc;
};

/* what a simulated network does, in ms and thousandths */
struct net {
	int packets, loss, twice, jitter_ms, late, late_ms;
	int drift; /* millionths that the sender is too fast */
	uint16_t sequence;
	uint32_t timestamp;
	int pause_every, pause_ms;
};

struct seen {
	int played, backwards, lost, empty, pause;
	int64_t filled; /* ticks */
	int last, most_waiting;
	int64_t delay_us;     /* of the packets that were played, in all */
	int64_t end_delay_us; /* of the last hundred */
	struct jitter_counts counts;
};

static uint32_t dice_state;

static int dice(int sides)
{
	dice_state = dice_state * 1664525 + 1013904223;
	return (int)((dice_state >> 8) % (uint32_t)sides);
}

static int by_arrival(const void *a, const void *b)
{
	const struct sent *one = a, *other = b;

	if (one->arrives_us != other->arrives_us)
		return one->arrives_us < other->arrives_us ? -1 : 1;
	return one->number - other->number;
}

static int send_all(const struct net *net, struct sent *sent)
{
	int n = 0, copies;
	int64_t us = 0;

	for (int i = 0; i < net->packets; i++) {
		struct sent one = { us, i, (uint16_t)(net->sequence + i),
			            net->timestamp + (uint32_t)(us / 125), 7 };

		if (!net->drift)
			one.timestamp =
				net->timestamp + (uint32_t)((us + 60) / 125);
		else
			one.timestamp = net->timestamp + (uint32_t)i * TICKS;
		if (net->jitter_ms)
			one.arrives_us += dice(net->jitter_ms * 1000);
		if (net->late && dice(1000) < net->late)
			one.arrives_us += net->late_ms * 1000;
		copies = dice(1000) < net->loss    ? 0
		         : dice(1000) < net->twice ? 2
		                                   : 1;
		for (int j = 0; j < copies; j++) {
			sent[n++] = one;
			one.arrives_us += 1000 * dice(100);
		}
		us += FRAME_US - FRAME_US * net->drift / 1000000;
		if (net->pause_every &&
		    i % net->pause_every == net->pause_every - 1)
			us += net->pause_ms * 1000;
	}
	qsort(sent, (size_t)n, sizeof *sent, by_arrival);
	return n;
}

/* takes what is due at a tick, `ready` of it being there already; a correction
 * is done at once, as the sound would be */
static void tick(struct jitter *jitter, struct seen *seen, int64_t *ready,
                 int64_t now_us, bool correct)
{
	struct jitter_frame frame;

	while (*ready < TICKS) {
		enum jitter_take what = jitter_take(jitter, TICKS, &frame);
		int number;

		*ready += frame.ticks;
		seen->lost += what == JITTER_LOST;
		seen->empty += what == JITTER_EMPTY;
		seen->pause += what == JITTER_PAUSE;
		if (what != JITTER_PACKET) {
			seen->filled += frame.ticks;
			continue;
		}
		memcpy(&number, frame.payload, sizeof number);
		seen->backwards += number <= seen->last;
		seen->last = number;
		seen->played++;
		seen->delay_us += now_us - (int64_t)number * FRAME_US;
		seen->end_delay_us = now_us - (int64_t)number * FRAME_US;
		if (correct && jitter_excess(jitter, false) > 0) {
			*ready -= 40;
			jitter_shortened(jitter, 40);
		} else if (correct && jitter_excess(jitter, false) < 0) {
			*ready += 40;
			jitter_shortened(jitter, -40);
		}
	}
	*ready -= TICKS;
}

static struct seen run(const struct net *net, bool correct)
{
	struct sent *sent = calloc(2 * (size_t)net->packets, sizeof *sent);
	struct jitter *jitter = jitter_new(8000);
	struct seen seen = { .last = -1 };
	int64_t ready = 0;
	int n, i = 0;

	dice_state = 42;
	n = send_all(net, sent);
	/* 7 ms after the packets, the playing has its own rhythm */
	for (int64_t us = 7000; i < n || jitter_waiting(jitter);
	     us += FRAME_US) {
		for (; i < n && sent[i].arrives_us <= us; i++) {
			struct rtp_packet packet = {
				.sequence = sent[i].sequence,
				.timestamp = sent[i].timestamp,
				.ssrc = sent[i].ssrc,
				.payload = (const uint8_t *)&sent[i].number,
				.len = sizeof sent[i].number,
			};
			int64_t ahead = (us - sent[i].arrives_us) / 125 +
			                ready / TICKS * TICKS;

			jitter_put(jitter, &packet, TICKS, ahead);
		}
		if (jitter_waiting(jitter) > seen.most_waiting)
			seen.most_waiting = (int)jitter_waiting(jitter);
		tick(jitter, &seen, &ready, us, correct);
	}
	seen.counts = *jitter_counts(jitter);
	ok(jitter_expected(jitter) <= (uint32_t)net->packets);
	jitter_free(jitter);
	free(sent);
	return seen;
}

static void perfect(void)
{
	struct net net = { .packets = 1000,
		           .sequence = 65000,
		           .timestamp = 0xffffff00 };
	struct seen seen = run(&net, false);

	/* both counters wrap */
	ok(seen.played == 1000 && !seen.backwards && !seen.lost);
	ok(seen.counts.received == 1000 && !seen.counts.late);
	ok(seen.delay_us / seen.played <= 60000);
	seen = run(&net, true);
	ok(seen.played == 1000 && !seen.backwards);
	ok(seen.end_delay_us <= 40000); /* and then less */
}

static void disorder(void)
{
	struct net net = { .packets = 10000,
		           .jitter_ms = 60,
		           .sequence = 60000,
		           .timestamp = 4000000000u };
	struct seen seen = run(&net, true);

	printf("# disorder: %d played, %u late, %d lost, %d empty, delay %lld\n",
	       seen.played, seen.counts.late, seen.lost, seen.empty,
	       (long long)(seen.delay_us / seen.played));
	ok(seen.counts.disordered > 1000);
	ok(!seen.backwards);
	ok(seen.counts.received == 10000);
	ok(seen.played + (int)seen.counts.late == 10000);
	ok(seen.counts.late < 10000 / 25); /* it has learned to wait */
	ok(seen.delay_us / seen.played < 110000);

	/* one in fifty is 100 ms late, which is not worth waiting for */
	net = (struct net){ .packets = 10000, .late = 10, .late_ms = 200 };
	seen = run(&net, true);
	printf("# stragglers: %d played, %u late, delay %lld\n", seen.played,
	       seen.counts.late, (long long)(seen.delay_us / seen.played));
	ok(!seen.backwards && seen.counts.received == 10000);
	ok(seen.delay_us / seen.played < 80000);
}

static void loss(void)
{
	struct net net = { .packets = 10000, .loss = 100, .twice = 50 };
	struct seen seen = run(&net, true);
	int lost = 10000 - (int)seen.counts.received;

	printf("# loss: %d lost, %d gaps, %d empty, %lld filled, %u twice\n",
	       lost, seen.lost, seen.empty, (long long)seen.filled,
	       seen.counts.twice);
	ok(lost > 800 && lost < 1200);
	ok(seen.played == (int)seen.counts.received && !seen.backwards);
	ok(seen.counts.twice > 300 && !seen.counts.late);
	/* gaps are filled with what is missing, no less and hardly more */
	ok(seen.filled >= (int64_t)(lost - 10) * TICKS);
	ok(seen.filled <= (int64_t)(lost + 60) * TICKS);
}

static void pauses(void)
{
	struct net net = { .packets = 3000,
		           .pause_every = 50,
		           .pause_ms = 1730 };
	struct seen seen = run(&net, true);
	int64_t paused = INT64_C(59) * 1730 * 8;

	printf("# pauses: %lld of %lld filled, %d lost, end delay %lld\n",
	       (long long)seen.filled, (long long)paused, seen.lost,
	       (long long)seen.end_delay_us);
	ok(seen.played == 3000 && !seen.backwards && !seen.lost);
	ok(llabs(seen.filled - paused) < 60 * 2 * TICKS);
	ok(seen.counts.dropped == 0);
}

static void drift(void)
{
	struct net net = { .packets = MOST, .drift = 500 };
	struct seen seen = run(&net, true);

	/* 200 ms too many in 400 s, which must not pile up, nor be lost */
	printf("# fast: waiting %d, dropped %u\n", seen.most_waiting,
	       seen.counts.dropped);
	ok(seen.played == MOST && !seen.backwards);
	ok(seen.most_waiting <= 5 * TICKS && !seen.counts.dropped);
	net.drift = -500;
	seen = run(&net, true);
	printf("# slow: empty %d, late %u\n", seen.empty, seen.counts.late);
	ok(seen.played == MOST && !seen.backwards);
	ok(seen.empty < 20);
}

/* puts n packets, all at one moment */
static void burst(struct jitter *jitter, int n, uint16_t sequence,
                  uint32_t timestamp, uint32_t ssrc)
{
	uint8_t nothing[4] = { 0 };

	for (int i = 0; i < n; i++) {
		struct rtp_packet packet = { .sequence = sequence++,
			                     .timestamp = timestamp,
			                     .ssrc = ssrc,
			                     .payload = nothing,
			                     .len = sizeof nothing };

		jitter_put(jitter, &packet, TICKS, 0);
		timestamp += TICKS;
	}
}

/* takes for so many ms: the packets among it */
static int take(struct jitter *jitter, int ms)
{
	struct jitter_frame frame;
	int n = 0;

	for (int64_t left = ms * 8; left > 0; left -= frame.ticks)
		n += jitter_take(jitter, TICKS, &frame) == JITTER_PACKET;
	return n;
}

static void bounds(void)
{
	struct jitter *jitter = jitter_new(8000);
	struct jitter_frame frame;
	struct rtp_packet packet = { .payload = (const uint8_t *)"" };

	ok(jitter_take(jitter, TICKS, &frame) == JITTER_EMPTY);
	ok(frame.ticks == TICKS && jitter_waiting(jitter) == 0);

	burst(jitter, 1000, 100, 100, 1); /* ten times too fast */
	ok(jitter_waiting(jitter) <= 8 * JITTER_LONGEST_MS);
	ok(jitter_counts(jitter)->dropped >= 900);
	ok(take(jitter, 1200) <= JITTER_SLOTS);

	/* a new source is heard at once, the old one no more */
	burst(jitter, 2, 40000, 5, 2);
	burst(jitter, 1, 1100, 160100, 1);
	ok(take(jitter, 200) == 2);

	/* a leap of the sequence must be seen twice to be believed */
	burst(jitter, 1, 10000, 77, 2);
	ok(take(jitter, 100) == 0 && jitter_counts(jitter)->strange == 1);
	burst(jitter, 3, 10001, 77 + TICKS, 2);
	ok(take(jitter, 200) == 3);

	/* time leaps ahead, back, or stands still: all is heard, soon */
	burst(jitter, 2, 10004, 1u << 30, 2);
	ok(take(jitter, 200) == 2);
	burst(jitter, 2, 10006, 5, 2);
	ok(take(jitter, 200) == 2);
	for (int i = 0; i < 5; i++)
		burst(jitter, 1, (uint16_t)(10008 + i), 9, 2);
	ok(take(jitter, 200) == 5);

	packet.len = RTP_DATAGRAM_MAX + 1;
	ok(jitter_put(jitter, &packet, TICKS, 0) == JITTER_STRANGE);
	jitter_free(jitter);
	jitter_free(NULL);
}

/* keys and noise take sequence numbers, and are no loss */
static void notes(void)
{
	struct jitter *jitter = jitter_new(8000);
	struct rtp_packet key = { .sequence = 2, .ssrc = 1 };

	burst(jitter, 2, 0, 0, 1);
	jitter_note(jitter, &key);
	jitter_note(jitter, &key);
	key.sequence = 4; /* overtakes the sound before it */
	jitter_note(jitter, &key);
	burst(jitter, 1, 3, 3 * TICKS, 1);
	burst(jitter, 1, 5, 5 * TICKS, 1);
	ok(jitter_expected(jitter) == 6);
	ok(jitter_counts(jitter)->received == 6);
	ok(take(jitter, 200) == 4);
	key.ssrc = 2;
	jitter_note(jitter, &key);
	ok(jitter_counts(jitter)->received == 6);
	jitter_free(jitter);
}

/* one missing: the packet behind it is shown, for what it repeats */
static void repeats(void)
{
	struct jitter *jitter = jitter_new(8000);
	struct jitter_frame frame;

	burst(jitter, 2, 0, 0, 1);
	burst(jitter, 1, 3, 3 * TICKS, 1);
	ok(take(jitter, 80) == 2);
	ok(jitter_take(jitter, TICKS, &frame) == JITTER_LOST);
	ok(frame.ticks == TICKS && frame.len == 4 && frame.payload);
	ok(jitter_take(jitter, TICKS, &frame) == JITTER_PACKET);

	burst(jitter, 1, 6, 6 * TICKS, 1); /* two missing: the second one */
	ok(jitter_take(jitter, TICKS, &frame) == JITTER_LOST);
	ok(!frame.payload);
	jitter_free(jitter);
}

int main(void)
{
	perfect();
	disorder();
	loss();
	pauses();
	drift();
	bounds();
	repeats();
	notes();
	return tap_end();
}
