/* jitter.c: packets put in order, and the delay that this takes */
#include "src/capture/jitter.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/capture/rtp-order.h"
#include "src/capture/slack.h"

enum {
	LOW_MS = 4,    /* slack that is wanted: from */
	HIGH_MS = 24,  /* to */
	LOSS_OF = 100, /* packets of which so many lost */
	LOSS_MANY = 2, /* are worth a longer delay */
};

struct slot {
	bool used;
	int64_t sequence; /* counted on over wraps */
	int64_t at;       /* timestamp, likewise */
	uint32_t ticks;
	int type;
	uint8_t *data;
	size_t len, cap;
};

struct jitter {
	int clock_hz;
	bool playing; /* a packet of the stream was taken */
	struct rtp_order order;

	/* the playing */
	int64_t cursor; /* where what was taken ends */
	int64_t taken;  /* sequence number of the last one */
	int64_t idle; /* ticks filled in since, or less than 0: to be filled in
	               * before the next */
	struct slot slots[JITTER_SLOTS];
	int n;

	struct slack slack;

	/* how many of the last hundred were lost */
	uint32_t watched, missed_then;
	uint32_t longer; /* ticks of a packet, when too many were */

	struct jitter_counts counts;
};

static int64_t ticks_of(const struct jitter *jitter, int ms)
{
	return (int64_t)ms * jitter->clock_hz / 1000;
}

struct jitter *jitter_new(int clock_hz)
{
	struct jitter *jitter = sv_alloc(sizeof *jitter);

	jitter->clock_hz = clock_hz;
	return jitter;
}

void jitter_free(struct jitter *jitter)
{
	if (!jitter)
		return;
	for (int i = 0; i < JITTER_SLOTS; i++)
		free(jitter->slots[i].data);
	free(jitter);
}

static void forget(struct jitter *jitter)
{
	for (int i = 0; i < JITTER_SLOTS; i++)
		jitter->slots[i].used = false;
	jitter->n = 0;
}

void jitter_restart(struct jitter *jitter, int clock_hz)
{
	forget(jitter);
	rtp_order_restart(&jitter->order);
	jitter->clock_hz = clock_hz;
}

/* All packets from now on have so much more slack. */
static void delay(struct jitter *jitter, int64_t ticks)
{
	slack_more(&jitter->slack, ticks, ticks_of(jitter, JITTER_START_MS));
}

static struct slot *head(struct jitter *jitter)
{
	struct slot *first = NULL;
	int left = jitter->n;

	for (struct slot *slot = jitter->slots; left; slot++) {
		if (!slot->used)
			continue;
		left--;
		if (!first || slot->sequence < first->sequence)
			first = slot;
	}
	return first;
}

static void leave(struct jitter *jitter, struct slot *slot)
{
	slot->used = false;
	jitter->n--;
	jitter->playing = true;
	jitter->cursor = slot->at + slot->ticks;
	jitter->taken = slot->sequence;
	jitter->idle = 0;
}

/* Too much waits: what is oldest goes, until the delay is the one that a
 * stream begins with. */
static void make_room(struct jitter *jitter)
{
	int64_t keep = ticks_of(jitter, JITTER_START_MS);
	struct slot *slot = head(jitter);

	while (jitter->n > 1 && jitter->order.end - slot->at > keep) {
		leave(jitter, slot);
		jitter->counts.dropped++;
		slot = head(jitter);
	}
	slack_begin(&jitter->slack, jitter->slack.last);
}

static void keep(struct jitter *jitter, const struct rtp_packet *packet,
                 const struct slot *made)
{
	struct slot *slot = jitter->slots;

	while (slot->used)
		slot++;
	if (slot->cap < packet->len) {
		slot->data = sv_realloc(slot->data, packet->len);
		slot->cap = packet->len;
	}
	if (packet->len)
		memcpy(slot->data, packet->payload, packet->len);
	slot->used = true;
	slot->sequence = made->sequence;
	slot->at = made->at;
	slot->ticks = made->ticks;
	slot->type = packet->type;
	slot->len = packet->len;
	jitter->n++;
}

/* the first packet of a stream: it is needed after the delay to start with */
static void begin(struct jitter *jitter, int64_t sequence, int64_t ahead)
{
	forget(jitter);
	jitter->playing = false;
	jitter->cursor = 0;
	jitter->taken = sequence - 1;
	jitter->idle = ahead - ticks_of(jitter, JITTER_START_MS);
	slack_begin(&jitter->slack, ticks_of(jitter, JITTER_START_MS));
}

/* The first one was not the first; there is time yet. */
static void begin_before(struct jitter *jitter, const struct slot *slot)
{
	jitter->idle += jitter->cursor - slot->at;
	jitter->cursor = slot->at;
	jitter->order.first = slot->sequence;
	jitter->taken = slot->sequence - 1;
}

static enum jitter_put place(struct jitter *jitter,
                             const struct rtp_packet *packet, struct slot *slot,
                             int64_t ahead)
{
	if (packet->len > RTP_DATAGRAM_MAX)
		return JITTER_STRANGE;
	switch (rtp_order_put(&jitter->order, packet, slot->ticks,
	                      &slot->sequence, &slot->at)) {
	case RTP_FIRST:
		begin(jitter, slot->sequence, ahead);
		return JITTER_KEPT;
	case RTP_NEXT:
		return JITTER_KEPT;
	case RTP_AGAIN:
		return JITTER_TWICE;
	case RTP_PAST:
		return JITTER_LATE;
	default:
		return JITTER_STRANGE;
	}
}

