/*
 * RTCP as far as a call needs it, RFC 3550 section 6: hearing that the far
 * end says goodbye, telling it what arrived, and saying goodbye.
 */
#ifndef CAPTURE_RTCP_H
#define CAPTURE_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RTCP_MAX = 256 }; /* bytes that rtcp_write() writes at most */

struct rtcp_heard {
	bool bye;             /* somebody left */
	uint32_t ssrc;        /* who */
	bool report;          /* a sender's report: remember when it came */
	uint32_t report_time; /* the middle of its clock */
};

/* What there is of us and of the stream that we hear. */
struct rtcp_report {
	uint32_t ssrc;        /* ours */
	int64_t wall_us;      /* now, since 1970 */
	uint32_t timestamp;   /* ours, now */
	uint32_t packets;     /* sent */
	uint32_t bytes;       /* of payload, sent */
	uint32_t heard_ssrc;  /* whom we hear */
	uint8_t lost_share;   /* since the last report, in 256ths */
	int32_t lost;         /* in all */
	uint32_t sequence;    /* the highest, with how often it wrapped */
	uint32_t jitter;      /* in ticks */
	uint32_t report_time; /* rtcp_heard's; 0: none came */
	uint32_t report_age;  /* since then, in 65536ths of a second */
};

/* Whether the datagram is RTCP: a compound whose every length is within it. */
bool rtcp_parse(const uint8_t *data, size_t len, struct rtcp_heard *heard);

/* Writes a report of both directions with our name in it, and a goodbye when
 * we leave: how many bytes. */
size_t rtcp_write(const struct rtcp_report *report, bool bye,
                  uint8_t out[RTCP_MAX]);

#endif
