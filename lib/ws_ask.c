/* ws_ask: the request for a WebSocket, and what is answered */
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/ws_inside.h"

enum { ANSWER_FULL = 32 << 10 };

int ws_write_request(struct sv_ws *ws, const struct sv_ws_setup *setup)
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

static void open_up(struct sv_ws *ws, size_t head)
{
	bool leaving;

	sv_buf_drop(&ws->answer, head);
	ws->state = WS_OPEN;
	ws->heard_ms = sv_now_ms();
	sv_loop_arm(ws->loop, &ws->timer, ws->heard_ms + ws->setup.silence_ms);
	ws_go_on(ws, ws->setup.opened ? ws->setup.opened(ws->setup.arg) : 0);
	if (ws->freed)
		return;
	leaving = ws->leaving;
	if (!ws_write(ws))
		ws_read(ws);
	if (leaving && !ws->freed && ws->state == WS_OPEN)
		ws_wait_goodbye(ws);
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
			ws_end(ws, nonsense(ws));
		break;
	case SV_WS_GRANTED:
		open_up(ws, head);
		break;
	case SV_WS_REFUSED:
		if (whole || sv_ws_refused_whole(answer->data, answer->len))
			ws_end(ws, sv_ws_refused(ws->setup.service,
			                         answer->data, answer->len));
		break;
	case SV_WS_NONSENSE:
		ws_end(ws, nonsense(ws));
	}
}

void ws_ask(struct sv_ws *ws)
{
	struct sv_buf *request = &ws->request;
	ssize_t n = 0;

	if (request->len)
		n = sv_dial_write(ws->dial, request->data, request->len);
	if (n < 0)
		ws_end(ws, sv_dial_code(ws->dial));
	if (n <= 0)
		return;
	sv_buf_drop(request, (size_t)n);
	if (!request->len)
		ws_wipe(request);
}

void ws_read_answer(struct sv_ws *ws)
{
	size_t before = ws->answer.len;
	char data[4096];
	ssize_t n = 0;

	ws_ask(ws);
	while (ws->state == WS_ASKING && ws->answer.len < ANSWER_FULL) {
		n = sv_dial_read(ws->dial, data, sizeof data);
		if (n <= 0 || sv_buf_add(&ws->answer, data, (size_t)n))
			break;
	}
	if (ws->state != WS_ASKING)
		return;
	if (n < 0 && !ws->answer.len)
		ws_end(ws, sv_dial_code(ws->dial));
	else if (n || ws->answer.len > before)
		look_at_answer(ws, n != 0);
}

void ws_answer_late(struct sv_ws *ws)
{
	if (ws->answer.len)
		look_at_answer(ws, true);
	else
		ws_end(ws, sv_fail(EX_TEMPFAIL,
		                   "%s: no answer to the request for a "
		                   "WebSocket in %d ms",
		                   ws->setup.service->name,
		                   ws->setup.service->connect_ms));
}
