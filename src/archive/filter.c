/* filter: events on their way, and recordings kept beside it */
#include "src/archive/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/start.h"

#include "src/archive/name.h"

enum { QUEUE_MAX = 32 << 20 };

struct filter {
	struct sv_loop *loop;
	struct sv_events *in, *told; /* stdin; what the worker says */
	int told_fd;
	pid_t worker;
	int requests;        /* to the worker; -1: no more */
	struct sv_buf queue; /* that did not fit into the pipe yet */
	bool ended, gone;    /* stdin; who reads our output */
	int code;
};

/* --- to the worker --- */

static void close_requests(struct filter *filter)
{
	if (filter->requests < 0)
		return;
	sv_loop_unwatch(filter->loop, filter->requests);
	close(filter->requests);
	filter->requests = -1;
}

static int send_on(void *arg, short revents)
{
	struct filter *filter = arg;
	struct sv_buf *queue = &filter->queue;
	ssize_t n = write(filter->requests, sv_buf_str(queue), queue->len);

	(void)revents;
	if (n > 0)
		sv_buf_drop(queue, (size_t)n);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		sv_buf_cut(queue, 0); /* the worker is gone, and has said why */
	if (!queue->len && filter->ended)
		close_requests(filter);
	else if (!queue->len)
		sv_loop_unwatch(filter->loop, filter->requests);
	return 0;
}

/* What else an event names is let be: it would be removed in the end. */
static bool is_recording(const char *path)
{
	const char *kind = name_kind(path);

	return kind && !strcmp(kind, "recording");
}

/* The whole path: files move with nobody's working folder. */
static void ask_for(struct filter *filter, const struct sv_event *event)
{
	const char *recording =
		json_string_value(json_object_get(event->json, "recording"));
	char *path = recording ? realpath(recording, NULL) : NULL;
	size_t was = filter->queue.len;

	if (recording && !path)
		sv_warn("call %s: its recording %s is not here", event->call,
		        recording);
	else if (path && !is_recording(path))
		sv_warn("call %s: %s is no recording by its name, and stays",
		        event->call, path);
	else if (path && filter->requests >= 0 &&
	         (sv_buf_add(&filter->queue, path, strlen(path) + 1) ||
	          sv_buf_add(&filter->queue, event->call,
	                     strlen(event->call) + 1))) {
		sv_buf_cut(&filter->queue, was);
		sv_warn("%s: too many wait already: sv-archive upload keeps "
		        "it later",
		        path);
	}
	if (filter->queue.len && !was && filter->requests >= 0)
		sv_loop_watch(filter->loop, filter->requests, POLLOUT, send_on,
		              filter);
	free(path);
}

/* --- events --- */

static int finish(struct filter *filter, int code)
{
	if (!filter->ended)
		filter->code = code;
	filter->ended = true;
	sv_loop_unwatch(filter->loop, STDIN_FILENO);
	if (!filter->queue.len)
		close_requests(filter);
	return 0;
}

static int take(void *arg, short revents)
{
	struct filter *filter = arg;
	struct sv_event event;
	int more = sv_events_fill(filter->in), rc = 0, got;

	(void)revents;
	if (more < 0)
		return finish(filter, sv_events_code(filter->in));
	while (!rc && (got = sv_events_pop(filter->in, &event))) {
		if (got < 0)
			return finish(filter, sv_events_code(filter->in));
		rc = sv_event_pass(&event);
		if (!strcmp(event.type, "call.end"))
			ask_for(filter, &event);
	}
	filter->gone = rc == SV_GONE;
	return rc || !more ? finish(filter, rc) : 0;
}

/* what the worker says goes out as it is, if somebody listens */
static int hear(void *arg, short revents)
{
	struct filter *filter = arg;
	struct sv_event event;
	int more = sv_events_fill(filter->told);

	(void)revents;
	while (sv_events_pop(filter->told, &event) > 0) {
		int rc = filter->gone ? 0 : sv_event_pass(&event);

		if (rc) {
			filter->gone = true;
			finish(filter, rc);
		}
	}
	if (more <= 0) {
		/* it is over: at its end, or it could not begin */
		sv_loop_unwatch(filter->loop, filter->told_fd);
		close_requests(filter);
	}
	return 0;
}

static int stop(void *arg)
{
	return finish(arg, 0);
}

/* --- the worker --- */

static int start_worker(struct filter *filter,
                        const struct keeper_options *options)
{
	int requests[2], events[2];

	if (pipe2(requests, O_CLOEXEC) || pipe2(events, O_CLOEXEC))
		return sv_fail(EX_TEMPFAIL, "make a pipe:");
	filter->worker = fork();
	if (filter->worker < 0)
		return sv_fail(EX_TEMPFAIL, "start a process:");
	if (!filter->worker) {
		/* it finishes what it has, unless we are killed */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGTERM, SIG_IGN);
		signal(SIGINT, SIG_IGN);
		close(requests[1]);
		close(events[0]);
		sv_event_to(events[1]);
		_exit(filter_work(options, requests[0]));
	}
	close(requests[0]);
	close(events[1]);
	filter->requests = requests[1];
	fcntl(filter->requests, F_SETFL, O_NONBLOCK);
	filter->told_fd = events[0];
	return 0;
}

static int end_worker(const struct filter *filter)
{
	int status = 0;

	while (waitpid(filter->worker, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status))
		return sv_fail(EX_SOFTWARE,
		               "the process that keeps files was killed");
	if (WEXITSTATUS(status))
		sv_fail(WEXITSTATUS(status),
		        "not every recording was kept: sv-archive upload "
		        "keeps those that are left");
	return WEXITSTATUS(status);
}

int filter(const struct keeper_options *options)
{
	struct filter filter = { .loop = sv_loop_new(),
		                 .queue = { .max = QUEUE_MAX } };
	int code = 0, rc = start_worker(&filter, options);

	if (!rc) {
		filter.in = sv_events_new(STDIN_FILENO, "stdin");
		filter.told =
			sv_events_new(filter.told_fd, "the keeper of files");
		sv_loop_watch(filter.loop, STDIN_FILENO, POLLIN, take, &filter);
		sv_loop_watch(filter.loop, filter.told_fd, POLLIN, hear,
		              &filter);
		sv_loop_on_stop(filter.loop, stop, &filter);
		sv_loop_run(filter.loop);
		close_requests(&filter);
		code = end_worker(&filter);
		close(filter.told_fd);
	}
	sv_events_free(filter.in);
	sv_events_free(filter.told);
	sv_buf_release(&filter.queue);
	sv_loop_free(filter.loop);
	if (rc || (filter.code && filter.code != SV_GONE))
		return rc ? rc : filter.code;
	return code ? code : filter.code;
}
