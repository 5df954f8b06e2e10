/*
 * dial: connections over TLS and through proxies, as gRPC and WebSockets make
 * them; and those that are refused, with a line that says what to change
 *
 * uses: tests/peers/h2.c tests/peers/h2_methods.c
 */
#include "lib/dial.h"

#include <ftw.h>

#include "lib/ws.h"

#include "tests/unit/grpc_call.h"
#include "tests/unit/peer.h"

static char folder[] = "/tmp/sv-dial.XXXXXX";
static char *ca, *other, *cert, *key;
static struct peer doors;
static int target; /* the port behind the doors */

/* a service behind a door */
static void arrive(const char *door, const char *authority)
{
	free(service.url);
	service = (struct sv_service){ .name = "test", .connect_ms = 20000 };
	service.url =
		sv_format("https://localhost:%s", peer_port(&doors, door));
	service.ca = authority ? sv_strdup(authority) : NULL;
	ok(!sv_grpc_new(&channel, loop, &service));
}

static void leave(void)
{
	sv_grpc_free(channel);
	channel = NULL;
	free(service.ca);
	free(service.proxy);
	service.proxy = NULL;
}

static void has(const char *text, const char *part)
{
	if (!ok(strstr(text, part) != NULL))
		printf("# '%s' has no '%s'\n", text, part);
}

static void works(void)
{
	struct call call = { 0 };

	whole(&call, "Echo");
	if (!ok(call.code == SV_GRPC_OK))
		printf("# %s\n", call.why);
	is(sv_buf_str(&call.told), "|one");
	clear(&call);
}

/* what is refused before a byte of ours goes out, and the two parts of the line
 * that says so */
static void refused(int exit, const char *why, const char *what_to_do)
{
	size_t taken = h2_taken(h2);
	struct call call = { 0 };

	whole(&call, "Echo");
	ok(call.code == SV_GRPC_UNAVAILABLE && !call.answered);
	if (!ok(call.exit == exit))
		printf("# %d, not %d\n", call.exit, exit);
	ok(!strncmp(call.why, "test: UNAVAILABLE: ", 19));
	has(call.why, why);
	has(call.why, what_to_do);
	ok(h2_taken(h2) == taken);
	clear(&call);
}

static void test_private_authority(void)
{
	char *large = sv_alloc(1 << 20);
	struct call call = { 0 };

	arrive("good", ca);
	works();
	works();
	ok(h2_accepted(h2) == 1);
	start(&call, "Count"); /* more than TLS takes at once */
	for (int i = 0; i < 3; i++)
		sv_grpc_send(call.call, large, 1 << 20);
	sv_grpc_end(call.call);
	until_done(&call);
	is(sv_buf_str(&call.told), "|3");
	clear(&call);
	call = (struct call){ 0 };
	whole(&call, "Four"); /* and more than a turn reads */
	ok(call.code == SV_GRPC_OK && call.bytes == 4 << 20);
	clear(&call);
	free(large);
	leave();
}

static void test_untrusted(void)
{
	arrive("good", NULL);
	refused(EX_CONFIG, "certificate", "test.ca");
	leave();
	arrive("good", other);
	refused(EX_CONFIG, "certificate of localhost:", "test.ca");
	leave();
	arrive("good", "/nonexistent/ca.pem");
	refused(EX_CONFIG, "/nonexistent/ca.pem", "no certificates");
	leave();
}

static void test_wrong_name(void)
{
	arrive("wrong", ca);
	refused(EX_CONFIG, "certificate of localhost:", "localhost");
	leave();
}

static void test_expired(void)
{
	arrive("old", ca);
	refused(EX_CONFIG, "certificate of localhost:", "expired");
	leave();
}

static void test_no_h2(void)
{
	arrive("h1", ca);
	refused(EX_TEMPFAIL, "does not offer HTTP/2", "setting test.url");
	leave();
	arrive("silent", ca);
	refused(EX_TEMPFAIL, "does not offer HTTP/2", "setting test.url");
	leave();
}

static void test_client_certificate(void)
{
	arrive("client", ca);
	service.cert = cert;
	service.key = key;
	works();
	leave();
	arrive("client", ca);
	refused(EX_CONFIG, "does not take us without a certificate",
	        "set test.cert and test.key");
	leave();
	arrive("client", ca);
	service.cert = ca; /* no key of it */
	service.key = key;
	refused(EX_CONFIG, ca, "cannot be used");
	leave();
}

