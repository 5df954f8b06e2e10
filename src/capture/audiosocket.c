/* audiosocket.c: calls over TCP, as Asterisk's AudioSocket() brings them */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/resample.h"

#include "src/capture/audioframe.h"
#include "src/capture/call.h"
#include "src/capture/known.h"
#include "src/capture/transport.h"

enum {
	GREETING = AUDIOFRAME_HEAD + 16,
	FIRST_AUDIO_MS = 40, /* Asterisk's comes within 20 */
	BLOCK = 8192,        /* bytes read at once: half a second */
	BLOCKS = 32,         /* of them, before others have their turn */
	FIRST_MAX = 1 << 20, /* bytes in FIRST_AUDIO_MS */
	UNSENT_MS = 200,     /* of ours that the far end has no room for */
	WRONG_MAX = 16,      /* frames in a row that make no sense */
	RATE_DEFAULT = 8000, /* AudioSocket() always has it */
};

struct transport {
	struct call *call;
	int fd;
	int rate_hz; /* of the call */
	struct audioframes in;
	struct sv_buf first; /* read before the loop runs */
	struct sv_buf out;   /* the end of a frame that did not fit at once */
	struct sv_resampler *resampler;
	int resampler_hz; /* from */
	int wrong;        /* in a row */
	bool complained;
	bool left, over;
};

/* --- in the server --- */

static int greeting(const uint8_t *data, size_t len)
{
	static const uint8_t head[] = { AUDIOFRAME_UUID, 0, 16 };
	size_t n = len < sizeof head ? len : sizeof head;

	if (memcmp(data, head, n) != 0)
		return sv_fail(EX_PROTOCOL,
		               "this is no AudioSocket: it does not begin "
		               "with a UUID");
	return len < GREETING ? GREETING_MORE : GREETING_CALL;
}

/* A close with something unread would be a reset, after which Asterisk's
 * dialplan does not go on: all that is there is read. */
