/* ws: the client's side of a WebSocket */
#include "lib/ws.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <wslay/wslay.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/dial.h"
#include "lib/fail.h"
#include "lib/ws_upgrade.h"

enum {
	MOST = 16 << 20,
	SILENCE_MS = 20000,
	GOODBYE_MS = 2000,     /* for the other end's, when we have said it */
	ANSWER_MAX = 32 << 10, /* to the request */
	REQUEST_MAX = 16 << 10,
	OUT_FULL = 256 << 10, /* framed; more stays whole until there is room */
	OUT_MAX = OUT_FULL + (64 << 10),
	READS = 64, /* of 4096 bytes, until others have their turn */
	SERVICE_RESTART = 1012,
	TRY_AGAIN_LATER = 1013,
	BAD_GATEWAY = 1014,
	GOODBYE_MAX = 125,
};

enum state { CONNECTING, ASKING, OPEN, OVER };

struct sv_ws {
	struct sv_loop *loop;
	struct sv_ws_setup setup;
	struct sv_dial *dial;
	wslay_event_context_ptr wslay;
	enum state state;
	char key[SV_WS_KEY_LEN + 1];
	bool protocol;         /* one was asked for */
	struct sv_buf request; /* wiped once it went out */
	struct sv_buf answer;  /* and what came behind it */
	struct sv_buf out;     /* frames */
	struct sv_buf message; /* as far as it has come */
	struct sv_buf goodbye; /* the other end's: a code and a reason */
	int opcode;            /* of the frame that comes */
	bool refused;          /* nothing more is heard */
	int reads;             /* left in this turn */
	bool eof, leaving;     /* lost; we have said goodbye */
	bool pinged;
	int64_t heard_ms;
	struct sv_timer timer;  /* of the state */
	struct sv_timer settle; /* tells the end from the loop */
	int code;
	char *why;
	bool busy, freed;
};

static void end(struct sv_ws *ws, int code)
{
	if (ws->state == OVER)
		return;
	ws->state = OVER;
	ws->code = code;
	if (!ws->why)
		ws->why = sv_strdup(sv_why());
	sv_loop_disarm(ws->loop, &ws->timer);
	sv_loop_arm(ws->loop, &ws->settle, sv_now_ms());
}

static int on_settle(void *arg)
{
	struct sv_ws *ws = arg;

	sv_dial_close(ws->dial);
	ws->dial = NULL;
	if (ws->code)
		sv_fail(ws->code, "%s", ws->why);
	ws->setup.closed(ws->setup.arg, ws->code);
	return 0;
}

static void wipe(struct sv_buf *buf)
{
	if (buf->data)
		explicit_bzero(buf->data, buf->cap);
	sv_buf_release(buf);
}

static void release(struct sv_ws *ws)
{
	sv_loop_disarm(ws->loop, &ws->timer);
	sv_loop_disarm(ws->loop, &ws->settle);
	sv_dial_close(ws->dial);
	wslay_event_context_free(ws->wslay);
	wipe(&ws->request);
	sv_buf_release(&ws->answer);
	sv_buf_release(&ws->out);
	sv_buf_release(&ws->message);
	sv_buf_release(&ws->goodbye);
	free(ws->why);
	free(ws);
}

void sv_ws_free(struct sv_ws *ws)
{
	if (!ws)
		return;
	ws->freed = true;
	if (!ws->busy)
		release(ws);
}

/* A user's function has returned that; false: nothing more of this one. */
static bool go_on(struct sv_ws *ws, int rc)
{
	if (rc && !ws->freed) {
		wslay_event_queue_close(ws->wslay, WSLAY_CODE_NORMAL_CLOSURE,
		                        NULL, 0);
		ws->leaving = true;
		ws->code = rc;
		ws->why = sv_strdup(sv_why());
	}
	return !rc && !ws->freed;
}

/* --- what wslay wants --- */

