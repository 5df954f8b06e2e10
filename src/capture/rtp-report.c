/* rtp-report.c: how well each side is heard */
#include "src/capture/rtp-report.h"

#include <sys/socket.h>

#include "lib/clock.h"

enum { EACH_US = 5000000 }; /* RFC 3550 6.2 */

void rtp_reports_heard(struct rtp_reports *reports,
                       const struct rtcp_heard *heard, int fd, int64_t now_us)
{
	reports->to = fd;
	if (heard->report) {
		reports->heard_time = heard->report_time;
		reports->heard_us = now_us;
	}
}

bool rtp_reports_due(const struct rtp_reports *reports, int64_t now_us)
{
	return reports->to >= 0 && now_us - reports->sent_us >= EACH_US;
}

/* the share that was lost since the last report, RFC 3550 A.3 */
static uint8_t lost_share(struct rtp_reports *reports, uint32_t expected,
                          uint32_t received)
{
	uint32_t due = expected - reports->expected;
	int32_t lost = (int32_t)(due - (received - reports->received));

	reports->expected = expected;
	reports->received = received;
	if (!due || lost <= 0)
		return 0;
	return (uint8_t)(255 * (int64_t)lost / due);
}

void rtp_reports_send(struct rtp_reports *reports, int fd,
                      const struct rtp_out_counts *sent,
                      const struct jitter *jitter, bool bye)
{
	int64_t now_us = sv_now_us();
	struct rtcp_report report = { .ssrc = sent->ssrc,
		                      .wall_us = sv_wall_ms() * 1000,
		                      .timestamp = sent->timestamp,
		                      .packets = sent->packets,
		                      .bytes = sent->bytes };
	uint8_t data[RTCP_MAX];

	if (jitter) {
		uint32_t expected = jitter_expected(jitter);
		uint32_t received = jitter_counts(jitter)->received;

		report.heard_ssrc = jitter_source(jitter);
		report.lost = (int32_t)(expected - received);
		report.lost_share = lost_share(reports, expected, received);
		report.sequence = jitter_sequence(jitter);
		report.jitter = jitter_interarrival(jitter);
	}
	if (reports->heard_time) {
		report.report_time = reports->heard_time;
		report.report_age = (uint32_t)((now_us - reports->heard_us) *
		                               65536 / 1000000);
	}
	reports->sent_us = now_us;
	send(fd, data, rtcp_write(&report, bye, data),
	     MSG_DONTWAIT | MSG_NOSIGNAL);
}

json_t *rtp_reports_quality(const struct playout *playout)
{
	const struct jitter *jitter = playout_jitter(playout);
	const struct playout_counts *played = playout_counts(playout);
	const struct jitter_counts *counts;
	json_int_t lost, left_out, jitter_ms;

	if (!jitter)
		return NULL;
	counts = jitter_counts(jitter);
	lost = (json_int_t)jitter_expected(jitter) - counts->received;
	left_out = played->damaged + counts->dropped + counts->strange;
	jitter_ms = jitter_interarrival(jitter) * INT64_C(1000) /
	            jitter_clock(jitter);
	return json_pack("{ss sI sI sI sI sI sI sI}", "codec",
	                 playout_codec(playout), "received",
	                 (json_int_t)counts->received, "lost",
	                 lost > 0 ? lost : 0, "late", (json_int_t)counts->late,
	                 "duplicate", (json_int_t)counts->twice, "left_out",
	                 left_out, "concealed_ms",
	                 (json_int_t)played->concealed, "jitter_ms", jitter_ms);
}
