/*
 * grpc: calls that go well, alone and many at once, and what they cost the
 * connection
 *
 * uses: tests/peers/h2.c tests/peers/h2_methods.c
 */
#include "tests/unit/grpc_call.h"

static struct call another;

static void test_unary(void)
{
	struct call call = { 0 };

	begin(H2_GOOD);
	whole(&call, "Echo");
	is(sv_buf_str(&call.told), "|one");
	ok(call.code == SV_GRPC_OK && !call.exit && call.answered);
	is(call.id, "req-1");
	clear(&call);
	finish();
}

static void test_both_ways(void)
{
	struct call call = { 0 };

	begin(H2_GOOD);
	start(&call, "Echo");
	for (int i = 0; i < 5; i++) {
		send(&call, "hello");
		until_told(&call, i + 1);
	}
	ok(!sv_grpc_waiting(call.call));
	sv_grpc_end(call.call);
	sv_grpc_send(call.call, "late", 4);
	until_done(&call);
	is(sv_buf_str(&call.told), "|hello|hello|hello|hello|hello");
	ok(call.code == SV_GRPC_OK);
	ok(h2_accepted(h2) == 1);
	clear(&call);
	finish();
}

/* A chunk is on its way when sv_grpc_send() returns, and so is the end. */
static void test_nothing_waits_for_the_loop(void)
{
	struct call call = { 0 };
	size_t before;

	begin(H2_GOOD);
	start(&call, "Echo");
	send(&call, "one");
	until_told(&call, 1);
	for (int i = 0; i < 5; i++) /* acknowledgements */
		sv_loop_step(loop, 5);
	before = h2_pending(h2);
	send(&call, "20 ms of sound");
	ok(h2_pending(h2) >= before + 9 + 5 + 14);
	before = h2_pending(h2);
	sv_grpc_end(call.call);
	ok(h2_pending(h2) >= before + 9);
	until_done(&call);
	before = h2_pending(h2);
	start(&another, "Echo");
	ok(h2_pending(h2) > before + 9);
	sv_grpc_cancel(another.call);
	clear(&another);
	clear(&call);
	finish();
}

static void test_messages_split_anywhere(void)
{
	struct call call = { 0 }, slow = { 0 }, empty = { 0 };

	begin(H2_GOOD);
	whole(&call, "Many");
	is(sv_buf_str(&call.told), "|a||bc");
	start(&slow, "Trickle"); /* one byte a frame */
	send(&slow, "drop by drop");
	send(&slow, "");
	sv_grpc_end(slow.call);
	until_done(&slow);
	is(sv_buf_str(&slow.told), "|drop by drop|");
	start(&empty, "Count");
	sv_grpc_end(empty.call);
	until_done(&empty);
	is(sv_buf_str(&empty.told), "|0");
	clear(&call);
	clear(&slow);
	clear(&empty);
	finish();
}

static void test_metadata(void)
{
	static const char *const names[] = {
		"x-one", "1",        "x-b-bin", "AQID,BAU=,A", "x-c-bin",
		"",      "x-long.2", "a b~",    NULL
	};
	struct call call = { 0 };

	begin(H2_GOOD);
	start_with(&call, "Echo", 0, names);
	sv_grpc_end(call.call);
	until_done(&call);
	ok(call.code == SV_GRPC_OK);
	ok(strstr(sv_buf_str(&call.heard), "x-one=1(1) ") != NULL);
	ok(strstr(sv_buf_str(&call.heard),
	          "x-b-bin=\1\2\3(3) x-b-bin=\4\5(2) x-c-bin=(0) ") != NULL);
	ok(strstr(sv_buf_str(&call.heard), "x-long.2=a b~(4) ") != NULL);
	ok(strstr(sv_buf_str(&call.heard), "x-request-id=req-1(5) ") != NULL);
	ok(!strstr(sv_buf_str(&call.heard), "grpc-"));
	clear(&call);
	finish();
}

static void test_bad_metadata(const char *name, const char *value)
{
	const char *const names[] = { name, value, NULL };
	struct call call = { 0 };

	start_with(&call, "Echo", 0, names);
	ok(!call.done);
	until_done(&call);
	ok(call.code == SV_GRPC_INVALID_ARGUMENT && call.exit == EX_CONFIG);
	ok(!call.answered && !strstr(call.why, value));
	clear(&call);
}

static void test_what_cannot_be_sent(void)
{
	static char large[9000];

	begin(H2_GOOD);
	memset(large, 'x', sizeof large - 1);
	test_bad_metadata("Authorization", "Bearer-1");
	test_bad_metadata("authorization", "Bearer\n2");
	test_bad_metadata("authorization", "\xd0\xba\xd0\xbb\xd1\x8e\xd1\x87");
	test_bad_metadata("te", "gzip");
	test_bad_metadata("grpc-timeout", "99H");
	test_bad_metadata("x-large", large);
	ok(h2_accepted(h2) == 0);
	finish();
}

static void test_connection_is_used_again(void)
{
	begin(H2_GOOD);
	ok(!sv_grpc_ready(channel));
	sv_grpc_warm(channel);
	sv_grpc_warm(channel);
	while (!sv_grpc_ready(channel))
		sv_loop_step(loop, 100);
	for (int i = 0; i < 4; i++) {
		struct call call = { 0 };

		whole(&call, "Echo");
		ok(call.code == SV_GRPC_OK);
		clear(&call);
		sv_grpc_warm(channel);
	}
	ok(h2_accepted(h2) == 1 && h2_connected(h2) == 1);
	ok(h2_streams(h2) == 0);
	finish();
}

