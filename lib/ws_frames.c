/* ws_frames: messages in frames, by libwslay */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/ws_inside.h"

enum {
	OUT_FULL = 256 << 10, /* framed; more stays whole until there is room */
	READS = 64,           /* of 4096 bytes, until others have their turn */
	SERVICE_RESTART = 1012,
	TRY_AGAIN_LATER = 1013,
	BAD_GATEWAY = 1014,
};

/* A user's function has returned that; false: nothing more of this one. */
bool ws_go_on(struct sv_ws *ws, int rc)
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
		ws_go_on(ws,
		         ws->setup.message(ws->setup.arg,
		                           message->opcode == WSLAY_TEXT_FRAME,
		                           sv_buf_str(&taken), taken.len));
	sv_buf_cut(&taken, 0);
	ws->message = taken; /* its memory serves again */
}

int ws_frames_new(struct sv_ws *ws)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = on_recv,
		.send_callback = on_send,
		.genmask_callback = on_mask,
		.on_frame_recv_start_callback = on_frame,
		.on_frame_recv_chunk_callback = on_chunk,
		.on_msg_recv_callback = on_message,
	};

	if (wslay_event_context_client_init(&ws->wslay, &callbacks, ws))
		return sv_fail(EX_TEMPFAIL, "no memory for a WebSocket");
	/* messages are gathered here, with their ceiling */
	wslay_event_config_set_no_buffering(ws->wslay, 1);
	wslay_event_config_set_max_recv_msg_length(ws->wslay, ws->setup.most);
	return 0;
}

/* --- frames --- */

static int lost(struct sv_ws *ws)
{
	if (ws->leaving)
		ws_end(ws, ws->code); /* nobody waits for its goodbye */
	else
		ws_end(ws, sv_dial_code(ws->dial));
	return -1;
}

int ws_write(struct sv_ws *ws)
{
	ssize_t n = 1;

	while (n > 0 && ws->state == WS_OPEN) {
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
	ws_end(ws, rc);
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
		ws_end(ws,
		       sv_fail(EX_UNAVAILABLE,
		               "%s: the service broke the rules of a "
		               "WebSocket (RFC 6455); it was closed with "
		               "code %d",
		               ws->setup.service->name,
		               wslay_event_get_status_code_sent(ws->wslay)));
}

void ws_read(struct sv_ws *ws)
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
	if (ws_write(ws)) /* pongs, the closing */
		return;
	look(ws);
	if (ws->leaving && !leaving && ws->state == WS_OPEN)
		ws_wait_goodbye(ws);
}