static void test_slow_handshake(void)
{
	int64_t begun = sv_now_ms();

	arrive("dumb", ca);
	service.connect_ms = 200;
	refused(EX_TEMPFAIL, "no connection to localhost:", "within 200 ms");
	ok(sv_now_ms() - begun >= 200);
	leave();
}

static char *door_url(const char *door)
{
	return sv_format("http://localhost:%s", peer_port(&doors, door));
}

static void test_proxy(void)
{
	arrive("good", ca);
	service.proxy = door_url("proxy");
	works();
	leave();
	arrive("good", ca); /* without TLS */
	free(service.url);
	service.url = sv_format("http://127.0.0.1:%d", target);
	service.proxy = door_url("proxy");
	works();
	leave();
	arrive("good", ca);
	service.proxy = door_url("closed");
	refused(EX_TEMPFAIL, "the proxy does not let us through", "HTTP 407");
	leave();
	arrive("good", ca);
	service.proxy = sv_strdup("http://127.0.0.1:1");
	refused(EX_TEMPFAIL, "test: UNAVAILABLE: ", "refused");
	leave();
}

/* the loop goes on while a call waits for its connection, and it can be given
 * up at any time */
static void test_given_up(void)
{
	struct call call = { 0 };

	arrive("dumb", ca);
	start(&call, "Echo");
	sv_loop_step(loop, 10);
	sv_grpc_cancel(call.call);
	sv_loop_step(loop, 10);
	leave();
	clear(&call);
	arrive("good", ca);
	sv_grpc_warm(channel);
	leave();
}

/* --- a WebSocket the same way --- */

static int ws_code = -1;
static char ws_why[512];

static int heard(void *arg, bool text, const char *data, size_t len)
{
	(void)arg;
	(void)text;
	(void)data;
	(void)len;
	return 0;
}

static void closed(void *arg, int code)
{
	(void)arg;
	ws_code = code;
	snprintf(ws_why, sizeof ws_why, "%s", code ? sv_why() : "");
}

static void test_websocket(const char *door, int code, const char *why)
{
	const struct sv_ws_setup setup = { .service = &service,
		                           .path = "/x",
		                           .message = heard,
		                           .closed = closed };
	struct sv_ws *ws = NULL;

	arrive(door, ca);
	free(service.url);
	service.url = sv_format("wss://localhost:%s", peer_port(&doors, door));
	h2_become(h2, H2_HTTP1);
	ws_code = -1;
	ok(!sv_ws_open(&ws, loop, &setup));
	while (ws_code < 0)
		sv_loop_step(loop, 100);
	ok(ws_code == code);
	has(ws_why, why);
	sv_ws_free(ws);
	h2_become(h2, H2_GOOD);
	leave();
}

static int forget(const char *path, const struct stat *status, int type,
                  struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

int main(void)
{
	char *arg;

	signal(SIGPIPE, SIG_IGN);
	ok(mkdtemp(folder) && !peer_run("certificates", folder));
	ca = sv_format("%s/ca.pem", folder);
	other = sv_format("%s/other.pem", folder);
	cert = sv_format("%s/client.pem", folder);
	key = sv_format("%s/client.key", folder);
	loop = sv_loop_new();
	h2 = h2_new(loop, H2_GOOD);
	target = h2_port(h2);
	arg = sv_format("%s:%d", folder, target);
	ok(!peer_start(&doors, "tls", arg));
	free(arg);

	test_private_authority();
	test_untrusted();
	test_wrong_name();
	test_expired();
	test_no_h2();
	test_client_certificate();
	test_slow_handshake();
	test_proxy();
	test_given_up();
	test_websocket("good", EX_DATAERR, "HTTP 400");
	test_websocket("old", EX_CONFIG, "expired");

	peer_stop(&doors);
	h2_free(h2);
	sv_loop_free(loop);
	free(service.url);
	free(ca);
	free(other);
	free(cert);
	free(key);
	nftw(folder, forget, 4, FTW_DEPTH | FTW_PHYS);
	return tap_end();
}