static enum jitter_put put(struct jitter *jitter,
                           const struct rtp_packet *packet, struct slot *slot,
                           int64_t ahead)
{
	enum jitter_put rc = place(jitter, packet, slot, ahead);

	if (rc)
		return rc;
	slack_learn(&jitter->slack,
	            slot->at - jitter->cursor - jitter->idle + ahead,
	            ticks_of(jitter, JITTER_LONGEST_MS));
	if (!jitter->playing && slot->at < jitter->cursor)
		begin_before(jitter, slot);
	if (slot->at < jitter->cursor || slot->sequence <= jitter->taken)
		return JITTER_LATE;
	keep(jitter, packet, slot);
	if (jitter->n == JITTER_SLOTS ||
	    jitter_waiting(jitter) > ticks_of(jitter, JITTER_LONGEST_MS))
		make_room(jitter);
	return JITTER_KEPT;
}

void jitter_note(struct jitter *jitter, const struct rtp_packet *packet)
{
	jitter->counts.received += rtp_order_note(&jitter->order, packet);
}

/* Looks at the losses after each hundred packets. */
static void watch_losses(struct jitter *jitter, uint32_t ticks)
{
	uint32_t expected = jitter_expected(jitter);
	uint32_t missed = expected - jitter->counts.received;

	if (expected - jitter->watched < LOSS_OF)
		return;
	jitter->longer = (int32_t)(missed - jitter->missed_then) >= LOSS_MANY
	                         ? ticks
	                         : 0;
	jitter->watched = expected;
	jitter->missed_then = missed;
}

enum jitter_put jitter_put(struct jitter *jitter,
                           const struct rtp_packet *packet, uint32_t ticks,
                           int64_t ahead)
{
	struct slot slot = { .ticks = ticks };
	enum jitter_put rc = put(jitter, packet, &slot, ahead);

	jitter->counts.received += rc == JITTER_KEPT || rc == JITTER_LATE;
	jitter->counts.late += rc == JITTER_LATE;
	jitter->counts.twice += rc == JITTER_TWICE;
	jitter->counts.strange += rc == JITTER_STRANGE;
	jitter->counts.disordered = jitter->order.disordered;
	watch_losses(jitter, ticks);
	return rc;
}

/* nothing to play: so much is to be filled in */
static enum jitter_take fill(struct jitter *jitter, enum jitter_take why,
                             int64_t ticks, struct jitter_frame *frame)
{
	*frame = (struct jitter_frame){ .ticks = (uint32_t)ticks };
	if (jitter->order.begun)
		jitter->idle += ticks;
	return why;
}

/* Ticks to fill in before the packet. No gap is longer than the delay was: the
 * rest of it has passed already, or the timestamp leapt; and after a pause we
 * are free to choose the delay anew. */
static int64_t due_in(struct jitter *jitter, const struct slot *slot)
{
	int64_t due = slot->at - jitter->cursor - jitter->idle;
	int64_t most = ticks_of(jitter, JITTER_START_MS);

	if (slot->sequence != jitter->taken + 1 && jitter->slack.floor > 0)
		most += jitter->slack.floor;
	if (due <= most)
		return due;
	jitter->idle += due - most;
	delay(jitter, most - due);
	return most;
}

static enum jitter_take fill_before(struct jitter *jitter,
                                    const struct slot *slot, int64_t ticks,
                                    struct jitter_frame *frame)
{
	int64_t missing = slot->sequence - jitter->taken - 1;
	int64_t due = slot->at - jitter->cursor - jitter->idle;
	enum jitter_take why = missing ? JITTER_LOST : JITTER_PAUSE;

	fill(jitter, why, ticks, frame);
	if (missing == 1 && due == ticks) {
		frame->payload = slot->data;
		frame->len = slot->len;
	}
	return why;
}

enum jitter_take jitter_take(struct jitter *jitter, uint32_t want,
                             struct jitter_frame *frame)
{
	struct slot *slot = head(jitter);
	int64_t due;

	if (!slot)
		return fill(jitter, JITTER_EMPTY, want, frame);
	due = due_in(jitter, slot);
	if (due > 0)
		return fill_before(jitter, slot, due < want ? due : want,
		                   frame);
	delay(jitter, -due);
	leave(jitter, slot);
	*frame = (struct jitter_frame){ .type = slot->type,
		                        .ticks = slot->ticks,
		                        .payload = slot->data,
		                        .len = slot->len };
	return JITTER_PACKET;
}

int64_t jitter_excess(const struct jitter *jitter, bool repeats)
{
	int64_t longer = repeats ? jitter->longer : 0;

	return slack_excess(&jitter->slack, ticks_of(jitter, LOW_MS) + longer,
	                    ticks_of(jitter, HIGH_MS) + longer);
}

void jitter_shortened(struct jitter *jitter, int64_t ticks)
{
	delay(jitter, -ticks);
}

int64_t jitter_waiting(struct jitter *jitter)
{
	const struct slot *slot = head(jitter);

	return slot ? jitter->order.end - slot->at : 0;
}

int jitter_clock(const struct jitter *jitter)
{
	return jitter->clock_hz;
}

bool jitter_playing(const struct jitter *jitter)
{
	return jitter->order.begun && jitter->playing;
}

const struct jitter_counts *jitter_counts(const struct jitter *jitter)
{
	return &jitter->counts;
}

uint32_t jitter_expected(const struct jitter *jitter)
{
	return rtp_order_expected(&jitter->order);
}

uint32_t jitter_source(const struct jitter *jitter)
{
	return jitter->order.ssrc;
}

uint32_t jitter_sequence(const struct jitter *jitter)
{
	return (uint32_t)jitter->order.sequence;
}

uint32_t jitter_interarrival(const struct jitter *jitter)
{
	return jitter->slack.differs / 16;
}
