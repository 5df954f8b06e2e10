/*
 * asterisk-ws.c: Asterisk's channel driver chan_websocket, which calls us
 *
 * It buffers what we send and plays it at its own pace, so that a barge-in is
 * a command to forget it. All but the sound is text messages, exchange.h. What
 * was found out is of Asterisk 22.10's channels/chan_websocket.c.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"

#include "src/capture/call.h"
#include "src/capture/exchange.h"
#include "src/capture/exchange_identity.h"
#include "src/capture/exchange_sound.h"
#include "src/capture/transport.h"
#include "src/capture/upgrade.h"
#include "src/capture/url.h"
#include "src/capture/websocket.h"

enum {
	START_MS = 3000,  /* for MEDIA_START, which comes at once */
	DRAIN_MS = 1000,  /* for what Asterisk has buffered to be heard */
	PENDING_MS = 200, /* of sound that Asterisk has not taken */
	BLOCK = 960,      /* samples decoded at a time */
	FRAME_MAX = SV_RATE_MAX / 1000 * SV_FRAME_MS * 2, /* bytes */
	ANSWER_MAX = 1024, /* bytes of an HTTP answer */
};

struct transport {
	struct call *call;
	struct websocket *socket;
	struct websocket_user user;
	const struct exchange_sound *sound;
	json_t *start; /* MEDIA_START, until open() is done with it */
	bool json;     /* the form of messages */
	bool buffering; /* our frames are not Asterisk's: it puts them together */
	bool buffers;   /* at all; not with the dial string's p */
	bool full;      /* MEDIA_XOFF: it has enough for now */
	bool leaving, complained;
	struct sv_timer drain;
};

static void command(struct transport *transport, const char *name)
{
	char *text = exchange_command(name, transport->json);

	websocket_text(transport->socket, text);
	free(text);
}

/* --- what Asterisk says --- */

/* once a call: who is wrong once is wrong all the time */
static int complain(struct transport *transport, const char *why)
{
	json_t *fields =
		json_pack("{ss* si ss}", "reason", why, "code", EX_PROTOCOL,
	                  "source", asterisk_ws_transport.scheme);

	if (transport->complained) {
		json_decref(fields);
		return 0;
	}
	transport->complained = true;
	return call_heard_event(transport->call, "error", fields);
}

static int heard_digit(struct transport *transport, const json_t *message)
{
	const char *digit = exchange_get(message, "digit");

	if (strlen(digit) != 1 || !strchr("0123456789*#ABCD", *digit))
		return complain(transport, "a key that no telephone has");
	return call_heard_dtmf(transport->call, *digit, 0);
}

static int hang_up(void *arg)
{
	struct transport *transport = arg;

	sv_loop_disarm(call_loop(transport->call), &transport->drain);
	command(transport, "HANGUP");
	return 0;
}

static int heard_event(struct transport *transport, const json_t *message)
{
	const char *event = exchange_event(message);

	if (!strcmp(event, "DTMF_END"))
		return heard_digit(transport, message);
	if (!strcmp(event, "QUEUE_DRAINED") && transport->drain.armed)
		return hang_up(transport);
	if (!strcmp(event, "MEDIA_XOFF"))
		transport->full = true;
	else if (!strcmp(event, "MEDIA_XON"))
		transport->full = false;
	else if (!strcmp(event, "ERROR") && transport->drain.armed)
		return hang_up(transport); /* with p it cannot tell when */
	else if (!strcmp(event, "ERROR"))
		return complain(transport, exchange_get(message, "error_text"));
	return 0; /* STATUS and what is to come: of no use to us */
}

static int heard_text(void *arg, const char *text, size_t len)
{
	struct transport *transport = arg;
	bool json = false;
	json_t *message = exchange_parse(text, len, &json);
	int rc;

	if (!transport->sound) { /* the first message must be MEDIA_START */
		transport->json = json;
		transport->start = message;
		return 0;
	}
	rc = message ? heard_event(transport, message)
	             : complain(transport, sv_why());
	json_decref(message);
	return rc;
}