static void refuse(int fd, const uint8_t *data, size_t len)
{
	static const uint8_t hangup[] = { AUDIOFRAME_HANGUP, 0, 0 };
	uint8_t unread[BLOCK];

	(void)data;
	(void)len;
	send(fd, hangup, sizeof hangup, MSG_DONTWAIT | MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	for (int i = 0; i < BLOCKS; i++)
		if (recv(fd, unread, sizeof unread, MSG_DONTWAIT) <= 0)
			break;
}

/* --- what goes --- */

static int ready(void *arg, short revents);

/* The end of a frame that did not fit: nothing may go between its parts. */
static bool flush_out(struct transport *transport)
{
	struct sv_buf *out = &transport->out;
	ssize_t n = 0;

	if (out->len)
		n = send(transport->fd, out->data, out->len,
		         MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0)
		sv_buf_drop(out, (size_t)n);
	sv_loop_watch(call_loop(transport->call), transport->fd,
	              out->len ? POLLIN | POLLOUT : POLLIN, ready, transport);
	return !out->len;
}

/* One write for header and payload: Asterisk waits 5 ms for the rest of a
 * frame. A failure is met by who reads. */
static int put(struct transport *transport, const uint8_t *data, size_t len)
{
	ssize_t n;

	if (transport->out.len && !flush_out(transport))
		return 0;
	n = send(transport->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n <= 0 || (size_t)n == len)
		return 0;
	sv_buf_add(&transport->out, data + n, len - (size_t)n);
	flush_out(transport);
	return 0;
}

static int audiosocket_send(struct transport *transport, const int16_t *samples,
                            size_t n)
{
	uint8_t frame[AUDIOFRAME_HEAD +
	              sizeof(int16_t) * SV_RATE_MAX / 1000 * SV_FRAME_MS];

	return put(transport, frame,
	           audioframe_put(frame, transport->rate_hz, samples, n));
}

/* The dialplan goes on when we close in good order, whatever the reason: how
 * the call ended it asks for itself. Asterisk closes when it sees the 00; until
 * then what it sends is read, for a close with something unread is a reset. */
static int audiosocket_leave(struct transport *transport,
                             const struct call_farewell *farewell)
{
	static const uint8_t hangup[] = { AUDIOFRAME_HANGUP, 0, 0 };

	(void)farewell;
	put(transport, hangup, sizeof hangup);
	transport->left = true;
	if (!transport->out.len)
		shutdown(transport->fd, SHUT_WR);
	return 0;
}

/* --- what comes --- */

/* once a call: a peer that is wrong once is wrong all the time */
static int complain(struct transport *transport)
{
	json_t *fields = json_pack("{ss si ss}", "reason", sv_why(), "code",
	                           EX_PROTOCOL, "source", "audiosocket");

	if (transport->complained) {
		json_decref(fields);
		return 0;
	}
	transport->complained = true;
	return call_heard_event(transport->call, "error", fields);
}

static int over(struct transport *transport, const char *reason)
{
	transport->over = true;
	sv_loop_unwatch(call_loop(transport->call), transport->fd);
	return call_heard_end(transport->call, reason);
}

/* samples at another rate than the call's, which they are brought to */
static int convert(struct transport *transport, int rate_hz,
                   const int16_t **samples, size_t *n)
{
	int rc = 0;

	if (rate_hz == transport->rate_hz)
		return 0;
	if (rate_hz != transport->resampler_hz) {
		sv_resample_free(transport->resampler);
		transport->resampler = NULL;
		transport->resampler_hz = rate_hz;
		rc = sv_resample_new(&transport->resampler, rate_hz,
		                     transport->rate_hz, SV_QUICK);
	}
	return rc ? rc
	          : sv_resample(transport->resampler, *samples, *n, samples, n);
}

/* An odd byte at the end is dropped, as Asterisk does. */
static int take_audio(struct transport *transport,
                      const struct audioframe *frame)
{
	int16_t aligned[BLOCK / sizeof(int16_t)];
	const uint8_t *data = frame->payload;
	size_t left = frame->len / sizeof *aligned;
	int rc = 0;

	while (!rc && left) {
		const int16_t *samples = aligned;
		size_t n = left < sizeof aligned / sizeof *aligned
		                   ? left
		                   : sizeof aligned / sizeof *aligned;

		memcpy(aligned, data, n * sizeof *aligned);
		data += n * sizeof *aligned;
		left -= n;
		rc = convert(transport, audioframe_rate_hz(frame->kind),
		             &samples, &n);
		if (!rc && n)
			rc = call_heard(transport->call, samples, n);
	}
	return rc;
}

static int take_unknown(struct transport *transport,
                        const struct audioframe *frame)
{
	sv_fail(EX_PROTOCOL, "a frame of kind %02x, which AudioSocket has not",
	        frame->kind);
	if (++transport->wrong < WRONG_MAX)
		return complain(transport);
	return over(transport, "error");
}

static int take_key(struct transport *transport, const struct audioframe *frame)
{
	char digit = frame->len == 1 ? (char)frame->payload[0] : '\0';

	if (digit && strchr("0123456789*#ABCD", digit))
		return call_heard_dtmf(transport->call, digit, 0);
	sv_fail(EX_PROTOCOL, "a key that no telephone has");
	return complain(transport);
}

static int take(void *arg, const struct audioframe *frame)
{
	struct transport *transport = arg;

	if (transport->left || transport->over) /* nobody listens any more */
		return 0;
	if (audioframe_rate_hz(frame->kind)) {
		transport->wrong = 0;
		return take_audio(transport, frame);
	}
	switch (frame->kind) {
	case AUDIOFRAME_HANGUP:
		return over(transport, "hangup");
	case AUDIOFRAME_ERROR:
		return over(transport, "error");
	case AUDIOFRAME_DTMF:
		return take_key(transport, frame);
	case AUDIOFRAME_UUID:
	case AUDIOFRAME_SILENCE:
		return 0;
	default:
		return take_unknown(transport, frame);
	}
}

static int ready(void *arg, short revents)
{
	struct transport *transport = arg;
	uint8_t block[BLOCK];
	ssize_t n = BLOCK;
	int rc = 0;

	if (revents & POLLOUT)
		flush_out(transport);
	for (int i = 0; !rc && i < BLOCKS && n == BLOCK; i++) {
		if (transport->over)
			return 0;
		n = recv(transport->fd, block, sizeof block, MSG_DONTWAIT);
		if (n > 0)
			rc = audioframes_feed(&transport->in, block, (size_t)n);
	}
	if (rc || n > 0 || transport->over)
		return rc;
	if (!n)
		return over(transport, "hangup");
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	/* Asterisk's way to hang up when it had not read all of ours */
	return over(transport, "reset");
}

/* --- the beginning --- */

static char *known_string(const json_t *known, const char *name)
{
	const char *text = json_string_value(json_object_get(known, name));

	return sv_strdup(text ? text : "");
}

/* AudioSocket tells nothing but the UUID: who calls whom is in the run
 * folder, when the dialplan has told us before. */
static void look_up(const struct call_config *config, struct call_facts *facts)
{
	json_t *known = config->run ? known_get(config->run, facts->id) : NULL;
	char *direction = known_string(known, "direction");

	facts->caller = known_string(known, "caller");
	facts->callee = known_string(known, "callee");
	facts->outbound = !strcmp(direction, "out");
	free(direction);
	json_decref(known);
}

/* The line is open before we know the call's rate: frames of any rate may
 * follow each other. */
static void first_silence(struct transport *transport)
{
	static const int16_t silence[RATE_DEFAULT / 1000 * SV_FRAME_MS];
	uint8_t frame[AUDIOFRAME_HEAD + sizeof silence];

	put(transport, frame,
	    audioframe_put(frame, RATE_DEFAULT, silence,
	                   sizeof silence / sizeof *silence));
}

/* Waits for the first audio, which tells the rate of the call. */
static void find_rate(struct transport *transport, struct sv_buf *first)
{
	int64_t until = sv_now_ms() + FIRST_AUDIO_MS, left = FIRST_AUDIO_MS;
	struct pollfd in = { .fd = transport->fd, .events = POLLIN };
	uint8_t block[BLOCK];
	ssize_t n = 1;
	int hz;

	while (!(hz = audioframes_rate_hz(first)) && n > 0 && left > 0 &&
	       poll(&in, 1, (int)left) > 0) {
		n = recv(transport->fd, block, sizeof block, MSG_DONTWAIT);
		if (n > 0)
			sv_buf_add(first, block, (size_t)n);
		left = until - sv_now_ms();
	}
	transport->rate_hz = sv_rate_valid(hz) ? hz : RATE_DEFAULT;
}

/* What the far end has no room for is lost, not queued: it would be heard
 * later and later. */
static void tune(const struct transport *transport)
{
	int on = 1;
	int bytes = (int)(sv_samples(UNSENT_MS, transport->rate_hz) *
	                  (int64_t)sizeof(int16_t));

	setsockopt(transport->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(transport->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes,
	           sizeof bytes);
}

/* what was read already, which will not make poll(2) return */
static int first_ready(void *arg, short revents)
{
	struct transport *transport = arg;
	struct sv_buf first = transport->first;
	int rc;

	transport->first = (struct sv_buf){ 0 };
	sv_loop_watch(call_loop(transport->call), transport->fd, POLLIN, ready,
	              transport);
	rc = audioframes_feed(&transport->in, sv_buf_str(&first), first.len);
	sv_buf_release(&first);
	return rc || transport->over ? rc : ready(transport, revents);
}

static int audiosocket_open(struct transport **made, struct call *call,
                            const struct arrival *arrival,
                            struct call_facts *facts)
{
	struct transport *transport;
	const uint8_t *data = arrival->greeting;

	if (arrival->len < GREETING) {
		close(arrival->fd);
		return sv_fail(EX_SOFTWARE, "AudioSocket without its UUID");
	}
	transport = sv_alloc(sizeof *transport);
	transport->call = call;
	transport->fd = arrival->fd;
	audioframes_init(&transport->in, take, transport);
	sv_buf_init(&transport->first, GREETING_MAX + FIRST_MAX);
	sv_buf_init(&transport->out, AUDIOFRAME_MAX);
	known_call_id(data + AUDIOFRAME_HEAD, facts->id);
	sv_buf_add(&transport->first, data + GREETING, arrival->len - GREETING);
	look_up(call_config(call), facts);
	facts->begun = !audioframes_rate_hz(&transport->first);
	if (facts->begun)
		first_silence(transport);
	find_rate(transport, &transport->first);
	tune(transport);
	facts->rate_hz = transport->rate_hz;
	/* writable at once: what was read already has its turn then */
	sv_loop_watch(call_loop(call), transport->fd, POLLIN | POLLOUT,
	              first_ready, transport);
	*made = transport;
	return 0;
}

static void audiosocket_close(struct transport *transport)
{
	if (!transport)
		return;
	if (!transport->over)
		sv_loop_unwatch(call_loop(transport->call), transport->fd);
	close(transport->fd);
	audioframes_release(&transport->in);
	sv_buf_release(&transport->first);
	sv_buf_release(&transport->out);
	sv_resample_free(transport->resampler);
	free(transport);
}

const struct capture_transport audiosocket_transport = {
	.scheme = "audiosocket",
	.about = "Asterisk's AudioSocket() over TCP",
	.socket_type = SOCK_STREAM,
	.default_port = 9092,
	.greeting = greeting,
	.refuse = refuse,
	.open = audiosocket_open,
	.close = audiosocket_close,
	.send = audiosocket_send,
	.leave = audiosocket_leave,
};
