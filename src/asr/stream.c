/* stream.c: PCM on stdin to events on stdout, and what a live call tells us */
#include "src/asr/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/pcm.h"
#include "lib/start.h"
#include "lib/ulid.h"
#include "lib/utf8.h"

#include "src/asr/barge_in.h"
#include "src/asr/client.h"
#include "src/asr/line.h"

enum { BLOCK = SV_RATE_MAX / 10 }; /* samples read at once, at most */

struct stream {
	const struct asr_config *config;
	struct asr_line *line;
	struct sv_loop *loop;
	struct sv_pcm_in in;
	struct sv_events *control; /* fd 5 of a live call, or NULL */
	struct barge_in barge_in;
	char call[SV_CALL_MAX + 1];
	bool owes_tick; /* see tick() */
};

/* The call's id is sv-capture's, who asked for this call; offline, our own. */
static int name_call(char call[SV_CALL_MAX + 1])
{
	const char *id = getenv("SV_CALL_ID");
	char made[SV_ULID_LEN];
	size_t len;

	if (!id || !*id) {
		sv_ulid(made);
		id = made;
	}
	len = strlen(id);
	if (len > SV_CALL_MAX || sv_utf8_check(id, len) != len)
		return sv_fail(EX_CONFIG, "SV_CALL_ID is no call id: at most "
		                          "64 bytes of UTF-8");
	memcpy(call, id, len + 1);
	sv_log_call(call);
	return 0;
}

static void add_variable(json_t *fields, const char *key, const char *name)
{
	const char *value = getenv(name);

	if (value && *value)
		json_object_set_new(fields, key, json_string(value));
}

/* In a live call sv-capture writes call.start and call.end. */
static int announce(const struct stream *stream)
{
	const char *direction = getenv("SV_DIRECTION");
	json_t *fields;

	if (sv_call_fd(SV_FD_EVENTS) >= 0)
		return 0;
	fields = json_pack("{s:s,s:i,s:s}", "source", "stdin", "rate",
	                   stream->config->rate_hz, "language",
	                   stream->config->language);
	add_variable(fields, "caller", "SV_CALLER");
	add_variable(fields, "callee", "SV_CALLEE");
	if (direction &&
	    (!strcmp(direction, "in") || !strcmp(direction, "out")))
		add_variable(fields, "direction", "SV_DIRECTION");
	return sv_event_write(stream->call, 0, "call.start", fields);
}

static int conclude(const struct stream *stream, const char *reason)
{
	int64_t t = asr_line_ms(stream->line);

	if (sv_call_fd(SV_FD_EVENTS) >= 0)
		return 0;
	return sv_event_write(stream->call, t, "call.end",
	                      json_pack("{s:s,s:I}", "reason", reason,
	                                "duration_ms", (json_int_t)t));
}

static int audio_ready(void *arg, short revents);

/* By the call's clock: all that the audio so far led to has been written. A
 * service's result is waited for; nothing is read meanwhile. */
static int tick(struct stream *stream)
{
	bool waits = asr_line_waits(stream->line);

	if (!stream->config->by_call)
		return 0;
	if (waits != stream->owes_tick)
		sv_loop_watch(stream->loop, STDIN_FILENO, waits ? 0 : POLLIN,
		              audio_ready, stream);
	stream->owes_tick = waits;
	if (waits)
		return 0;
	return sv_event_write(stream->call, asr_line_ms(stream->line), "clock",
	                      json_object());
}

static int write_event(void *arg, int64_t t, const char *type, json_t *fields)
{
	struct stream *stream = arg;
	int rc = sv_event_write(stream->call, t, type, fields);

	return rc || !stream->owes_tick ? rc : tick(stream);
}

/* What tomorrow may bring is heard in silence: what comes here was written for
 * us and is passed on to nobody. */
static int obey(struct stream *stream, const struct sv_event *event)
{
	bool prompted;

	if (!strcmp(event->type, "asr.expect"))
		return asr_line_expect(stream->line, event->json);
	if (!strcmp(event->type, "dtmf"))
		return asr_line_dtmf(stream->line);
	if (barge_in_event(&stream->barge_in, event->type, &prompted))
		asr_line_prompted(stream->line, prompted);
	return 0;
}

static int take_control(struct stream *stream)
{
	struct sv_event event;
	int more = sv_events_fill(stream->control);
	int got = 0;
	int rc = 0;

	while (!rc && more >= 0) {
		got = sv_events_pop(stream->control, &event);
		if (got <= 0)
			break;
		rc = obey(stream, &event);
	}
	if (got < 0)
		return sv_events_code(stream->control);
	if (more < 0)
		sv_warn("%s; going on without", sv_why());
	if (more <= 0)
		sv_loop_unwatch(stream->loop, SV_FD_ASR);
	return rc;
}

