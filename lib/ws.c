/* ws: the client's side of a WebSocket */
#include "lib/ws.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/ws_inside.h"

enum {
	MOST = 16 << 20,
	SILENCE_MS = 20000,
	GOODBYE_MS = 2000,     /* for the other end's, when we have said it */
	ANSWER_MAX = 36 << 10, /* to the request, and what comes with it */
	REQUEST_MAX = 16 << 10,
	OUT_MAX = 512 << 10, /* framed */
	WAITING_MAX = 64 << 20,
	GOODBYE_MAX = 125,
};

void ws_end(struct sv_ws *ws, int code)
{
	if (ws->state == WS_OVER)
		return;
	ws->state = WS_OVER;
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

void ws_wipe(struct sv_buf *buf)
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
	ws_wipe(&ws->request);
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

void ws_wait_goodbye(struct sv_ws *ws)
{
	sv_loop_arm(ws->loop, &ws->timer, sv_now_ms() + GOODBYE_MS);
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
	if (ws->state == WS_ASKING)
		ws_read_answer(ws);
	else if (ws->state == WS_OPEN && !ws_write(ws))
		ws_read(ws);
	settled(ws);
}

static void on_up(void *arg)
{
	struct sv_ws *ws = arg;

	ws->state = WS_ASKING;
	sv_loop_arm(ws->loop, &ws->timer,
	            sv_now_ms() + ws->setup.service->connect_ms);
	ws_ask(ws);
}

static void on_failed(void *arg, int code)
{
	ws_end(arg, code);
}

static void keep_alive(struct sv_ws *ws)
{
	int64_t now = sv_now_ms();
	int silence = ws->setup.silence_ms;

	if (ws->pinged) {
		ws_end(ws,
		       sv_fail(EX_UNAVAILABLE,
		               "%s: nothing has come over the WebSocket for "
		               "%d ms, not even the answer to a ping",
		               ws->setup.service->name,
		               (int)(now - ws->heard_ms)));
	} else if (now - ws->heard_ms >= silence) {
		struct wslay_event_msg ping = { .opcode = WSLAY_PING };

		ws->pinged = true;
		wslay_event_queue_msg(ws->wslay, &ping);
		sv_loop_arm(ws->loop, &ws->timer, now + silence / 2);
		ws_write(ws);
	} else {
		sv_loop_arm(ws->loop, &ws->timer, ws->heard_ms + silence);
	}
}

static int on_timer(void *arg)
{
	struct sv_ws *ws = arg;

	if (ws->state == WS_ASKING)
		ws_answer_late(ws);
	else if (ws->leaving)
		ws_end(ws, ws->code);
	else
		keep_alive(ws);
	return 0;
}

static int begin(struct sv_ws *ws, const struct sv_ws_setup *setup)
{
	const struct sv_dial_setup dial = { .service = setup->service,
		                            .up = on_up,
		                            .ready = on_ready,
		                            .failed = on_failed,
		                            .arg = ws };
	int rc;

	sv_ws_key(ws->key);
	rc = ws_write_request(ws, setup);
	if (rc)
		return rc;
	rc = ws_frames_new(ws);
	if (rc)
		return rc;
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
	sv_buf_init(&ws->answer, ANSWER_MAX);
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

	if (!ws || ws->state == WS_OVER || ws->leaving)
		return;
	if (len > WAITING_MAX || sv_ws_waiting(ws) > WAITING_MAX - len) {
		ws_end(ws, sv_fail(EX_TEMPFAIL,
		                   "%s: the service does not take what is sent",
		                   ws->setup.service->name));
		return;
	}
	wslay_event_queue_msg(ws->wslay, &message);
	if (ws->state == WS_OPEN)
		ws_write(ws);
}

size_t sv_ws_waiting(const struct sv_ws *ws)
{
	if (!ws)
		return 0;
	return ws->out.len + wslay_event_get_queued_msg_length(ws->wslay);
}

void sv_ws_close(struct sv_ws *ws)
{
	if (!ws || ws->state == WS_OVER || ws->leaving)
		return;
	ws->leaving = true;
	if (ws->state != WS_OPEN) {
		ws_end(ws, 0);
		return;
	}
	wslay_event_queue_close(ws->wslay, WSLAY_CODE_NORMAL_CLOSURE, NULL, 0);
	ws_wait_goodbye(ws);
	ws_write(ws);
}
