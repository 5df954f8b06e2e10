/*
 * rtp: headers, telephone events and RTCP, from friends and others
 * uses: src/capture/rtp.c src/capture/rtcp.c
 */
#include "src/capture/rtp.h"

#include <stdlib.h>

#include "src/capture/rtcp.h"
#include "tests/unit/tap.h"

/* marker, type 0, sequence 0x1234, with a contributor, an extension of a word,
 * a payload of "voice" and padding of 3 */
static const uint8_t whole[] = { 0xb1, 0x80, 0x12, 0x34, 0,   0, 0, 160,
	                         0xde, 0xad, 0xbe, 0xef, 1,   2, 3, 4,
	                         0xbe, 0xde, 0,    1,    9,   9, 9, 9,
	                         'v',  'o',  'i',  'c',  'e', 0, 0, 3 };

/* the packet in memory of exactly its size, so that a byte too far is seen */
static bool parse(const uint8_t *data, size_t len, struct rtp_packet *packet)
{
	static uint8_t *exact;
	bool rc;

	free(exact);
	exact = malloc(len ? len : 1);
	memcpy(exact, data, len);
	rc = rtp_parse(exact, len, packet);
	if (rc && (packet->payload < exact ||
	           packet->payload + packet->len > exact + len))
		abort();
	return rc;
}

static void headers(void)
{
	uint8_t data[sizeof whole], out[RTP_HEADER];
	struct rtp_packet packet;
	int taken = 0;

	ok(parse(whole, sizeof whole, &packet));
	ok(packet.marker && packet.type == 0 && packet.sequence == 0x1234);
	ok(packet.timestamp == 160 && packet.ssrc == 0xdeadbeef);
	ok(packet.len == 5 && !memcmp(packet.payload, "voice", 5));

	/* cut anywhere it is no packet, or one that ends in what was said of
	 * its padding ("e" is 101 bytes, "\0" none) */
	for (size_t len = 0; len < sizeof whole; len++)
		taken += parse(whole, len, &packet);
	ok(taken == 0);

	memcpy(data, whole, sizeof data);
	for (int n = 0; n < 16; n++) { /* contributors that are not there */
		data[0] = (uint8_t)(0xa0 | n);
		taken += parse(data, sizeof data, &packet);
	}
	ok(taken == 5); /* 12 + 4 * 4 + 3 is as much as fits; no extension */
	memcpy(data, whole, sizeof data);
	taken = 0;
	for (int words = 0; words < 65536; words++) {
		data[18] = (uint8_t)(words >> 8);
		data[19] = (uint8_t)words;
		taken += parse(data, sizeof data, &packet);
	}
	ok(taken == 3); /* the rest would leave no room for the padding */
	memcpy(data, whole, sizeof data);
	taken = 0;
	for (int n = 0; n < 256; n++) {
		data[sizeof data - 1] = (uint8_t)n;
		if (parse(data, sizeof data, &packet) &&
		    packet.len == 8 - (size_t)n)
			taken++;
	}
	ok(taken == 8); /* 1 to 8: all of the payload may be padding */
	for (int version = 0; version < 4; version++) {
		data[0] = (uint8_t)(version << 6);
		ok(parse(data, sizeof data, &packet) == (version == 2));
	}
	data[0] = 0x80;
	data[1] = 203; /* RTCP's goodbye */
	ok(!parse(data, sizeof data, &packet));
	data[1] = 191;
	ok(parse(data, sizeof data, &packet) && packet.type == 63);

	packet = (struct rtp_packet){ true, 101, 65535, 0xfffffff0, 7, 0, 0 };
	rtp_header(&packet, out);
	ok(parse(out, sizeof out, &packet) && packet.len == 0);
	ok(packet.marker && packet.type == 101 && packet.sequence == 65535 &&
	   packet.timestamp == 0xfffffff0 && packet.ssrc == 7);
}

static void counters(void)
{
	ok(rtp_sequence_after(65535, 0) == 1);
	ok(rtp_sequence_after(0, 65535) == -1);
	ok(rtp_sequence_after(10, 32777) == 32767);
	ok(rtp_timestamp_after(0xffffff60, 0) == 160);
	ok(rtp_timestamp_after(0, 0xffffff60) == -160);
}

static void events(void)
{
	static const char keys[] = "0123456789*#ABCD";
	struct rtp_event event = { 0 }, back;
	uint8_t out[RTP_EVENT];
	int same = 0;

	for (int i = 0; i < 16; i++) {
		event = (struct rtp_event){ keys[i], i % 2, 4000 };
		same += rtp_event_write(&event, out) && out[0] == i &&
		        rtp_event_parse(out, sizeof out, &back) &&
		        back.key == event.key && back.end == event.end &&
		        back.duration == 4000;
	}
	ok(same == 16);
	for (size_t len = 0; len < RTP_EVENT; len++)
		ok(!rtp_event_parse(out, len, &back));
	for (int i = 16; i < 256; i++) {
		out[0] = (uint8_t)i;
		same += rtp_event_parse(out, sizeof out, &back);
	}
	ok(same == 16); /* a flash hook is no key */
	event.key = 'x';
	ok(!rtp_event_write(&event, out));
	event.key = '\0';
	ok(!rtp_event_write(&event, out));
}

static void goodbyes(void)
{
	struct rtcp_report report = { .ssrc = 0x01020304,
		                      .wall_us = 1500000,
		                      .lost = -1,
		                      .heard_ssrc = 9 };
	struct rtcp_heard heard;
	uint8_t out[RTCP_MAX], bye[8] = { 0x81, 203, 0, 1, 0, 0, 0, 5 };
	size_t len = rtcp_write(&report, false, out), n;
	int taken = 0;

	ok(len == 52 + 24 && rtcp_parse(out, len, &heard));
	ok(heard.report && !heard.bye);
	ok(out[8] == 0x83 && out[11] == 0x81 && out[12] == 0x80); /* 1.5 s */
	ok(heard.report_time == 0x7e818000);
	ok(!memcmp(out + 60, "\x01\x0bsv-01020304\0\0\0", 16));
	ok(out[33] == 0xff && out[35] == 0xff); /* more came than were due */
	len = rtcp_write(&report, true, out);
	ok(len == 52 + 24 + 8 && rtcp_parse(out, len, &heard));
	ok(heard.bye && heard.ssrc == 0x01020304);
	for (n = 0; n < len; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, out, n);
		taken += rtcp_parse(exact, n, &heard) ? 1 : 0;
		free(exact);
	}
	ok(taken == 2); /* where one of its packets ends */
	ok(rtcp_parse(bye, sizeof bye, &heard) && heard.bye && heard.ssrc == 5);
	bye[0] = 0x80; /* nobody leaves */
	ok(rtcp_parse(bye, sizeof bye, &heard) && !heard.bye);
	for (n = 0; n < 65536; n++) {
		bye[2] = (uint8_t)(n >> 8);
		bye[3] = (uint8_t)n;
		taken += rtcp_parse(bye, sizeof bye, &heard);
	}
	ok(taken == 3); /* length 1 (0 leaves four bytes that are nothing) */
	bye[1] = 0;
	ok(!rtcp_parse(bye, sizeof bye, &heard));
}

int main(void)
{
	headers();
	counters();
	events();
	goodbyes();
	return tap_end();
}
