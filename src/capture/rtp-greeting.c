/* rtp-greeting.c: what the server has to know of RTP */
#include "src/capture/rtp-greeting.h"

#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fail.h"

#include "src/capture/rtcp.h"
#include "src/capture/rtp-socket.h"
#include "src/capture/rtp.h"
#include "src/capture/transport.h"

/* What is none of ours (a scanner's packet, RTCP, STUN, video) begins no
 * call. Types above 95 can be anything: the URL says what. */
int rtp_greeting(const uint8_t *data, size_t len)
{
	struct rtp_packet packet;

	if (!rtp_parse(data, len, &packet) || !packet.len)
		return sv_fail(EX_PROTOCOL, "this is no RTP");
	if (packet.type > 19 && packet.type < 96)
		return sv_fail(EX_PROTOCOL,
		               "RTP of type %d, which is no speech of ours",
		               packet.type);
	return GREETING_CALL;
}

uint32_t rtp_stream(const uint8_t *data, size_t len)
{
	struct rtp_packet packet;

	return rtp_parse(data, len, &packet) ? packet.ssrc : 0;
}

/* All that RTP has for it is a goodbye. */
void rtp_refuse(int fd, const uint8_t *data, size_t len)
{
	struct rtcp_report report = { .wall_us = sv_wall_ms() * 1000 };
	struct rtp_packet packet;
	uint8_t bye[RTCP_MAX];
	int to;

	if (rtp_parse(data, len, &packet))
		report.heard_ssrc = packet.ssrc;
	to = rtp_socket_next(fd);
	if (to < 0)
		return;
	send(to, bye, rtcp_write(&report, true, bye),
	     MSG_DONTWAIT | MSG_NOSIGNAL);
	close(to);
}
