/*
 * grpc: calls begun, fed, ended, cancelled from everywhere, while the service
 * drops connections and sends them away: each one that is not cancelled ends
 * once, and nothing is left
 *
 * uses: tests/peers/h2.c tests/peers/h2_methods.c
 */
#include "tests/unit/grpc_call.h"

enum { CALLS = 40, ROUNDS = 20000 };

static struct call calls[CALLS];
static int begun, ended, cancelled;
static unsigned seed = 1;

/* the same on each machine */
static unsigned chance(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static const char *method(void)
{
	static const char *const names[] = {
		"Echo",  "Echo",  "Echo", "Echo",   "Count",  "Midway",
		"After", "Early", "Many", "Reset",  "Refuse", "Exhausted",
		"Drop",  "Page",  "Cut",  "Silent", "Never",  "Trickle",
	};

	return names[chance(sizeof names / sizeof *names)];
}

static int act(struct call *call);

static void over(struct call *call)
{
	(void)call;
	ended++;
	act(NULL);
}

static void begin_one(struct call *call)
{
	clear(call);
	*call = (struct call){ .on_message = act, .on_done = over };
	start_with(call, method(), chance(4) ? 0 : (int)chance(50) + 1, NULL);
	begun++;
}

static void cancel(struct call *call)
{
	sv_grpc_cancel(call->call);
	call->call = NULL;
	cancelled++;
}

/* something happens to one of the calls */
static int act(struct call *told)
{
	struct call *call = &calls[chance(CALLS)];

	if (!call->call) {
		begin_one(call);
		return 0;
	}
	switch (chance(6)) {
	case 0:
		cancel(call);
		break;
	case 1:
		sv_grpc_end(call->call);
		break;
	case 2:
		return told && !chance(4) ? sv_fail(EX_DATAERR, "enough") : 0;
	default:
		send(call, "a chunk");
	}
	return 0;
}

static void trouble(void)
{
	switch (chance(400)) {
	case 0:
		h2_drop(h2);
		break;
	case 1:
		h2_goaway(h2);
		break;
	case 2:
		sv_grpc_warm(channel);
		break;
	default:
		break;
	}
}

int main(int argc, char *argv[])
{
	if (argc > 1) /* another course of things */
		seed = (unsigned)strtoul(argv[1], NULL, 10);
	signal(SIGPIPE, SIG_IGN);
	begin(H2_GOOD);
	for (int i = 0; i < ROUNDS; i++) {
		act(NULL);
		trouble();
		if (!chance(3))
			sv_loop_step(loop, 0);
	}
	for (int i = 0; i < CALLS; i++) {
		if (calls[i].call)
			cancel(&calls[i]);
	}
	for (int i = 0; i < 100; i++)
		sv_loop_step(loop, 1);
	for (int i = 0; i < CALLS; i++) { /* begun where another has ended */
		if (calls[i].call)
			cancel(&calls[i]);
		clear(&calls[i]);
	}
	printf("# %d begun, %d ended, %d cancelled, %d connections\n", begun,
	       ended, cancelled, h2_accepted(h2));
	ok(begun == ended + cancelled && ended > 100 && cancelled > 100);
	finish();
	return tap_end();
}
