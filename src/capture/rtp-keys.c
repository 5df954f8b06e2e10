/* rtp-keys.c: keys out of telephone events */
#include "src/capture/rtp-keys.h"

enum {
	GONE_US = 200000,   /* a packet comes each 20 to 50 ms while it is
	                     * pressed */
	STALE_US = 5000000, /* packets of an earlier key do not come later */
	LONGEST = 0xffff,   /* ticks: then it goes on under a new timestamp */
};

/* Ticks can be of another clock than the sound's (8000 Hz beside Opus): then
 * the time that its packets took is nearer. */
static int let_go(struct rtp_keys *keys)
{
	int64_t ticks = keys->earlier + keys->event.duration;
	int64_t said_ms = ticks * 1000 / keys->clock_hz;
	int64_t seen_ms = (keys->heard_us - keys->began_us) / 1000;

	keys->down = false;
	return keys->heard(keys->arg, keys->event.key,
	                   (int)(said_ms > seen_ms ? said_ms : seen_ms));
}

/* whether the packet is of a key that we have told of, or of one before it */
static bool is_old(const struct rtp_keys *keys, const struct rtp_packet *packet,
                   int64_t now_us)
{
	int64_t after = rtp_timestamp_after(keys->since, packet->timestamp);

	if (!keys->any || packet->ssrc != keys->ssrc)
		return false;
	if (!after)
		return !keys->down;
	return after < 0 && now_us - keys->heard_us < STALE_US;
}

/* RFC 4733 2.5.1.3: a key that is pressed for longer than can be said */
static bool goes_on(const struct rtp_keys *keys,
                    const struct rtp_packet *packet,
                    const struct rtp_event *event)
{
	return keys->event.duration == LONGEST &&
	       event->key == keys->event.key && !packet->marker &&
	       rtp_timestamp_after(keys->since, packet->timestamp) == LONGEST;
}

int rtp_keys_put(struct rtp_keys *keys, const struct rtp_packet *packet,
                 int clock_hz, int64_t now_us)
{
	struct rtp_event event;
	int rc = 0;

	if (!rtp_event_parse(packet->payload, packet->len, &event) ||
	    is_old(keys, packet, now_us))
		return 0;
	if (keys->down && goes_on(keys, packet, &event)) {
		keys->earlier += LONGEST;
	} else if (keys->down && (packet->timestamp != keys->since ||
	                          packet->ssrc != keys->ssrc)) {
		rc = let_go(keys); /* all of its last packets were lost */
		keys->earlier = 0;
	} else if (!keys->down) {
		keys->earlier = 0;
	} else if (event.duration < keys->event.duration) {
		event.duration = keys->event.duration; /* out of order */
	}
	if (!keys->down)
		keys->began_us = now_us;
	keys->down = keys->any = true;
	keys->event = event;
	keys->clock_hz = clock_hz;
	keys->ssrc = packet->ssrc;
	keys->since = packet->timestamp;
	keys->heard_us = now_us;
	return !rc && event.end ? let_go(keys) : rc;
}

int rtp_keys_wait(struct rtp_keys *keys, int64_t now_us)
{
	if (!keys->down || now_us - keys->heard_us < GONE_US)
		return 0;
	return let_go(keys);
}