static ssize_t on_recv(wslay_event_context_ptr wslay, uint8_t *data, size_t len,
                       int flags, void *arg)
{
	struct sv_ws *ws = arg;
	ssize_t n = 0;

	(void)flags;
	if (ws->answer.len) {
		n = (ssize_t)(len < ws->answer.len ? len : ws->answer.len);
		memcpy(data, ws->answer.data, (size_t)n);
		sv_buf_drop(&ws->answer, (size_t)n);
		return n;
	}
	if (ws->reads > 0 && !ws->freed)
		n = sv_dial_read(ws->dial, data, len);
	ws->reads = n > 0 ? ws->reads - 1 : -1; /* no more is there now */
	if (n > 0) {
		ws->heard_ms = sv_now_ms();
		ws->pinged = false;
		return n;
	}
	ws->eof = n < 0;
	wslay_event_set_error(wslay, n < 0 ? WSLAY_ERR_CALLBACK_FAILURE
	                                   : WSLAY_ERR_WOULDBLOCK);
	return -1;
}

static ssize_t on_send(wslay_event_context_ptr wslay, const uint8_t *data,
                       size_t len, int flags, void *arg)
{
	struct sv_ws *ws = arg;

	(void)flags;
	if (ws->out.len < OUT_FULL && !sv_buf_add(&ws->out, data, len))
		return (ssize_t)len;
	wslay_event_set_error(wslay, WSLAY_ERR_WOULDBLOCK);
	return -1;
}

