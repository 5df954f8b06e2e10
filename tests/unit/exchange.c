/*
 * exchange: what chan_websocket says, in both forms, and how it asks to be
 * let in
 *
 * uses: src/capture/exchange.c src/capture/exchange_sound.c src/capture/upgrade.c src/capture/url.c
 */
#include "src/capture/exchange.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"

#include "src/capture/exchange_sound.h"
#include "src/capture/transport.h"
#include "src/capture/upgrade.h"
#include "tests/unit/tap.h"

static json_t *parse(const char *text, bool *json)
{
	return exchange_parse(text, strlen(text), json);
}

static void lines(void)
{
	bool json = true;
	json_t *m = parse("MEDIA_START connection_id:sv "
	                  "channel:WebSocket/sv/0x7f8 "
	                  "channel_id:1795271035.1 format:slin16 "
	                  "optimal_frame_size:640 ptime:20",
	                  &json);

	ok(m && !json);
	is(exchange_event(m), "MEDIA_START");
	is(exchange_get(m, "channel"), "WebSocket/sv/0x7f8");
	is(exchange_get(m, "channel_id"), "1795271035.1");
	is(exchange_get(m, "format"), "slin16");
	is(exchange_get(m, "nothing"), "");
	ok(exchange_number(m, "optimal_frame_size") == 640);
	ok(exchange_number(m, "format") == 0);
	json_decref(m);

	m = parse("MEDIA_BUFFERING_COMPLETED u1", &json);
	is(exchange_get(m, "correlation_id"), "u1");
	json_decref(m);
	m = parse("QUEUE_DRAINED", &json);
	is(exchange_event(m), "QUEUE_DRAINED");
	json_decref(m);
	m = parse("DTMF_END digit:# channel_id:1.1", &json);
	is(exchange_get(m, "digit"), "#");
	json_decref(m);
	m = parse("ERROR channel_id:1.1 error_text:FLUSH_MEDIA not: so", &json);
	is(exchange_get(m, "error_text"), "FLUSH_MEDIA not: so");
	json_decref(m);
	m = parse("STATUS  x::y  z: ", &json); /* blanks too many */
	is(exchange_get(m, "x"), ":y");
	is(exchange_get(m, "z"), "");
	json_decref(m);
}

static void objects(void)
{
	bool json = false;
	json_t *m = parse("{\"event\":\"MEDIA_START\",\"format\":\"ulaw\","
	                  "\"optimal_frame_size\":160,"
	                  "\"channel_variables\":{\"A\":\"b\"}}",
	                  &json);
	char *text;

	ok(m && json);
	is(exchange_event(m), "MEDIA_START");
	is(exchange_get(m, "format"), "ulaw");
	ok(exchange_number(m, "optimal_frame_size") == 160);
	is(exchange_get(m, "channel_variables"), "");
	json_decref(m);

	text = exchange_command("HANGUP", true);
	is(text, "{\"command\":\"HANGUP\"}");
	free(text);
	text = exchange_command("HANGUP", false);
	is(text, "HANGUP");
	free(text);
}

static void no_messages(void)
{
	static const char *const bad[] = {
		"",
		" ",
		"media_start",
		"MEDIA-START x",
		"{}",
		"{\"event\":5}",
		"{\"event\"",
		"[\"event\"]",
		"A\xff",
		"A x:\xff",
		":x",
		"{\"event\":\"A\",\"event\":\"B\"}",
	};
	bool json;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (!ok(!parse(bad[i], &json)))
			printf("# %s\n", bad[i]);
	}
	ok(!exchange_parse("A\0B", 3, &json));
	ok(strstr(sv_why(), "no message of chan_websocket's"));
}

static void sounds(void)
{
	static const char *const ours[] = { "slin",   "slin16", "slin24",
		                            "slin48", "ulaw",   "alaw" };
	int16_t in[] = { 0, 1000, -1000, 20000, -20000 }, out[5];
	uint8_t data[10];

	for (int i = 0; i < 6; i++) {
		const struct exchange_sound *sound =
			exchange_sound_find(ours[i]);
		int worst = 0;

		sound->encode(in, 5, data);
		sound->decode(data, 5, out);
		for (int k = 0; k < 5; k++)
			worst = abs(in[k] - out[k]) > worst
			                ? abs(in[k] - out[k])
			                : worst;
		ok(worst <= (sound->bytes == 2 ? 0 : 512));
	}
	ok(!exchange_sound_find("opus") && !exchange_sound_find("slin12"));
	ok(exchange_sound_find("slin48")->rate_hz == 48000);
}

/* as Asterisk 22 writes it */
#define REQUEST                                                                \
	"GET /media?call=a%2Db&x=%ff HTTP/1.1\r\n"                             \
	"Sec-WebSocket-Version: 13\r\n"                                        \
	"Upgrade: websocket\r\n"                                               \
	"Connection: Upgrade\r\n"                                              \
	"Host: 127.0.0.1:9093\r\n"                                             \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static int ask(const char *text, struct upgrade *upgrade)
{
	return upgrade_parse((const uint8_t *)text, strlen(text), upgrade);
}

static void requests(void)
{
	static const char all[] =
		REQUEST "Sec-WebSocket-Protocol: chat, media\r\n\r\nrest";
	struct upgrade u;
	struct sv_buf out;
	char *value;
	int more = 0;

	for (size_t len = 0; len < sizeof all - 1 - 4; len++)
		more += upgrade_parse((const uint8_t *)all, len, &u) ==
		        GREETING_MORE;
	ok(more == sizeof all - 1 - 4);
	ok(ask(all, &u) == GREETING_CALL && u.len == sizeof all - 1 - 4);
	ok(u.path.len == 6 && !memcmp(u.path.at, "/media", 6));
	value = upgrade_query(&u, "call");
	is(value, "a-b");
	free(value);
	ok(!upgrade_query(&u, "x") && !upgrade_query(&u, "cal"));

	sv_buf_init(&out, 1024);
	ok(!upgrade_accept(&u, "media", &out));
	/* the example of RFC 6455, 1.3 */
	is(sv_buf_str(&out),
	   "HTTP/1.1 101 Switching Protocols\r\n"
	   "Upgrade: websocket\r\n"
	   "Connection: Upgrade\r\n"
	   "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	   "Sec-WebSocket-Protocol: media\r\n\r\n");
	sv_buf_cut(&out, 0);
	ok(!upgrade_accept(&u, "other", &out));
	ok(strstr(sv_buf_str(&out), "Protocol: chat\r\n"));
	sv_buf_cut(&out, 0);
	ok(ask(REQUEST "\r\n", &u) == GREETING_CALL);
	ok(!upgrade_accept(&u, "media", &out));
	ok(!strstr(sv_buf_str(&out), "Protocol:"));
	sv_buf_release(&out);
}

static void no_requests(void)
{
	static const char *const bad[] = {
		"POST",
		"GET x",
		"\x01",
		"GET / HTTP/1.0\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n",
		"GET /\r\n\r\n",
		REQUEST "Upgrade: websocket\r\n\r\n",
		REQUEST "Origin: http://x\r\n\r\n",
		REQUEST " folded\r\n\r\n",
		REQUEST "no colon\r\n\r\n",
		"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: "
		"upgrade\r\nSec-WebSocket-Version: 12\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: "
		"upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: short\r\n\r\n",
	};
	struct upgrade u;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (!ok(ask(bad[i], &u) == EX_PROTOCOL))
			printf("# %s\n", bad[i]);
	}
}

int main(void)
{
	lines();
	objects();
	no_messages();
	sounds();
	requests();
	no_requests();
	return tap_end();
}
