/* http_calls: many at once, and callbacks that start, cancel and free */
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http.h"

#include "tests/unit/peer.h"
#include "tests/unit/tap.h"

static struct peer peer;
static struct sv_loop *loop;
static struct sv_http *http;
static struct sv_service service = { .name = "svc", .connect_ms = 5000 };

/* A request whose struct is on the heap: what is called after its end is
 * found by the sanitizer. */
struct job {
	struct sv_http_call *call;
	int done, code, pieces, len;
	void (*on_piece)(struct job *job);
	void (*on_done)(struct job *job);
};

static struct job *other; /* for those who act on another */
static int total;

static void done(void *arg, const struct sv_http_answer *answer)
{
	struct job *job = arg;

	total++;
	job->done++;
	job->code = answer->code;
	if (job->on_done)
		job->on_done(job);
	job->call = NULL;
}

static int piece(void *arg, const char *data, size_t len)
{
	struct job *job = arg;

	(void)data;
	job->pieces++;
	job->len += (int)len;
	if (job->on_piece)
		job->on_piece(job);
	return 0;
}

static struct job *start(const char *path, void (*on_piece)(struct job *job),
                         void (*on_done)(struct job *job))
{
	struct job *job = sv_alloc(sizeof *job);
	struct sv_http_request request = { .service = &service,
		                           .path = path,
		                           .data = piece,
		                           .done = done,
		                           .retries = 2,
		                           .arg = job };

	job->on_piece = on_piece;
	job->on_done = on_done;
	job->call = sv_http_start(http, &request);
	return job;
}

static void wait_for(const int *what, int value)
{
	int64_t until = sv_now_ms() + 60000;

	while (*what < value && sv_now_ms() < until)
		sv_loop_step(loop, 500);
}

/* time for what should not come */
static void linger(void)
{
	int64_t until = sv_now_ms() + 100;

	while (sv_now_ms() < until)
		sv_loop_step(loop, 20);
}

/* --- what callbacks do --- */

static void start_other(struct job *job)
{
	(void)job;
	if (!other)
		other = start("/chunked/whole", NULL, NULL);
}

static void cancel_self(struct job *job)
{
	sv_http_cancel(job->call);
	job->call = NULL;
}

static void drop_self(struct job *job)
{
	sv_http_cancel(job->call);
	free(job); /* nobody may touch it now */
}

static void drop_other(struct job *job)
{
	(void)job;
	if (!other)
		return;
	sv_http_cancel(other->call);
	free(other);
	other = NULL;
}

static void free_all(struct job *job)
{
	(void)job;
	sv_http_free(http);
	http = NULL;
}

static void run_nested(struct job *job)
{
	(void)job;
	other = start("/chunked/whole", NULL, NULL);
	wait_for(&other->done, 1);
}

/* --- */

static void starting(void)
{
	struct job *job = start("/chunked/whole", start_other, NULL);

	wait_for(&job->done, 1);
	ok(other != NULL);
	wait_for(&other->done, 1);
	ok(!job->code && job->len == 11 && !other->code && other->len == 11);
	free(job);
	free(other);
	other = NULL;
	job = start("/chunked/whole", NULL, start_other);
	wait_for(&job->done, 1);
	wait_for(&other->done, 1);
	ok(!other->code && other->len == 11);
	free(job);
	free(other);
	other = NULL;
	job = start("/chunked/whole", NULL, run_nested);
	wait_for(&job->done, 1);
	ok(other->done == 1 && other->len == 11);
	free(job);
	free(other);
	other = NULL;
}