static int on_mask(wslay_event_context_ptr wslay, uint8_t *out, size_t len,
                   void *arg)
{
	(void)arg;
	if (getrandom(out, len, 0) == (ssize_t)len)
		return 0;
	wslay_event_set_error(wslay, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static void refuse(struct sv_ws *ws)
{
	ws->refused = true;
	wslay_event_queue_close(ws->wslay, WSLAY_CODE_MESSAGE_TOO_BIG, NULL, 0);
	wslay_event_shutdown_read(ws->wslay);
}

static void on_frame(wslay_event_context_ptr wslay,
                     const struct wslay_event_on_frame_recv_start_arg *frame,
                     void *arg)
{
	struct sv_ws *ws = arg;

	(void)wslay;
	ws->opcode = frame->opcode;
	if (!wslay_is_ctrl_frame(frame->opcode) &&
	    frame->payload_length > ws->message.max - ws->message.len)
		refuse(ws);
}

static void on_chunk(wslay_event_context_ptr wslay,
                     const struct wslay_event_on_frame_recv_chunk_arg *chunk,
                     void *arg)
{
	struct sv_ws *ws = arg;

	(void)wslay;
	if (ws->opcode == WSLAY_CONNECTION_CLOSE)
		sv_buf_add(&ws->goodbye, chunk->data, chunk->data_length);
	if (wslay_is_ctrl_frame(ws->opcode) || ws->refused)
		return;
	sv_buf_add(&ws->message, chunk->data, chunk->data_length);
}

static void on_message(wslay_event_context_ptr wslay,
                       const struct wslay_event_on_msg_recv_arg *message,
                       void *arg)
{
	struct sv_ws *ws = arg;
	struct sv_buf taken = ws->message;

	(void)wslay;
	if (wslay_is_ctrl_frame(message->opcode))
		return;
	sv_buf_init(&ws->message, taken.max);
	if (!ws->freed && !ws->leaving && !ws->refused)
		go_on(ws, ws->setup.message(ws->setup.arg,
		                            message->opcode == WSLAY_TEXT_FRAME,
		                            sv_buf_str(&taken), taken.len));
	sv_buf_cut(&taken, 0);
	ws->message = taken; /* its memory serves again */
}

/* --- frames --- */

static int lost(struct sv_ws *ws)
{
	if (ws->leaving)
		end(ws, ws->code); /* nobody waits for its goodbye */
	else
		end(ws, EX_UNAVAILABLE);
	return -1;
}

static int write_out(struct sv_ws *ws)
{
	ssize_t n = 1;

	while (n > 0 && ws->state == OPEN) {
		if (wslay_event_want_write(ws->wslay) &&
		    wslay_event_send(ws->wslay))
			break;
		if (!ws->out.len)
			return 0;
		n = sv_dial_write(ws->dial, ws->out.data, ws->out.len);
		if (n > 0)
			sv_buf_drop(&ws->out, (size_t)n);
	}
	return n < 0 ? lost(ws) : 0;
}

/* The other end has said goodbye. */
static void parted(struct sv_ws *ws, int code)
{
	const char *reason = "";
	int rc = 0;

	if (ws->goodbye.len > 2)
		reason = ws->goodbye.data + 2;
	if (ws->leaving)
		rc = ws->code;
	else if (code > WSLAY_CODE_GOING_AWAY &&
	         code != WSLAY_CODE_NO_STATUS_RCVD)
		rc = sv_fail(code == TRY_AGAIN_LATER ? EX_TEMPFAIL
		                                     : EX_UNAVAILABLE,
		             "%s: the service has closed the WebSocket with "
		             "code %d%s%s",
		             ws->setup.service->name, code, *reason ? ": " : "",
		             reason);
	end(ws, rc);
}

/* the code the other end closes with; NO_STATUS when it has none */
static int goodbye_code(const struct sv_ws *ws)
{
	const unsigned char *data = (const unsigned char *)ws->goodbye.data;

	return ws->goodbye.len < 2 ? WSLAY_CODE_NO_STATUS_RCVD
	                           : data[0] << 8 | data[1];
}

/* What has become of it after reading. */
static void look(struct sv_ws *ws)
{
	int code = goodbye_code(ws);

	/* libwslay does not know the codes that came after the RFC */
	if (wslay_event_get_close_received(ws->wslay) ||
	    (code >= SERVICE_RESTART && code <= BAD_GATEWAY))
		parted(ws, code);
	else if (ws->eof)
		lost(ws);
	else if (!wslay_event_get_read_enabled(ws->wslay))
		end(ws, sv_fail(EX_UNAVAILABLE,
		                "%s: the service broke the rules of a "
		                "WebSocket (RFC 6455); it was closed with "
		                "code %d",
		                ws->setup.service->name,
		                wslay_event_get_status_code_sent(ws->wslay)));
}

static void wait_goodbye(struct sv_ws *ws)
{
	sv_loop_arm(ws->loop, &ws->timer, sv_now_ms() + GOODBYE_MS);
}

static void read_in(struct sv_ws *ws)
{
	bool leaving = ws->leaving;

	ws->reads = READS;
	do /* it returns in the midst of a frame */
		wslay_event_recv(ws->wslay);
	while (ws->reads > 0 && wslay_event_get_read_enabled(ws->wslay));
	if (ws->freed)
		return;
	if (!ws->reads)
		sv_dial_again(ws->dial);
	if (write_out(ws)) /* pongs, the closing */
		return;
	look(ws);
	if (ws->leaving && !leaving && ws->state == OPEN)
		wait_goodbye(ws);
}

/* --- the way there --- */

static void open_up(struct sv_ws *ws, size_t head)
{
	bool leaving;

	sv_buf_drop(&ws->answer, head);
	ws->state = OPEN;
	ws->heard_ms = sv_now_ms();
	sv_loop_arm(ws->loop, &ws->timer, ws->heard_ms + ws->setup.silence_ms);
	go_on(ws, ws->setup.opened ? ws->setup.opened(ws->setup.arg) : 0);
	if (ws->freed)
		return;
	leaving = ws->leaving;
	if (!write_out(ws))
		read_in(ws);
	if (leaving && !ws->freed && ws->state == OPEN)
		wait_goodbye(ws);
}

static int nonsense(const struct sv_ws *ws)
{
	return sv_fail(EX_UNAVAILABLE,
	               "%s: what answers is no WebSocket: check the setting "
	               "%s.url",
	               ws->setup.service->name, ws->setup.service->name);
}

static void look_at_answer(struct sv_ws *ws, bool whole)
{
	const struct sv_buf *answer = &ws->answer;
	size_t head;

	switch (sv_ws_look(sv_buf_str(answer), answer->len, ws->key,
	                   ws->protocol, &head)) {
	case SV_WS_MORE:
		if (whole)
			end(ws, nonsense(ws));
		break;
	case SV_WS_GRANTED:
		open_up(ws, head);
		break;
	case SV_WS_REFUSED:
		if (whole || sv_ws_refused_whole(answer->data, answer->len))
			end(ws, sv_ws_refused(ws->setup.service, answer->data,
			                      answer->len));
		break;
	case SV_WS_NONSENSE:
		end(ws, nonsense(ws));
	}
}

static void ask(struct sv_ws *ws)
{
	struct sv_buf *request = &ws->request;
	ssize_t n = 0;

	if (request->len)
		n = sv_dial_write(ws->dial, request->data, request->len);
	if (n < 0)
		end(ws, EX_UNAVAILABLE);
	if (n <= 0)
		return;
	sv_buf_drop(request, (size_t)n);
	if (!request->len)
		wipe(request);
}

static void read_answer(struct sv_ws *ws)
{
	size_t before = ws->answer.len;
	char data[4096];
	ssize_t n = 0;

	ask(ws);
	while (ws->state == ASKING && ws->answer.len < ANSWER_MAX) {
		n = sv_dial_read(ws->dial, data, sizeof data);
		if (n <= 0 || sv_buf_add(&ws->answer, data, (size_t)n))
			break;
	}
	if (ws->state != ASKING)
		return;
	if (n < 0 && !ws->answer.len)
		end(ws, EX_UNAVAILABLE);
	else if (n || ws->answer.len > before)
		look_at_answer(ws, n != 0);
}

static void settled(struct sv_ws *ws)
{
	ws->busy = false;
	if (ws->freed)
		release(ws);
}

static void on_ready(void *arg)
{
	struct sv_ws *ws = arg;

	ws->busy = true;
	if (ws->state == ASKING)
		read_answer(ws);
	else if (ws->state == OPEN && !write_out(ws))
		read_in(ws);
	settled(ws);
}

static void on_up(void *arg)
{
	struct sv_ws *ws = arg;

	ws->state = ASKING;
	sv_loop_arm(ws->loop, &ws->timer,
	            sv_now_ms() + ws->setup.service->connect_ms);
	ask(ws);
}

static void on_failed(void *arg, int code)
{
	end(arg, code);
}

static void keep_alive(struct sv_ws *ws)
{
	int64_t now = sv_now_ms();
	int silence = ws->setup.silence_ms;

	if (ws->pinged) {
		end(ws, sv_fail(EX_UNAVAILABLE,
		                "%s: nothing has come over the WebSocket for "
		                "%d ms, not even the answer to a ping",
		                ws->setup.service->name,
		                (int)(now - ws->heard_ms)));
	} else if (now - ws->heard_ms >= silence) {
		struct wslay_event_msg ping = { .opcode = WSLAY_PING };

		ws->pinged = true;
		wslay_event_queue_msg(ws->wslay, &ping);
		sv_loop_arm(ws->loop, &ws->timer, now + silence / 2);
		write_out(ws);
	} else {
		sv_loop_arm(ws->loop, &ws->timer, ws->heard_ms + silence);
	}
}

static int on_timer(void *arg)
{
	struct sv_ws *ws = arg;

	if (ws->state == ASKING && ws->answer.len)
		look_at_answer(ws, true);
	else if (ws->state == ASKING)
		end(ws, sv_fail(EX_TEMPFAIL,
		                "%s: no answer to the request for a WebSocket "
		                "in %d ms",
		                ws->setup.service->name,
		                ws->setup.service->connect_ms));
	else if (ws->leaving)
		end(ws, ws->code);
	else
		keep_alive(ws);
	return 0;
}

static int write_request(struct sv_ws *ws, const struct sv_ws_setup *setup)
{
	const char *const *header = setup->headers;
	int rc = sv_ws_ask(&ws->request, setup->service, setup->path, ws->key);

	for (; !rc && header && *header; header++) {
		rc = sv_ws_add_header(&ws->request, *header);
		if (!strncasecmp(*header, "sec-websocket-protocol:", 23))
			ws->protocol = true;
	}
	if (!rc && setup->secret_header)
		rc = sv_ws_add_header(&ws->request, setup->secret_header);
	return rc ? rc : sv_buf_puts(&ws->request, "\r\n");
}

static int begin(struct sv_ws *ws, const struct sv_ws_setup *setup)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = on_recv,
		.send_callback = on_send,
		.genmask_callback = on_mask,
		.on_frame_recv_start_callback = on_frame,
		.on_frame_recv_chunk_callback = on_chunk,
		.on_msg_recv_callback = on_message,
	};
	const struct sv_dial_setup dial = { .service = setup->service,
		                            .up = on_up,
		                            .ready = on_ready,
		                            .failed = on_failed,
		                            .arg = ws };
	int rc;

	sv_ws_key(ws->key);
	rc = write_request(ws, setup);
	if (rc)
		return rc;
	if (wslay_event_context_client_init(&ws->wslay, &callbacks, ws))
		return sv_fail(EX_TEMPFAIL, "no memory for a WebSocket");
	/* messages are gathered here, with their ceiling */
	wslay_event_config_set_no_buffering(ws->wslay, 1);
	wslay_event_config_set_max_recv_msg_length(ws->wslay, ws->setup.most);
	return sv_dial_open(&ws->dial, ws->loop, &dial);
}

