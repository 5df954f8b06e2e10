/* What a call over RTP tells and hears by RTCP: reports each 5 s to a far end
 * that has reports of its own, and a goodbye to any. */
#ifndef CAPTURE_RTP_REPORT_H
#define CAPTURE_RTP_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/capture/jitter.h"
#include "src/capture/playout.h"
#include "src/capture/rtcp.h"
#include "src/capture/rtp-out.h"

struct rtp_reports {
	int to; /* the socket that the far end's came by; -1: none came */
	int64_t sent_us;
	uint32_t heard_time;         /* rtcp_heard's, */
	int64_t heard_us;            /* and when it came */
	uint32_t expected, received; /* when we sent the last one */
};

/* A datagram of RTCP has come. */
void rtp_reports_heard(struct rtp_reports *reports,
                       const struct rtcp_heard *heard, int fd, int64_t now_us);

bool rtp_reports_due(const struct rtp_reports *reports, int64_t now_us);

/* Sends one to fd, with a goodbye when we leave. jitter may be NULL: nothing
 * was heard. */
void rtp_reports_send(struct rtp_reports *reports, int fd,
                      const struct rtp_out_counts *sent,
                      const struct jitter *jitter, bool bye);

/* The fields of call.media; NULL when nothing was heard. */
json_t *rtp_reports_quality(const struct playout *playout);

#endif
