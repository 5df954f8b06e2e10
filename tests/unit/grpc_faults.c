/*
 * grpc: every way a service can fail a call ends that call, with the right
 * status, soon, and nothing else
 *
 * uses: tests/peers/h2.c tests/peers/h2_methods.c
 */
#include "tests/unit/grpc_call.h"

/* a call that fails, and how */
static void fails(const char *method, enum sv_grpc_code code, bool answered,
                  const char *told, const char *why)
{
	struct call call = { 0 };

	whole(&call, method);
	if (!ok(call.code == code && call.answered == answered))
		printf("# %s: %s\n", method, call.why);
	ok(call.exit != 0);
	is(sv_buf_str(&call.told), told);
	is(call.why, why);
	clear(&call);
}

static void test_statuses(void)
{
	begin(H2_GOOD);
	fails("Unavailable", SV_GRPC_UNAVAILABLE, true, "",
	      "test: UNAVAILABLE: no way: 100% \xe2\x82\xac %zz %F");
	fails("Midway", SV_GRPC_UNAVAILABLE, true, "|one",
	      "test: UNAVAILABLE (request req-1)");
	fails("After", SV_GRPC_UNAVAILABLE, true, "|one",
	      "test: UNAVAILABLE: come back later (request req-1)");
	fails("Exhausted", SV_GRPC_RESOURCE_EXHAUSTED, true, "",
	      "test: RESOURCE_EXHAUSTED: no way: 100% \xe2\x82\xac %zz %F");
	fails("Nothing", SV_GRPC_UNIMPLEMENTED, true, "",
	      "test: UNIMPLEMENTED: no such method (request req-1)");
	fails("Busy", SV_GRPC_UNAVAILABLE, true, "",
	      "test: UNAVAILABLE: HTTP status 503");
	fails("Page", SV_GRPC_UNKNOWN, false, "",
	      "test: UNKNOWN: the answer is no gRPC: check the URL");
	fails("NoStatus", SV_GRPC_UNKNOWN, false, "|a",
	      "test: UNKNOWN: the answer ended without a status");
	ok(h2_accepted(h2) == 1);
	finish();
}

static void test_streams_broken_off(void)
{
	begin(H2_GOOD);
	fails("Reset", SV_GRPC_INTERNAL, false, "",
	      "test: INTERNAL: the service broke it off (INTERNAL_ERROR)");
	fails("Refuse", SV_GRPC_UNAVAILABLE, false, "",
	      "test: UNAVAILABLE: the service broke it off (REFUSED_STREAM)");
	fails("Calm", SV_GRPC_RESOURCE_EXHAUSTED, false, "",
	      "test: RESOURCE_EXHAUSTED: the service broke it off "
	      "(ENHANCE_YOUR_CALM)");
	ok(h2_accepted(h2) == 1);
	finish();
}

static void test_bad_answers(void)
{
	begin(H2_GOOD);
	fails("Packed", SV_GRPC_INTERNAL, false, "",
	      "test: INTERNAL: a message is compressed, which was not agreed "
	      "on (request req-1)");
	fails("Cut", SV_GRPC_INTERNAL, false, "|a",
	      "test: INTERNAL: it ended in the midst of a message (request "
	      "req-1)");
	fails("Heavy", SV_GRPC_RESOURCE_EXHAUSTED, false, "",
	      "test: RESOURCE_EXHAUSTED: the answer's metadata is larger than "
	      "64 KiB");
	finish();
}

static void test_early_end(void)
{
	struct call call = { 0 };

	begin(H2_GOOD);
	start(&call, "Early");
	send(&call, "one");
	until_done(&call); /* we have not ended, and it breaks nothing off */
	ok(call.code == SV_GRPC_OK);
	is(sv_buf_str(&call.told), "|one");
	while (h2_streams(h2))
		sv_loop_step(loop, 100);
	ok(h2_cancelled(h2) == 0); /* NO_ERROR, as it should be */
	ok(sv_grpc_ready(channel));
	clear(&call);
	finish();
}

static void test_information_first(void)
{
	struct call call = { 0 };

	begin(H2_GOOD);
	whole(&call, "Informed");
	ok(call.code == SV_GRPC_OK);
	is(sv_buf_str(&call.told), "|one");
	clear(&call);
	finish();
}

static void test_token_refused_once(void)
{
	struct call call = { 0 };

	begin(H2_GOOD);
	fails("Once", SV_GRPC_UNAUTHENTICATED, true, "",
	      "test: UNAUTHENTICATED: HTTP status 401");
	whole(&call, "Once");
	ok(call.code == SV_GRPC_OK);
	clear(&call);
	finish();
}

