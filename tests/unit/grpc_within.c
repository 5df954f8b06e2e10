/*
 * grpc: what is told may start, feed, cancel and free whatever it likes
 *
 * uses: tests/peers/h2.c tests/peers/h2_methods.c
 */
#include "tests/unit/grpc_call.h"

static struct call another;

static int cancel_it(struct call *call)
{
	sv_grpc_cancel(call->call);
	call->call = NULL;
	return 0;
}

static int start_another(struct call *call)
{
	if (call->n == 1) {
		start(&another, "Echo");
		send(&another, "other");
		sv_grpc_end(another.call);
	}
	send(call, "more");
	if (call->n == 3)
		sv_grpc_end(call->call);
	return 0;
}

static int cancel_other(struct call *call)
{
	(void)call;
	if (another.call)
		sv_grpc_cancel(another.call);
	another.call = NULL;
	return 0;
}

static int refuse_it(struct call *call)
{
	(void)call;
	return sv_fail(EX_PROTOCOL, "test: this is no answer");
}

static int free_all(struct call *call)
{
	(void)call;
	sv_grpc_free(channel);
	channel = NULL;
	return 0;
}

static void free_at_end(struct call *call)
{
	free_all(call);
}

static void start_at_end(struct call *call)
{
	(void)call;
	start(&another, "Echo");
	send(&another, "again");
	sv_grpc_end(another.call);
}

static void test_from_within_a_message(void)
{
	struct call call = { .on_message = cancel_it };

	begin(H2_GOOD);
	start(&call, "Many"); /* three messages at once */
	sv_grpc_end(call.call);
	until_told(&call, 1);
	for (int i = 0; i < 5; i++)
		sv_loop_step(loop, 5);
	ok(call.n == 1 && !call.done);
	clear(&call);

	call = (struct call){ .on_message = start_another };
	another = (struct call){ 0 };
	start(&call, "Echo");
	send(&call, "one");
	until_done(&call);
	until_done(&another);
	ok(call.code == SV_GRPC_OK && another.code == SV_GRPC_OK);
	is(sv_buf_str(&call.told), "|one|more|more|more");
	is(sv_buf_str(&another.told), "|other");
	clear(&call);
	clear(&another);

	call = (struct call){ .on_message = refuse_it };
	start(&call, "Many");
	sv_grpc_end(call.call);
	until_done(&call);
	ok(call.n == 1 && call.code == SV_GRPC_CANCELLED);
	ok(call.exit == EX_PROTOCOL);
	is(call.why, "test: this is no answer");
	clear(&call);
	finish();
}

static void test_others_are_cancelled_from_within(void)
{
	struct call call = { .on_message = cancel_other };

	begin(H2_GOOD);
	another = (struct call){ .on_message = cancel_other };
	start(&call, "Echo");
	start(&another, "Echo");
	send(&another, "b");
	send(&call, "a");
	sv_grpc_end(call.call);
	until_done(&call);
	ok(call.code == SV_GRPC_OK && !another.done);
	clear(&call);
	clear(&another);
	finish();
}

static void test_all_is_freed_from_within(void)
{
	struct call call = { .on_message = free_all }, other = { 0 };

	begin(H2_GOOD);
	start(&other, "Echo");
	start(&call, "Echo");
	send(&call, "a");
	send(&other, "b");
	while (channel)
		sv_loop_step(loop, 100);
	ok(!call.done && !other.done);
	clear(&call);
	clear(&other);
	finish();

	begin(H2_GOOD);
	call = (struct call){ .on_done = free_at_end };
	whole(&call, "Echo");
	ok(!channel);
	clear(&call);
	finish();
}

static void test_another_from_within_the_end(void)
{
	struct call call = { .on_done = start_at_end };

	begin(H2_GOOD);
	another = (struct call){ 0 };
	whole(&call, "Exhausted");
	until_done(&another);
	is(sv_buf_str(&another.told), "|again");
	clear(&call);
	clear(&another);
	finish();
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_from_within_a_message();
	test_others_are_cancelled_from_within();
	test_all_is_freed_from_within();
	test_another_from_within_the_end();
	return tap_end();
}
