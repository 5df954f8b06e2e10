/* ask.c: a gRPC call that is waited for */
#include "src/asr/ask.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

enum { STEP_MS = 1000 };

int ask_init(struct ask *ask, const struct sv_service *service)
{
	int rc;

	*ask = (struct ask){ .loop = sv_loop_new() };
	rc = sv_grpc_new(&ask->channel, ask->loop, service);
	if (rc)
		ask_release(ask);
	return rc;
}

void ask_release(struct ask *ask)
{
	if (ask->channel)
		sv_grpc_free(ask->channel);
	sv_loop_free(ask->loop);
	free(ask->why);
	*ask = (struct ask){ 0 };
}

static void on_done(void *arg, const struct sv_grpc_status *status)
{
	struct ask *ask = arg;

	free(ask->why);
	ask->why = sv_strdup(status->exit ? sv_why() : "");
	ask->code = status->code;
	ask->exit = status->exit;
	ask->over = true;
}

/* the answers of a call go to who asked, its end to us */
struct asked {
	struct ask *ask;
	const struct ask_for *what;
};

static int on_message(void *arg, const void *data, size_t len)
{
	struct asked *asked = arg;

	return asked->what->answer(asked->what->arg, data, len);
}

static void on_asked_done(void *arg, const struct sv_grpc_status *status)
{
	struct asked *asked = arg;

	on_done(asked->ask, status);
}

static int step(struct ask *ask, int64_t until_ms)
{
	int64_t left_ms = until_ms - sv_now_ms();
	int rc;

	if (left_ms > STEP_MS)
		left_ms = STEP_MS;
	rc = sv_loop_step(ask->loop, left_ms > 0 ? (int)left_ms : 0);
	if (!rc && ask->waits)
		rc = ask->waits(ask->arg);
	return rc;
}

int ask_one(struct ask *ask, const struct ask_for *what)
{
	struct asked asked = { ask, what };
	const struct sv_grpc_request request = {
		.path = what->path,
		.metadata = what->metadata,
		.deadline_ms = what->timeout_ms,
		.message = on_message,
		.done = on_asked_done,
		.arg = &asked,
	};
	struct sv_grpc_call *call;
	int rc = 0;

	ask->over = false;
	call = sv_grpc_start(ask->channel, &request);
	sv_grpc_send(call, what->message, what->len);
	sv_grpc_end(call);
	while (!rc && !ask->over)
		rc = step(ask, sv_now_ms() + STEP_MS);
	if (rc && !ask->over)
		sv_grpc_cancel(call);
	if (!rc && ask->exit)
		rc = sv_fail(ask->exit, "%s", ask->why);
	return rc;
}

int ask_wait(struct ask *ask, int ms)
{
	int64_t until_ms = sv_now_ms() + ms;
	int rc = 0;

	while (!rc && sv_now_ms() < until_ms)
		rc = step(ask, until_ms);
	return rc;
}
