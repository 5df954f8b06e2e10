/* rtp-call.c: calls over RTP, as Asterisk's UnicastRTP and ARI's external
 * media bring them */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/pcm.h"

#include "src/capture/call.h"
#include "src/capture/playout.h"
#include "src/capture/rtcp.h"
#include "src/capture/rtp-codec.h"
#include "src/capture/rtp-first.h"
#include "src/capture/rtp-greeting.h"
#include "src/capture/rtp-keys.h"
#include "src/capture/rtp-out.h"
#include "src/capture/rtp-report.h"
#include "src/capture/rtp-socket.h"
#include "src/capture/rtp.h"
#include "src/capture/transport.h"

enum {
	BATCHES = 8,         /* of datagrams, before others have their turn */
	REPORT_US = 5000000, /* between reports: RFC 3550 6.2 */
	REFUSED = 5,         /* our packets in a row that nobody takes, */
	REFUSED_US = 200000, /* and none comes either: it has hung up */
	LEFT_MS = 200,       /* without a packet after we left: so has it */
	RATE_DEFAULT = 8000, /* of a call that does not begin with sound */
};

struct transport {
	struct call *call;
	int fd;      /* connected to the far end, RTP and maybe RTCP */
	int rtcp_fd; /* RTCP's own, a port further; or -1 */
	struct rtp_reports reports;
	struct rtp_first first;
	struct playout *playout;
	struct rtp_out *out;
	struct rtp_keys keys;
	int keys_type;                 /* in which they came */
	const struct rtp_codec *heard; /* what it talks in; NULL: nothing yet */
	uint32_t ssrc;                 /* its */
	bool has_ssrc;

	int64_t heard_us; /* its last packet */
	int refused;

	uint8_t *greeting; /* the first packet, until its turn; or NULL */
	size_t greeting_len;
	int64_t greeting_us; /* when it came */
	struct sv_timer
		timer; /* the caller's next frame; the end after we left */
	bool begun, complained, left, over;
};

/* --- what goes --- */

/* A packet that cannot go is lost. That nobody takes it at the other end (the
 * network says so on the next call) is how most exchanges hang up. */