int sv_ws_open(struct sv_ws **made, struct sv_loop *loop,
               const struct sv_ws_setup *setup)
{
	struct sv_ws *ws = sv_alloc(sizeof *ws);
	int rc;

	ws->loop = loop;
	ws->setup = *setup;
	ws->setup.path = ws->setup.secret_header = NULL;
	ws->setup.headers = NULL;
	if (!ws->setup.most)
		ws->setup.most = MOST;
	if (!ws->setup.silence_ms)
		ws->setup.silence_ms = SILENCE_MS;
	sv_buf_init(&ws->request, REQUEST_MAX);
	sv_buf_init(&ws->answer, ANSWER_MAX + 4096);
	sv_buf_init(&ws->out, OUT_MAX);
	sv_buf_init(&ws->message, ws->setup.most);
	sv_buf_init(&ws->goodbye, GOODBYE_MAX);
	ws->timer = (struct sv_timer){ .fire = on_timer, .arg = ws };
	ws->settle = (struct sv_timer){ .fire = on_settle, .arg = ws };
	rc = begin(ws, setup);
	if (rc)
		release(ws);
	else
		*made = ws;
	return rc;
}

void sv_ws_send(struct sv_ws *ws, bool text, const void *data, size_t len)
{
	struct wslay_event_msg message = { .opcode = text ? WSLAY_TEXT_FRAME
		                                          : WSLAY_BINARY_FRAME,
		                           .msg = data,
		                           .msg_length = len };

	if (ws->state == OVER || ws->leaving)
		return;
	wslay_event_queue_msg(ws->wslay, &message);
	if (ws->state == OPEN)
		write_out(ws);
}

size_t sv_ws_waiting(const struct sv_ws *ws)
{
	return ws->out.len + wslay_event_get_queued_msg_length(ws->wslay);
}

void sv_ws_close(struct sv_ws *ws)
{
	if (ws->state == OVER || ws->leaving)
		return;
	ws->leaving = true;
	if (ws->state != OPEN) {
		end(ws, 0);
		return;
	}
	wslay_event_queue_close(ws->wslay, WSLAY_CODE_NORMAL_CLOSURE, NULL, 0);
	wait_goodbye(ws);
	write_out(ws);
}