static void cancelling(void)
{
	struct job *job = start("/drip?n=50&ms=5", cancel_self, NULL);

	wait_for(&job->pieces, 1);
	linger();
	ok(job->pieces == 1 && !job->done);
	free(job);

	start("/drip?n=50&ms=5", drop_self, NULL);
	linger();

	/* another, which gets pieces all the time */
	other = start("/drip?n=500&ms=1", NULL, NULL);
	wait_for(&other->pieces, 1);
	job = start("/drip?n=5&ms=1", drop_other, NULL);
	wait_for(&job->done, 1);
	ok(!job->code && !other);
	free(job);

	other = start("/hang", NULL, NULL);
	job = start("/chunked/whole", NULL, drop_other);
	wait_for(&job->done, 1);
	ok(!other);
	free(job);

	/* within its own done() there is nothing left to cancel */
	job = start("/chunked/whole", NULL, cancel_self);
	wait_for(&job->done, 1);
	linger();
	ok(job->done == 1);
	free(job);

	/* at once; while it waits for another try; and NULL */
	total = 0;
	job = start("/chunked/whole", NULL, NULL);
	cancel_self(job);
	free(job);
	job = start("/status/c1/503", NULL, NULL);
	linger();
	ok(!job->done);
	cancel_self(job);
	free(job);
	sv_http_cancel(NULL);
	linger();
	ok(!total);
}

static int renew(void)
{
	sv_http_free(http);
	return sv_http_new(&http, loop);
}

static void freeing(void)
{
	struct job *jobs[5];

	ok(!renew());
	for (int i = 0; i < 4; i++)
		jobs[i] = start(i == 0   ? "/hang"
		                : i == 1 ? "/drip?n=100&ms=5"
		                : i == 2 ? "/status/f1/503"
		                         : "/stall",
		                NULL, NULL);
	wait_for(&jobs[1]->pieces, 1);
	jobs[4] = start("/echo", NULL, NULL); /* not begun */
	total = 0;
	ok(!renew());
	linger();
	ok(!total);
	for (int i = 0; i < 5; i++)
		free(jobs[i]);

	jobs[0] = start("/hang", NULL, NULL);
	jobs[1] = start("/drip?n=100&ms=2", free_all, NULL);
	wait_for(&jobs[1]->pieces, 1);
	ok(!http);
	ok(!sv_loop_run(loop)); /* nothing is left to wait for */
	ok(jobs[1]->pieces == 1 && !total);
	free(jobs[0]);
	free(jobs[1]);

	ok(!sv_http_new(&http, loop));
	jobs[0] = start("/hang", NULL, NULL);
	jobs[1] = start("/chunked/whole", NULL, free_all);
	wait_for(&jobs[1]->done, 1);
	ok(!http && total == 1);
	ok(!sv_loop_run(loop));
	free(jobs[0]);
	free(jobs[1]);
	sv_http_free(NULL);
	ok(!sv_http_new(&http, loop));
}

static void many(void)
{
	enum { MANY = 100 };
	static struct job *jobs[MANY];
	int good = 0;

	total = 0;
	for (int i = 0; i < MANY; i++)
		jobs[i] = start("/drip?n=20&ms=2", NULL, NULL);
	wait_for(&total, MANY);
	linger();
	ok(total == MANY);
	for (int i = 0; i < MANY; i++) {
		good += !jobs[i]->code && jobs[i]->len == 40 &&
		        jobs[i]->done == 1;
		free(jobs[i]);
	}
	ok(good == MANY);
}

/* names are looked up by a thread of libcurl's: nobody waits for it */
static void resolving(void)
{
	char *by_number = service.url;
	struct job *job;
	int64_t begun;

	service.url =
		sv_format("http://localhost:%s", peer_port(&peer, "plain"));
	job = start("/chunked/whole", NULL, NULL);
	wait_for(&job->done, 1);
	ok(!job->code);
	free(job);
	ok(!renew()); /* and with it what it had looked up */
	begun = sv_now_ms();
	for (int i = 0; i < 20; i++) {
		job = start("/chunked/whole", NULL, NULL);
		sv_loop_step(loop, 0);
		cancel_self(job);
		free(job);
	}
	ok(sv_now_ms() - begun < 5000);
	free(service.url);
	service.url = by_number;
}

int main(void)
{
	loop = sv_loop_new();
	if (peer_start(&peer, "http", NULL) || sv_http_new(&http, loop))
		return 1;
	service.url =
		sv_format("http://127.0.0.1:%s", peer_port(&peer, "plain"));
	starting();
	cancelling();
	freeing();
	many();
	resolving();
	sv_http_free(http);
	ok(!sv_loop_run(loop));
	sv_loop_free(loop);
	peer_stop(&peer);
	free(service.url);
	return tap_end();
}