static void put(void *arg, const uint8_t *data, size_t len)
{
	struct transport *transport = arg;

	if (send(transport->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
	    errno == ECONNREFUSED)
		transport->refused++;
}

static void report(struct transport *transport, int fd, bool bye)
{
	rtp_reports_send(&transport->reports, fd,
	                 rtp_out_counts(transport->out),
	                 playout_jitter(transport->playout), bye);
}

/* --- the end --- */

/* how well the far end was heard, for who looks after the network */
static void tell_quality(struct transport *transport)
{
	json_t *fields = rtp_reports_quality(transport->playout);

	if (fields)
		call_heard_event(transport->call, "call.media", fields);
}

static void say_goodbye(struct transport *transport)
{
	int fd = transport->reports.to;

	if (fd < 0)
		fd = transport->rtcp_fd;
	if (fd >= 0)
		report(transport, fd, true);
}

static int over(struct transport *transport, const char *reason)
{
	struct sv_loop *loop = call_loop(transport->call);

	if (transport->over)
		return 0;
	if (!transport->left)
		tell_quality(transport);
	transport->over = true;
	if (transport->rtcp_fd >= 0)
		sv_loop_unwatch(loop, transport->rtcp_fd);
	sv_loop_disarm(loop, &transport->timer);
	return call_heard_end(transport->call, reason);
}

/* Whether the far end is still there, as far as can be told. */
static int look_after(struct transport *transport, int64_t now_us)
{
	int64_t quiet_us = now_us - transport->heard_us;
	int silence_ms = call_config(transport->call)->silence_ms;

	if (transport->refused >= REFUSED && quiet_us > REFUSED_US)
		return over(transport, "hangup");
	if (silence_ms && quiet_us > silence_ms * INT64_C(1000)) {
		say_goodbye(transport); /* should it hear us */
		return over(transport, "timeout");
	}
	return rtp_keys_wait(&transport->keys, now_us);
}

/* --- what comes --- */

static int heard_key(void *arg, char key, int duration_ms)
{
	struct transport *transport = arg;

	return call_heard_dtmf(transport->call, key, duration_ms);
}

/* once a call: a peer that is wrong once is wrong all the time */
static int complain(struct transport *transport)
{
	if (transport->complained)
		return 0;
	transport->complained = true;
	return call_heard_event(transport->call, "error",
	                        json_pack("{ss si ss}", "reason", sv_why(),
	                                  "code", EX_PROTOCOL, "source",
	                                  "rtp"));
}

/* Sound: we answer in the codec in which we are spoken to, or in that which the
 * URL has for it. */
static int take_sound(struct transport *transport,
                      const struct rtp_codec *codec,
                      const struct rtp_packet *packet, int64_t now_us)
{
	int rc = playout_put(transport->playout, codec, packet, now_us);

	if (!rc && codec != transport->heard && !transport->first.answer)
		rc = rtp_out_codec(transport->out, codec, packet->type);
	if (rc)
		return complain(transport);
	transport->heard = codec;
	return 0;
}

static int take_rtp(struct transport *transport,
                    const struct rtp_packet *packet, int64_t now_us)
{
	const struct rtp_codec *codec =
		transport->first.map.types[packet->type];
	int clock_hz =
		transport->heard ? transport->heard->clock_hz : RATE_DEFAULT;

	transport->heard_us = now_us;
	transport->refused = 0;
	transport->ssrc = packet->ssrc;
	transport->has_ssrc = true;
	if (transport->left)
		return 0;
	if (!codec) {
		sv_fail(EX_PROTOCOL,
		        "payload type %d is none that we know; name it in the "
		        "URL, as in ?opus=%d",
		        packet->type, packet->type);
		return complain(transport);
	}
	if (codec->kind == RTP_SOUND)
		return take_sound(transport, codec, packet, now_us);
	playout_quiet(transport->playout, packet);
	if (codec->kind != RTP_KEY)
		return 0;
	transport->keys_type = packet->type;
	return rtp_keys_put(&transport->keys, packet, clock_hz, now_us);
}

static int take_rtcp(struct transport *transport,
                     const struct rtcp_heard *heard, int fd, int64_t now_us)
{
	transport->heard_us = now_us;
	rtp_reports_heard(&transport->reports, heard, fd, now_us);
	/* who changes its source says goodbye as the old one */
	if (heard->bye &&
	    (!transport->has_ssrc || heard->ssrc == transport->ssrc))
		return over(transport, "hangup");
	return 0;
}

static int take(struct transport *transport, int fd, const uint8_t *data,
                size_t len, int64_t came_us)
{
	struct rtp_packet packet;
	struct rtcp_heard heard;

	if (len > RTP_DATAGRAM_MAX)
		return 0;
	if (rtp_parse(data, len, &packet))
		return fd == transport->fd
		               ? take_rtp(transport, &packet, came_us)
		               : 0;
	if (rtcp_parse(data, len, &heard))
		return take_rtcp(transport, &heard, fd, came_us);
	return 0;
}

/* What has come to a socket; *more when there may be some yet. */
static int take_batch(struct transport *transport, int fd, bool *more)
{
	struct rtp_batch batch;
	int n = rtp_socket_read(fd, &batch), rc = 0;
	int64_t now_us = sv_now_us();

	*more = n == RTP_BATCH || (n < 0 && errno == ECONNREFUSED);
	if (n < 0 && errno == ECONNREFUSED && fd == transport->fd)
		transport->refused++;
	for (int i = 0; !rc && i < n && !transport->over; i++)
		rc = take(transport, fd, batch.items[i].data,
		          batch.items[i].len, now_us - batch.items[i].age_us);
	return rc;
}

static int take_all(struct transport *transport, int fd)
{
	bool more = true;
	int rc = 0;

	for (int i = 0; !rc && more && i < BATCHES && !transport->over; i++)
		rc = take_batch(transport, fd, &more);
	return rc;
}

static int rtcp_ready(void *arg, short revents)
{
	struct transport *transport = arg;

	(void)revents;
	return take_all(transport, transport->rtcp_fd);
}

/* The packet that the call began with has its turn when the call is up. */
static int take_first(struct transport *transport)
{
	uint8_t *data = transport->greeting;
	struct rtp_packet packet;
	int rc = 0;

	transport->greeting = NULL;
	if (rtp_parse(data, transport->greeting_len, &packet))
		rc = take_rtp(transport, &packet, transport->greeting_us);
	free(data);
	return rc;
}

/* What is due of the caller's sound, by the clock: whoever is spoken to (the
 * pipeline, the echo guard) has it as evenly as it was said. */
static int play(void *arg)
{
	struct transport *transport = arg;
	int16_t samples[SV_RATE_MAX / 1000 * SV_FRAME_MS];
	size_t n = 1;
	int rc = 0;

	if (transport->greeting && transport->begun)
		rc = take_first(transport);
	if (!rc)
		rc = take_all(transport, transport->fd);
	while (!rc && n && !transport->over) {
		n = playout_next(transport->playout, sv_now_us(), samples);
		if (n)
			rc = call_heard(transport->call, samples, n);
	}
	if (!rc && !transport->over)
		sv_loop_arm(call_loop(transport->call), &transport->timer,
		            (playout_due_us(transport->playout) + 999) / 1000);
	return rc;
}

/* --- for the call --- */

static int rtp_send(struct transport *transport, const int16_t *samples,
                    size_t n)
{
	int64_t now_us = sv_now_us();
	int rc = 0;

	if (transport->over)
		return 0;
	if (!transport->begun)
		rc = play(transport);
	transport->begun = true;
	if (rc)
		return rc;
	rc = rtp_out_frame(transport->out, samples, n, now_us);
	if (!rc && rtp_reports_due(&transport->reports, now_us))
		report(transport, transport->reports.to, false);
	return rc ? rc : look_after(transport, now_us);
}

/* As events where the far end has shown that it knows them, or the URL has said
 * so; Asterisk's UnicastRTP does not. */
static int rtp_dtmf(struct transport *transport, const char *digits)
{
	int type = rtp_map_type(&transport->first.map, "dtmf");

	if (transport->keys.any)
		type = transport->keys_type;
	else if (!transport->first.events || type < 0)
		return DTMF_AS_TONES;
	return rtp_out_keys(transport->out, digits, type);
}

static bool rtp_pressing(const struct transport *transport)
{
	return rtp_out_pressing(transport->out);
}

static int on_left(void *arg)
{
	struct transport *transport = arg;
	int64_t now_us = sv_now_us();
	int rc = take_all(transport, transport->fd);

	if (rc || transport->over)
		return rc;
	if (now_us - transport->heard_us > LEFT_MS * INT64_C(1000))
		return over(transport, "hangup");
	sv_loop_arm(call_loop(transport->call), &transport->timer,
	            sv_now_ms() + LEFT_MS / 4);
	return 0;
}

/* RTP knows nothing of queues and extensions: who placed the call reads in the
 * events, or in the known call, where the caller is to go. What the far end
 * still sends is taken, or it would begin a call. */
static int rtp_leave(struct transport *transport,
                     const struct call_farewell *farewell)
{
	(void)farewell;
	if (transport->over)
		return 0;
	tell_quality(transport);
	say_goodbye(transport);
	transport->left = true;
	transport->timer.fire = on_left;
	return on_left(transport);
}

/* --- the beginning --- */

static int begin(struct transport *transport, const struct arrival *arrival,
                 struct call_facts *facts)
{
	struct rtp_packet packet;
	int rc;

	if (!rtp_parse(arrival->greeting, arrival->len, &packet))
		return sv_fail(EX_SOFTWARE, "RTP without a packet");
	rc = rtp_first_look(&transport->first, arrival, &packet,
	                    call_config(transport->call), facts);
	if (rc)
		return rc;
	transport->playout = playout_new(facts->rate_hz);
	transport->out = rtp_out_new(facts->rate_hz, put, transport);
	transport->greeting = sv_alloc(arrival->len);
	transport->greeting_len = arrival->len;
	transport->greeting_us = sv_now_us();
	memcpy(transport->greeting, arrival->greeting, arrival->len);
	return rtp_out_codec(transport->out, transport->first.codec,
	                     transport->first.type);
}

static void rtp_close(struct transport *transport)
{
	struct sv_loop *loop;

	if (!transport)
		return;
	loop = call_loop(transport->call);
	sv_loop_disarm(loop, &transport->timer);
	close(transport->fd);
	if (transport->rtcp_fd >= 0) {
		sv_loop_unwatch(loop, transport->rtcp_fd);
		close(transport->rtcp_fd);
	}
	playout_free(transport->playout);
	rtp_out_free(transport->out);
	free(transport->greeting);
	free(transport);
}

static int rtp_open(struct transport **made, struct call *call,
                    const struct arrival *arrival, struct call_facts *facts)
{
	struct transport *transport = sv_alloc(sizeof *transport);
	int rc;

	transport->call = call;
	transport->fd = arrival->fd;
	rtp_socket_stamp(arrival->fd);
	transport->rtcp_fd = rtp_socket_next(arrival->fd);
	transport->reports.to = -1;
	transport->heard_us = sv_now_us();
	transport->keys.heard = heard_key;
	transport->keys.arg = transport;
	transport->timer.fire = play;
	transport->timer.arg = transport;
	rc = begin(transport, arrival, facts);
	if (rc) {
		rtp_close(transport);
		return rc;
	}
	if (transport->rtcp_fd >= 0)
		sv_loop_watch(call_loop(call), transport->rtcp_fd, POLLIN,
		              rtcp_ready, transport);
	*made = transport;
	return 0;
}

const struct capture_transport rtp_transport = {
	.scheme = "rtp",
	.about = "RTP: G.711, G.722, Opus, linear; Asterisk's UnicastRTP",
	.socket_type = SOCK_DGRAM,
	.default_port = 4000,
	.settings = rtp_first_settings,
	.check = rtp_first_check,
	.greeting = rtp_greeting,
	.stream = rtp_stream,
	.refuse = rtp_refuse,
	.open = rtp_open,
	.close = rtp_close,
	.send = rtp_send,
	.dtmf = rtp_dtmf,
	.pressing = rtp_pressing,
	.leave = rtp_leave,
};
