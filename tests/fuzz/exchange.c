/*
 * chan_websocket's request and messages: whatever comes, one of both answers,
 * and the same for a prefix as it grows; frames into a WebSocket
 *
 * uses: src/capture/exchange.c src/capture/exchange_sound.c src/capture/upgrade.c src/capture/url.c src/capture/websocket.c
 */
#include "src/capture/exchange.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/buf.h"

#include "src/capture/transport.h"
#include "src/capture/upgrade.h"
#include "src/capture/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void request(const uint8_t *data, size_t len)
{
	struct upgrade upgrade, again;
	struct sv_buf out;

	if (upgrade_parse(data, len, &upgrade) != GREETING_CALL)
		return;
	if (upgrade.len > len ||
	    upgrade_parse(data, upgrade.len, &again) != GREETING_CALL ||
	    upgrade_parse(data, upgrade.len - 1, &again) != GREETING_MORE)
		abort();
	free(upgrade_query(&upgrade, "call"));
	sv_buf_init(&out, 1 << 20);
	if (upgrade_accept(&upgrade, "media", &out) || !out.len)
		abort();
	sv_buf_release(&out);
}

static void message(const uint8_t *data, size_t len)
{
	bool json;
	json_t *parsed = exchange_parse((const char *)data, len, &json);

	if (parsed && !json_is_string(json_object_get(parsed, "event")))
		abort();
	if (parsed && exchange_number(parsed, "optimal_frame_size") < 0)
		abort();
	json_decref(parsed);
}

static int text(void *arg, const char *data, size_t len)
{
	(void)arg;
	message((const uint8_t *)data, len);
	return 0;
}

static int binary(void *arg, const uint8_t *data, size_t len)
{
	(void)arg;
	if (len > WEBSOCKET_MAX || (len && !data))
		abort();
	return 0;
}

static int end(void *arg, const char *reason)
{
	(void)arg;
	return reason ? 1 : 0;
}

static void frames(const uint8_t *data, size_t len)
{
	static const struct websocket_user user = { text, binary, end, NULL };
	struct websocket *socket = NULL;
	struct sv_loop *loop = sv_loop_new();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		abort();
	shutdown(ends[1], SHUT_WR); /* the end comes behind data */
	if (websocket_new(&socket, ends[0], &user, data, len))
		abort();
	websocket_start(socket, loop);
	if (sv_loop_run(loop) != 1)
		abort();
	websocket_free(socket);
	sv_loop_free(loop);
	close(ends[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	request(data, len);
	message(data, len);
	frames(data, len);
	return 0;
}
