/* rtp.c: RTP packets and telephone events, from bytes and to them */
#include "src/capture/rtp.h"

#include <string.h>

/* Type and marker together are a type of RTCP's in a packet of RTCP. RFC 5761
 * keeps these out of RTP's way. */
enum { RTCP_FIRST = 192, RTCP_LAST = 223 };

enum { VOLUME = 10 }; /* of an event: -10 dBm0, what telephones say */

static const char keys[] = "0123456789*#ABCD";

static uint16_t read16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t read32(const uint8_t *at)
{
	return (uint32_t)read16(at) << 16 | read16(at + 2);
}

static void write16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The bytes before the payload: 0 when they go beyond the datagram. */
static size_t header_len(const uint8_t *data, size_t len)
{
	size_t at = RTP_HEADER + 4u * (data[0] & 0x0f); /* who contributes */

	if (data[0] & 0x10) { /* an extension, its length in words */
		if (at + 4 > len)
			return 0;
		at += 4 + 4u * read16(data + at + 2);
	}
	return at <= len ? at : 0;
}

bool rtp_parse(const uint8_t *data, size_t len, struct rtp_packet *packet)
{
	size_t at, padding = 0;

	if (len < RTP_HEADER || data[0] >> 6 != 2)
		return false;
	if (data[1] >= RTCP_FIRST && data[1] <= RTCP_LAST)
		return false;
	at = header_len(data, len);
	if (!at)
		return false;
	if (data[0] & 0x20) {
		padding = data[len - 1]; /* counts itself */
		if (!padding || padding > len - at)
			return false;
	}
	*packet = (struct rtp_packet){
		.marker = data[1] & 0x80,
		.type = data[1] & 0x7f,
		.sequence = read16(data + 2),
		.timestamp = read32(data + 4),
		.ssrc = read32(data + 8),
		.payload = data + at,
		.len = len - at - padding,
	};
	return true;
}

void rtp_header(const struct rtp_packet *packet, uint8_t out[RTP_HEADER])
{
	out[0] = 2 << 6;
	out[1] = (uint8_t)(packet->marker << 7 | packet->type);
	write16(out + 2, packet->sequence);
	write16(out + 4, packet->timestamp >> 16);
	write16(out + 6, packet->timestamp);
	write16(out + 8, packet->ssrc >> 16);
	write16(out + 10, packet->ssrc);
}

int32_t rtp_sequence_after(uint16_t from, uint16_t to)
{
	return (int16_t)(uint16_t)(to - from);
}

int64_t rtp_timestamp_after(uint32_t from, uint32_t to)
{
	return (int32_t)(to - from);
}

bool rtp_event_parse(const uint8_t *payload, size_t len,
                     struct rtp_event *event)
{
	if (len < RTP_EVENT || payload[0] >= sizeof keys - 1)
		return false;
	event->key = keys[payload[0]];
	event->end = payload[1] & 0x80;
	event->duration = read16(payload + 2);
	return true;
}

bool rtp_event_write(const struct rtp_event *event, uint8_t out[RTP_EVENT])
{
	const char *key = event->key ? strchr(keys, event->key) : NULL;

	if (!key)
		return false;
	out[0] = (uint8_t)(key - keys);
	out[1] = (uint8_t)(event->end << 7 | VOLUME);
	write16(out + 2, event->duration);
	return true;
}
