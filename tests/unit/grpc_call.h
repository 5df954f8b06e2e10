/* grpc_call.h: a channel to the h2, and calls whose story is written down */
#ifndef GRPC_CALL_H
#define GRPC_CALL_H

#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/grpc.h"
#include "lib/loop.h"

#include "tests/peers/h2.h"
#include "tests/unit/tap.h"

enum { PATIENCE_MS = 20000 };

static struct sv_loop *loop;
static struct h2_peer *h2;
static struct sv_service service;
static struct sv_grpc *channel;

/* one call, and all that was told */
struct call {
	struct sv_grpc_call *call;
	struct sv_buf told;  /* messages, each behind a | */
	struct sv_buf heard; /* metadata */
	int n;
	size_t bytes;
	bool done;
	enum sv_grpc_code code;
	int exit;
	bool answered;
	char message[128], why[512], id[32];
	/* what to do from within */
	int (*on_message)(struct call *call);
	void (*on_done)(struct call *call);
};

static inline int message(void *arg, const void *data, size_t len)
{
	struct call *call = arg;

	call->n++;
	call->bytes += len;
	if (len < 100)
		sv_buf_printf(&call->told, "|%.*s", (int)len,
		              (const char *)data);
	return call->on_message ? call->on_message(call) : 0;
}

static inline void metadata(void *arg, const char *name, const char *value,
                            size_t len)
{
	struct call *call = arg;

	sv_buf_printf(&call->heard, "%s=%.*s(%zu) ", name, (int)len, value,
	              len);
}

static inline void done(void *arg, const struct sv_grpc_status *status)
{
	struct call *call = arg;

	if (call->done)
		ok(!"told its end twice");
	call->done = true;
	call->call = NULL;
	call->code = status->code;
	call->exit = status->exit;
	call->answered = status->answered;
	snprintf(call->message, sizeof call->message, "%s", status->message);
	snprintf(call->id, sizeof call->id, "%s", status->request_id);
	snprintf(call->why, sizeof call->why, "%s",
	         status->exit ? sv_why() : "");
	if (call->on_done)
		call->on_done(call);
}

static inline void start_with(struct call *call, const char *method,
                              int deadline_ms, const char *const *names)
{
	char path[64];
	struct sv_grpc_request request = { .path = path,
		                           .metadata = names,
		                           .deadline_ms = deadline_ms,
		                           .message = message,
		                           .metadata_in = metadata,
		                           .done = done,
		                           .arg = call };

	snprintf(path, sizeof path, "/t.T/%s", method);
	sv_buf_init(&call->told, 1 << 20);
	sv_buf_init(&call->heard, 1 << 20);
	call->call = sv_grpc_start(channel, &request);
}

static inline void start(struct call *call, const char *method)
{
	static const char *const names[] = { "authorization", "Api-Key k",
		                             "x-a", "b", NULL };

	start_with(call, method, 0, names);
}

static inline void clear(struct call *call)
{
	sv_buf_release(&call->told);
	sv_buf_release(&call->heard);
}

static inline bool step(int64_t end)
{
	sv_loop_step(loop, 100);
	return sv_now_ms() < end;
}

static inline void until_done(struct call *call)
{
	int64_t end = sv_now_ms() + PATIENCE_MS;

	while (!call->done && step(end))
		;
	ok(call->done);
}

static inline void until_told(struct call *call, int n)
{
	int64_t end = sv_now_ms() + PATIENCE_MS;

	while (call->n < n && !call->done && step(end))
		;
	ok(call->n >= n);
}

static inline void send(struct call *call, const char *text)
{
	sv_grpc_send(call->call, text, strlen(text));
}

/* one whole call: a message, the end, what comes of it */
static inline void whole(struct call *call, const char *method)
{
	start(call, method);
	send(call, "one");
	sv_grpc_end(call->call);
	until_done(call);
}

static inline void begin(enum h2_kind kind)
{
	loop = sv_loop_new();
	h2 = h2_new(loop, kind);
	service = (struct sv_service){ .name = "test", .connect_ms = 20000 };
	service.url = sv_format("http://127.0.0.1:%d", h2_port(h2));
	ok(!sv_grpc_new(&channel, loop, &service));
}

static inline void finish(void)
{
	sv_grpc_free(channel);
	h2_free(h2);
	sv_loop_free(loop);
	free(service.url);
}

/* the part of the time for which the loop works, while it has only to wait */
static inline double restless(int ms)
{
	int64_t begun = sv_now_ms();
	clock_t cpu = clock();

	while (sv_now_ms() < begun + ms)
		sv_loop_step(loop, 20);
	return (double)(clock() - cpu) / CLOCKS_PER_SEC /
	       ((double)(sv_now_ms() - begun) / 1000);
}

#endif
