/* rtp-order.c: packets in their streams */
#include "src/capture/rtp-order.h"

enum {
	GAP_MAX = 3000, /* RFC 3550 A.1: packets between two of a stream */
	MISORDER_MAX = 100,
	HISTORY = 64, /* packets of which we know whether they came */
};

void rtp_order_restart(struct rtp_order *order)
{
	order->expected_before = rtp_order_expected(order);
	order->begun = false;
}

static void begin(struct rtp_order *order, const struct rtp_packet *packet)
{
	rtp_order_restart(order);
	order->begun = true;
	order->ssrc = packet->ssrc;
	order->sequence = order->first = packet->sequence;
	order->newest = order->sequence - 1;
	order->timestamp = packet->timestamp;
	order->at = order->end = 0;
	order->came = 0;
	order->suspects = false;
}

/* how far behind the highest one it lies */
static int32_t step_to(const struct rtp_order *order,
                       const struct rtp_packet *packet)
{
	return rtp_sequence_after((uint16_t)order->sequence, packet->sequence);
}

static bool is_near(int32_t step)
{
	return step > -MISORDER_MAX && step < GAP_MAX;
}

/* A new source begins a stream, and what is left of the one before it is past.
 * A sender that counts anew is believed when it goes on so. */
static enum rtp_place belongs(struct rtp_order *order,
                              const struct rtp_packet *packet)
{
	bool other = order->begun && packet->ssrc != order->ssrc;

	if (other && order->has_before && packet->ssrc == order->before &&
	    order->sequence - order->first < HISTORY)
		return RTP_PAST;
	if (other) {
		order->before = order->ssrc;
		order->has_before = true;
	} else if (order->begun && is_near(step_to(order, packet))) {
		order->suspects = false;
		return RTP_NEXT;
	} else if (order->begun &&
	           (!order->suspects || packet->sequence != order->strange)) {
		order->suspects = true;
		order->strange = (uint16_t)(packet->sequence + 1);
		return RTP_STRANGE;
	}
	begin(order, packet);
	return RTP_FIRST;
}

/* Whether the packet came before; from now on it did. */
static bool came_before(struct rtp_order *order, int32_t step)
{
	bool before = false;

	if (step > 0) {
		order->came = step < HISTORY ? order->came << step | 1 : 1;
		order->sequence += step;
	} else if (step > -HISTORY) {
		before = order->came >> -step & 1;
		order->came |= UINT64_C(1) << -step;
	}
	return before;
}

enum rtp_place rtp_order_put(struct rtp_order *order,
                             const struct rtp_packet *packet, uint32_t ticks,
                             int64_t *sequence, int64_t *at)
{
	enum rtp_place place = belongs(order, packet);
	int32_t step = step_to(order, packet);

	if (place != RTP_NEXT && place != RTP_FIRST)
		return place;
	*sequence = order->sequence + step;
	*at = order->at +
	      rtp_timestamp_after(order->timestamp, packet->timestamp);
	if (came_before(order, step))
		return RTP_AGAIN;
	if (*sequence <= order->newest) {
		order->disordered++;
		return *at + ticks > order->at ? RTP_PAST : place;
	}
	if (*at < order->end)
		*at = order->end; /* back, or standing still */
	order->newest = *sequence;
	order->timestamp = packet->timestamp;
	order->at = *at;
	order->end = *at + ticks;
	return place;
}

bool rtp_order_note(struct rtp_order *order, const struct rtp_packet *packet)
{
	int32_t step = step_to(order, packet);

	return order->begun && packet->ssrc == order->ssrc && is_near(step) &&
	       !came_before(order, step);
}

uint32_t rtp_order_expected(const struct rtp_order *order)
{
	uint32_t before = order->expected_before;

	if (!order->begun)
		return before;
	return before + (uint32_t)(order->sequence - order->first + 1);
}