static int control_ready(void *arg, short revents)
{
	(void)revents;
	return take_control(arg);
}

/* What the dialog expects counts before the audio that came after it. */
static int catch_up(struct stream *stream)
{
	struct pollfd fd = { .fd = SV_FD_ASR, .events = POLLIN };

	if (!stream->control || poll(&fd, 1, 0) <= 0 || !(fd.revents & POLLIN))
		return 0;
	return take_control(stream);
}

static int audio_ready(void *arg, short revents)
{
	struct stream *stream = arg;
	int16_t samples[BLOCK];
	ssize_t n;
	int rc = catch_up(stream);

	(void)revents;
	if (rc)
		return rc;
	n = sv_pcm_read(&stream->in, samples, BLOCK);
	if (n == 0)
		sv_loop_stop(stream->loop);
	if (n == -1)
		return errno == EAGAIN ? 0 : EX_IOERR;
	if (n <= 0)
		return 0;
	rc = asr_line_feed(stream->line, samples, (size_t)n);
	return rc ? rc : tick(stream);
}

/* until stdin ends, or SIGTERM, on which the loop ends by itself */
static int listen(struct stream *stream)
{
	int fd = sv_call_fd(SV_FD_ASR);
	int rc;

	if (fd >= 0) {
		stream->control = sv_events_new(fd, "fd 5");
		sv_loop_watch(stream->loop, fd, POLLIN, control_ready, stream);
	}
	sv_pcm_in_init(&stream->in, STDIN_FILENO, "stdin");
	sv_loop_watch(stream->loop, STDIN_FILENO, POLLIN, audio_ready, stream);
	rc = sv_loop_run(stream->loop);
	sv_loop_unwatch(stream->loop, STDIN_FILENO);
	if (fd >= 0)
		sv_loop_unwatch(stream->loop, fd);
	sv_events_free(stream->control);
	stream->owes_tick = false;
	return rc;
}

/* Audio that could not be read, or an engine that broke, ends the call, but
 * not before what was said until then is out. */
static int give_up(struct stream *stream, int code)
{
	char *why = sv_strdup(sv_why());
	int rc;

	rc = sv_event_error(stream->call, asr_line_ms(stream->line), code,
	                    NULL);
	if (!rc && code == EX_IOERR)
		rc = asr_line_finish(stream->line);
	if (!rc)
		rc = conclude(stream, "error");
	sv_fail(code, "%s", why);
	free(why);
	return rc == SV_GONE ? rc : code;
}

static int converse(struct stream *stream)
{
	int rc = announce(stream);

	if (rc)
		return rc;
	rc = listen(stream);
	if (rc == SV_GONE)
		return rc;
	if (rc)
		return give_up(stream, rc);
	rc = asr_line_finish(stream->line);
	if (!rc)
		rc = conclude(stream, sv_stopping() ? "stopped" : "eof");
	if (!rc && asr_line_lost(stream->line))
		rc = sv_fail(asr_line_lost(stream->line),
		             "not all that was said was recognised: the error "
		             "events tell why");
	return rc;
}

int stream_serve(const struct asr_config *config, struct asr_loaded *loaded,
                 const char *call)
{
	struct stream stream = { .config = config };
	struct asr_line_setup setup = {
		.config = config,
		.loaded = loaded,
		.rate_hz = config->rate_hz,
		.channel = -1,
		.live = true,
		.sink = { &stream, write_event },
		.call = stream.call,
	};
	int rc;

	snprintf(stream.call, sizeof stream.call, "%s", call);
	stream.loop = setup.loop = sv_loop_new();
	rc = asr_line_new(&stream.line, &setup);
	for (size_t i = 0; i < loaded->n; i++)
		loaded->links[i].spare = NULL;
	if (!rc)
		rc = converse(&stream);
	asr_line_free(stream.line);
	sv_loop_free(stream.loop);
	return rc;
}

/* with models of our own */
static int serve_alone(const struct asr_config *config, const char *call)
{
	struct asr_loaded loaded = { 0 };
	int rc = asr_load(&loaded, config);

	if (!rc)
		rc = stream_serve(config, &loaded, call);
	asr_unload(&loaded);
	return rc;
}

int stream_run(const struct asr_config *config)
{
	char call[SV_CALL_MAX + 1];
	bool served = false;
	int rc;

	if (isatty(STDIN_FILENO))
		return sv_fail(EX_USAGE, "stdin is a terminal: pipe PCM in, or "
		                         "name recordings; see sv-asr -h");
	rc = name_call(call);
	if (!rc)
		rc = client_run(config, call, &served);
	return rc || served ? rc : serve_alone(config, call);
}