static void test_many_at_once(void)
{
	enum { MANY = 100, EACH = 20 };
	struct call calls[MANY] = { 0 };
	int right = 0;

	begin(H2_GOOD);
	for (int i = 0; i < MANY; i++)
		start(&calls[i], "Echo");
	for (int j = 0; j < EACH; j++) {
		for (int i = 0; i < MANY; i++)
			send(&calls[i], "20 ms");
		sv_loop_step(loop, 0);
	}
	for (int i = 0; i < MANY; i++)
		sv_grpc_end(calls[i].call);
	for (int i = 0; i < MANY; i++) {
		until_done(&calls[i]);
		right += calls[i].n == EACH && calls[i].code == SV_GRPC_OK;
		clear(&calls[i]);
	}
	ok(right == MANY);
	ok(h2_accepted(h2) == 1);
	finish();
}

static void test_flow_control(void)
{
	enum { LARGE = 3 << 20 };
	struct call call = { 0 }, other = { 0 };
	char *data = sv_alloc(LARGE);

	begin(H2_GOOD);
	start(&call, "Silent");
	while (!sv_grpc_ready(channel))
		sv_loop_step(loop, 100);
	h2_freeze(h2); /* takes nothing */
	sv_grpc_send(call.call, data, LARGE);
	ok(restless(300) < 0.5);
	ok(sv_grpc_waiting(call.call) > LARGE / 2);
	sv_grpc_cancel(call.call);
	clear(&call);
	finish();

	begin(H2_GOOD); /* takes it, in windows of 64 KiB */
	start(&other, "Count");
	sv_grpc_send(other.call, data, LARGE);
	sv_grpc_end(other.call);
	until_done(&other);
	is(sv_buf_str(&other.told), "|1");
	ok(h2_taken(h2) == LARGE);
	free(data);
	clear(&other);
	finish();
}

static void test_large_message(void)
{
	struct call call = { 0 }, over = { 0 };

	begin(H2_GOOD);
	whole(&call, "Four");
	ok(call.code == SV_GRPC_OK && call.n == 1 && call.bytes == 4 << 20);
	whole(&over, "More");
	ok(over.code == SV_GRPC_RESOURCE_EXHAUSTED && over.n == 0);
	ok(!over.answered);
	is(over.why, "test: RESOURCE_EXHAUSTED: a message is larger than may "
	             "be");
	clear(&call);
	clear(&over);
	finish();
}

static void test_goaway(void)
{
	struct call old = { 0 }, new = { 0 };

	begin(H2_GOOD);
	start(&old, "Echo");
	send(&old, "one");
	until_told(&old, 1);
	h2_goaway(h2);
	while (sv_grpc_ready(channel))
		sv_loop_step(loop, 100);
	whole(&new, "Echo");
	ok(new.code == SV_GRPC_OK &&h2_accepted(h2) == 2);
	send(&old, "two"); /* it goes on where it was */
	until_told(&old, 2);
	sv_grpc_end(old.call);
	until_done(&old);
	ok(old.code == SV_GRPC_OK);
	while (h2_connected(h2) > 1)
		sv_loop_step(loop, 100);
	clear(&old);
	clear(&new);
	finish();
}

/* The service has closed the connection, and nobody has looked since. */
static void test_closed_meanwhile(void)
{
	struct call call = { 0 }, first = { 0 };

	begin(H2_GOOD);
	whole(&first, "Echo");
	h2_drop(h2);
	whole(&call, "Echo");
	ok(call.code == SV_GRPC_OK && h2_accepted(h2) == 2);
	clear(&first);
	clear(&call);
	finish();
}

static void test_goaway_before_the_call_is_sent(void)
{
	struct call first = { 0 }, call = { 0 };

	begin(H2_GOOD);
	whole(&first, "Echo");
	h2_goaway(h2);
	whole(&call, "Echo");
	ok(call.code == SV_GRPC_OK && h2_accepted(h2) == 2);
	clear(&first);
	clear(&call);
	finish();
}

static void test_cancel(void)
{
	struct call call = { 0 }, early = { 0 };

	begin(H2_GOOD);
	start(&early, "Echo"); /* before there is a connection */
	sv_grpc_cancel(early.call);
	start(&call, "Echo");
	send(&call, "one");
	until_told(&call, 1);
	ok(restless(200) < 0.5);
	sv_grpc_cancel(call.call);
	while (h2_streams(h2))
		sv_loop_step(loop, 100);
	ok(h2_cancelled(h2) == 1);
	ok(!call.done && !early.done);
	ok(sv_grpc_ready(channel)); /* the others go on */
	clear(&call);
	clear(&early);
	finish();
}

static void test_names(void)
{
	sv_grpc_send(NULL, "", 0); /* of a call that has ended */
	sv_grpc_end(NULL);
	sv_grpc_cancel(NULL);
	ok(sv_grpc_waiting(NULL) == 0);
	is(sv_grpc_code_name(SV_GRPC_UNAVAILABLE), "UNAVAILABLE");
	is(sv_grpc_code_name(SV_GRPC_UNAUTHENTICATED), "UNAUTHENTICATED");
	is(sv_grpc_code_name((enum sv_grpc_code)99), "UNKNOWN");
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_unary();
	test_both_ways();
	test_nothing_waits_for_the_loop();
	test_messages_split_anywhere();
	test_metadata();
	test_what_cannot_be_sent();
	test_connection_is_used_again();
	test_many_at_once();
	test_flow_control();
	test_large_message();
	test_goaway();
	test_closed_meanwhile();
	test_goaway_before_the_call_is_sent();
	test_cancel();
	test_names();
	return tap_end();
}