static void test_deadline(void)
{
	struct call call = { 0 }, other = { 0 };

	begin(H2_GOOD);
	start_with(&call, "Silent", 50, NULL);
	until_done(&call);
	ok(call.code == SV_GRPC_DEADLINE_EXCEEDED && !call.answered);
	ok(call.exit == EX_TEMPFAIL);
	while (h2_streams(h2))
		sv_loop_step(loop, 100);
	ok(h2_cancelled(h2) == 1);
	start_with(&other, "Echo", 300000000, NULL); /* eight digits at most */
	sv_grpc_end(other.call);
	until_done(&other);
	ok(other.code == SV_GRPC_OK);
	clear(&call);
	clear(&other);
	finish();
}

static void test_deadline_without_connection(void)
{
	struct call call = { 0 };

	begin(H2_MUTE);
	start_with(&call, "Echo", 50, NULL);
	until_done(&call);
	ok(call.code == SV_GRPC_DEADLINE_EXCEEDED);
	clear(&call);
	finish();
}

static void test_half_open(void)
{
	struct call call = { 0 };

	begin(H2_GOOD);
	sv_grpc_patience(channel, 90);
	start(&call, "Echo");
	send(&call, "one");
	until_told(&call, 1);
	h2_freeze(h2);
	until_done(&call);
	ok(call.code == SV_GRPC_UNAVAILABLE && !call.answered);
	ok(strstr(call.why, "not even the answer to a PING") != NULL);
	clear(&call);
	finish();
}

/* A service that only thinks for long is not taken for dead. */
static void test_long_silence(void)
{
	int64_t end = sv_now_ms() + 1500;
	struct call call = { 0 };

	begin(H2_GOOD);
	sv_grpc_patience(channel, 900); /* a third for the answer */
	start(&call, "Echo");
	send(&call, "one");
	until_told(&call, 1);
	while (sv_now_ms() < end)
		sv_loop_step(loop, 50);
	ok(!call.done);
	send(&call, "two");
	until_told(&call, 2);
	sv_grpc_cancel(call.call);
	clear(&call);
	finish();
}

static void test_connection_lost(void)
{
	struct call lost = { 0 }, also = { 0 }, after = { 0 };

	begin(H2_GOOD);
	start(&also, "Echo");
	start(&lost, "Drop");
	send(&lost, "one");
	until_done(&lost);
	until_done(&also);
	ok(lost.code == SV_GRPC_UNAVAILABLE && !lost.answered);
	ok(also.code == SV_GRPC_UNAVAILABLE && also.exit == EX_TEMPFAIL);
	ok(strstr(lost.why, "test: UNAVAILABLE: the connection to 127.0.0.1:"));
	whole(&after, "Echo");
	ok(after.code == SV_GRPC_OK && h2_accepted(h2) == 2);
	clear(&lost);
	clear(&also);
	clear(&after);
	finish();
}

static void test_no_http2(enum h2_kind kind)
{
	struct call call = { 0 };

	begin(kind);
	whole(&call, "Echo");
	ok(call.code == SV_GRPC_UNAVAILABLE && !call.answered);
	if (!strstr(call.why, "does not speak HTTP/2, which gRPC needs: "
	                      "check the setting test.url"))
		is(call.why, "does not speak HTTP/2");
	clear(&call);
	finish();
}

static void test_shut(void)
{
	struct call call = { 0 };

	begin(H2_SHUT);
	whole(&call, "Echo");
	ok(call.code == SV_GRPC_UNAVAILABLE && call.exit == EX_TEMPFAIL);
	clear(&call);
	finish();
}

static void test_nobody(void)
{
	struct call call = { 0 };
	int port;

	begin(H2_GOOD);
	port = h2_port(h2);
	h2_free(h2);
	whole(&call, "Echo");
	ok(call.code == SV_GRPC_UNAVAILABLE && call.exit == EX_TEMPFAIL);
	ok(strstr(call.why, "test: UNAVAILABLE: connect to 127.0.0.1:"));
	clear(&call);
	(void)port;
	h2 = h2_new(loop, H2_GOOD);
	finish();
}

/* warmth is not forced onto a service that is down */
static void test_warming_waits(void)
{
	int64_t begun, now;
	int tries;

	begin(H2_SHUT);
	begun = now = sv_now_ms();
	for (; now < begun + 500; now = sv_now_ms()) {
		sv_grpc_warm(channel);
		sv_loop_step(loop, 5);
	}
	tries = h2_accepted(h2);
	ok(tries >= 1 && tries <= 1 + (now - begun) / 700);
	finish();
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_statuses();
	test_streams_broken_off();
	test_bad_answers();
	test_early_end();
	test_information_first();
	test_token_refused_once();
	test_deadline();
	test_deadline_without_connection();
	test_half_open();
	test_long_silence();
	test_connection_lost();
	test_no_http2(H2_GARBAGE);
	test_no_http2(H2_HTTP1);
	test_shut();
	test_nobody();
	test_warming_waits();
	return tap_end();
}