/* Half a sample at a message's end, which Asterisk never sends, is dropped. */
static int heard_sound(void *arg, const uint8_t *data, size_t len)
{
	struct transport *transport = arg;
	const struct exchange_sound *sound = transport->sound;
	int16_t samples[BLOCK];
	size_t left = sound ? len / sound->bytes : 0;
	int rc = 0;

	while (!rc && left) {
		size_t n = left < BLOCK ? left : BLOCK;

		sound->decode(data, n, samples);
		rc = call_heard(transport->call, samples, n);
		data += n * sound->bytes;
		left -= n;
	}
	return rc;
}

static int heard_end(void *arg, const char *reason)
{
	struct transport *transport = arg;

	sv_loop_disarm(call_loop(transport->call), &transport->drain);
	if (!strcmp(reason, "error"))
		complain(transport, sv_why());
	return call_heard_end(transport->call, reason);
}

/* --- how it begins --- */

static int ws_greeting(const uint8_t *data, size_t len)
{
	struct upgrade upgrade;

	return upgrade_parse(data, len, &upgrade);
}

static void answer(int fd, const char *status)
{
	char *text = sv_format("HTTP/1.1 %s\r\nContent-Length: 0\r\n"
	                       "Connection: close\r\n\r\n",
	                       status);

	if (send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		sv_debug("asterisk-ws: a client left before our answer");
	free(text);
}

/* Dial() fails then, and the dialplan goes on. */
static void ws_refuse(int fd, const uint8_t *greeting, size_t len)
{
	(void)greeting;
	(void)len;
	answer(fd, "503 Service Unavailable");
}

static int check_start(struct transport *transport)
{
	const char *name = exchange_get(transport->start, "format");
	const struct exchange_sound *sound = exchange_sound_find(name);
	int bytes = exchange_number(transport->start, "optimal_frame_size");

	if (strcmp(exchange_event(transport->start), "MEDIA_START") != 0)
		return sv_fail(EX_PROTOCOL,
		               "the client is no chan_websocket: it did not "
		               "begin with MEDIA_START");
	if (!sound)
		return sv_fail(EX_PROTOCOL,
		               "Asterisk offers '%s'; have Dial() say "
		               "c(slin16), or slin, slin24, slin48, ulaw, alaw",
		               name);
	transport->sound = sound;
	transport->buffers = bytes > 0;
	transport->buffering =
		bytes > 0 && bytes != sv_samples(SV_FRAME_MS, sound->rate_hz) *
					      (int64_t)sound->bytes;
	return 0;
}

/* Does both sides of the beginning: the WebSocket's and chan_websocket's. */
static int greet(struct transport *transport, const struct upgrade *upgrade)
{
	struct sv_buf out;
	int rc;

	sv_buf_init(&out, ANSWER_MAX);
	rc = upgrade_accept(upgrade, "media", &out);
	if (!rc)
		rc = websocket_raw(transport->socket, out.data, out.len);
	sv_buf_release(&out);
	if (!rc)
		rc = websocket_first(transport->socket, START_MS);
	if (!rc && transport->start)
		rc = check_start(transport);
	else if (!rc)
		rc = sv_fail(EX_PROTOCOL, "the client is no "
		                          "chan_websocket: it began with "
		                          "no text we know");
	if (rc) /* the caller is still there, and the dialplan goes on */
		websocket_close(transport->socket, WEBSOCKET_UNSUPPORTED);
	return rc;
}

/* Any path will do for an URL without one. */
static bool is_path(const struct upgrade *upgrade, const char *path)
{
	return !*path || (upgrade->path.len == strlen(path) &&
	                  !memcmp(upgrade->path.at, path, upgrade->path.len));
}

static void ws_close(struct transport *transport)
{
	if (!transport)
		return;
	sv_loop_disarm(call_loop(transport->call), &transport->drain);
	websocket_free(transport->socket);
	json_decref(transport->start);
	free(transport);
}

/* With the dial string's n Asterisk waits for ANSWER; without it has answered
 * already and takes no harm. */
static void begin(struct transport *transport)
{
	command(transport, "ANSWER");
	if (transport->buffering)
		command(transport, "START_MEDIA_BUFFERING");
	websocket_start(transport->socket, call_loop(transport->call));
}

static int ws_open(struct transport **made, struct call *call,
                   const struct arrival *arrival, struct call_facts *facts)
{
	struct transport *transport;
	struct upgrade upgrade;
	int rc;

	if (upgrade_parse(arrival->greeting, arrival->len, &upgrade) !=
	            GREETING_CALL ||
	    !is_path(&upgrade, arrival->url->path)) {
		answer(arrival->fd, "404 Not Found");
		close(arrival->fd);
		return sv_fail(EX_PROTOCOL, "a client asked for '%.*s'",
		               (int)upgrade.path.len, upgrade.path.at);
	}
	transport = sv_alloc(sizeof *transport);
	transport->call = call;
	transport->user = (struct websocket_user){ .text = heard_text,
		                                   .binary = heard_sound,
		                                   .end = heard_end,
		                                   .arg = transport };
	rc = websocket_new(&transport->socket, arrival->fd, &transport->user,
	                   arrival->greeting + upgrade.len,
	                   arrival->len - upgrade.len);
	if (!rc)
		rc = greet(transport, &upgrade);
	if (rc) {
		ws_close(transport);
		return rc;
	}
	exchange_identify(transport->start, &upgrade, call_config(call)->run,
	                  facts);
	facts->rate_hz = transport->sound->rate_hz;
	sv_debug("asterisk-ws: %s", exchange_get(transport->start, "channel"));
	begin(transport);
	*made = transport;
	return 0;
}

/* --- what we say --- */

static bool is_silence(const int16_t *samples, size_t n)
{
	while (n && !*samples) {
		samples++;
		n--;
	}
	return !n;
}

/* Silence is Asterisk's own when it has nothing of ours. So what it has in
 * store, each time that we were late and it did not wait, goes down again in
 * the next pause. */
static int ws_send(struct transport *transport, const int16_t *samples,
                   size_t n)
{
	const struct exchange_sound *sound = transport->sound;
	uint8_t data[FRAME_MAX];
	size_t most = (size_t)sv_samples(PENDING_MS, sound->rate_hz);

	if (transport->full || transport->leaving || is_silence(samples, n) ||
	    websocket_pending(transport->socket) > most * sound->bytes)
		return 0;
	sound->encode(samples, n, data);
	websocket_binary(transport->socket, data, n * sound->bytes);
	return 0;
}

static int ws_flush(struct transport *transport)
{
	if (!transport->buffers || transport->leaving)
		return 0;
	command(transport, "FLUSH_MEDIA");
	if (transport->buffering) /* it has forgotten this, too */
		command(transport, "START_MEDIA_BUFFERING");
	return 0;
}

/* Our channel hangs up, whatever becomes of the caller: that is what the
 * dialplan behind Dial() asks. What was said is to be heard to its end. */
static int ws_leave(struct transport *transport,
                    const struct call_farewell *farewell)
{
	if (transport->leaving || farewell->ending == CALL_GONE)
		return 0;
	transport->leaving = true;
	transport->drain.fire = hang_up;
	transport->drain.arg = transport;
	if (!transport->buffers)
		return hang_up(transport);
	if (transport->buffering)
		command(transport, "STOP_MEDIA_BUFFERING");
	command(transport, "REPORT_QUEUE_DRAINED");
	sv_loop_arm(call_loop(transport->call), &transport->drain,
	            sv_now_ms() + DRAIN_MS);
	return 0;
}

const struct capture_transport asterisk_ws_transport = {
	.scheme = "asterisk-ws",
	.about = "Asterisk's chan_websocket, which calls us",
	.socket_type = SOCK_STREAM,
	.default_port = 9093,
	.greeting = ws_greeting,
	.refuse = ws_refuse,
	.open = ws_open,
	.close = ws_close,
	.send = ws_send,
	.flush = ws_flush,
	.leave = ws_leave,
};
