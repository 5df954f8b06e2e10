/* rtcp.c: goodbyes and reports of RTCP */
#include "src/capture/rtcp.h"

#include <stdio.h>
#include <string.h>

enum { SENDER_REPORT = 200, SOURCE = 202, BYE = 203 };

static const uint32_t ntp_1970 = 2208988800u; /* seconds since 1900 */

static uint16_t read16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t read32(const uint8_t *at)
{
	return (uint32_t)read16(at) << 16 | read16(at + 2);
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
	return at + 4;
}

/* one packet of the compound, len bytes with its head */
static void hear(const uint8_t *data, size_t len, struct rtcp_heard *heard)
{
	if (data[1] == BYE && (data[0] & 0x1f) && len >= 8) {
		heard->bye = true;
		heard->ssrc = read32(data + 4);
	}
	if (data[1] == SENDER_REPORT && len >= 28) {
		heard->report = true;
		heard->report_time = read32(data + 10);
	}
}

bool rtcp_parse(const uint8_t *data, size_t len, struct rtcp_heard *heard)
{
	size_t at = 0, one;

	*heard = (struct rtcp_heard){ 0 };
	do {
		if (len - at < 4 || data[at] >> 6 != 2 || data[at + 1] < 192 ||
		    data[at + 1] > 223)
			return false;
		one = 4 + 4u * read16(data + at + 2);
		if (one > len - at)
			return false;
		hear(data + at, one, heard);
		at += one;
	} while (at < len);
	return true;
}

/* the first words of a packet: count is of its blocks, words follow */
static uint8_t *put_head(uint8_t *at, uint32_t count, uint32_t type,
                         uint32_t words)
{
	return put32(at, 2u << 30 | count << 24 | type << 16 | words);
}

static uint8_t *put_report(uint8_t *at, const struct rtcp_report *report)
{
	int64_t seconds = report->wall_us / 1000000;
	int64_t rest = report->wall_us % 1000000;

	at = put_head(at, 1, SENDER_REPORT, 12);
	at = put32(at, report->ssrc);
	at = put32(at, (uint32_t)seconds + ntp_1970);
	at = put32(at, (uint32_t)((rest << 32) / 1000000));
	at = put32(at, report->timestamp);
	at = put32(at, report->packets);
	at = put32(at, report->bytes);
	at = put32(at, report->heard_ssrc);
	at = put32(at, (uint32_t)report->lost_share << 24 |
	                       ((uint32_t)report->lost & 0xffffff));
	at = put32(at, report->sequence);
	at = put32(at, report->jitter);
	at = put32(at, report->report_time);
	return put32(at, report->report_age);
}

/* RFC 7022: a name that says nothing, here made of the ssrc */
static uint8_t *put_source(uint8_t *at, uint32_t ssrc)
{
	char name[16] = "\x01\x0b"; /* CNAME, of 11 bytes */

	snprintf(name + 2, sizeof name - 2, "sv-%08x", (unsigned)ssrc);
	at = put_head(at, 1, SOURCE, 5);
	at = put32(at, ssrc);
	memcpy(at, name, sizeof name); /* with the NULs that end the chunk */
	return at + sizeof name;
}

size_t rtcp_write(const struct rtcp_report *report, bool bye,
                  uint8_t out[RTCP_MAX])
{
	uint8_t *at = put_source(put_report(out, report), report->ssrc);

	if (bye)
		at = put32(put_head(at, 1, BYE, 1), report->ssrc);
	return (size_t)(at - out);
}
