/*
 * asr-grpc: calls that are spoken in real time, each to a sv-asr of its own, and
 * the service they are heard by, all on the clock of one process
 *
 *   asr-grpc ENGINE CALLS SECONDS SV_ASR SPEECH
 *
 * SPEECH is raw, of 8000 Hz, and said over and over. Prints, in ms: p50, p99 and
 * the latest of the way of a frame from stdin to the service; the same of a
 * hypothesis from the service to stdout; then CPU in % of a core and KB that are
 * shared with nobody, a call. For the engine loudness, which asks nobody, the
 * last two alone count.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/loop.h"

#include "src/asr/riva.pb-c.h"
#include "src/asr/speechkit.pb-c.h"
#include "tests/peers/h2_inside.h"

enum {
	FRAME = 160, /* samples */
	FRAME_US = 20000,
	CALLS_MAX = 200,
	FRAMES_MAX = 4096,
	WARM_US = 3000000, /* what is not measured: an utterance begins */
	EVERY = 5,         /* chunks a hypothesis */
};

struct call {
	pid_t pid;
	int in, out;
	const struct link *link; /* its connection to the service */
	int64_t sent_us[FRAMES_MAX];
	int64_t frames;  /* said */
	int64_t samples; /* that the service has */
	int64_t silence_ms;
	int chunks;
	int64_t cpu_ns;
	struct sv_buf lines;
};

static struct {
	int n;
	int64_t begun_us, end_us;
	struct call calls[CALLS_MAX];
	int16_t *speech;
	size_t n_speech; /* frames */
	double *there, *back;
	size_t n_there, n_back, size;
} run;

extern char **environ;

static bool measured(void)
{
	return sv_now_us() > run.begun_us + WARM_US;
}

static void took(double *list, size_t *n, int64_t since_us)
{
	if (measured() && *n < run.size)
		list[(*n)++] = (double)(sv_now_us() - since_us) / 1000;
}

/* --- the service --- */

/* Which call a connection is of: its model is called "m7". */
static void introduce(const struct stream *stream, const char *model)
{
	long i = *model == 'm' ? strtol(model + 1, NULL, 10) : -1;

	if (i < 0 || i >= run.n)
		exit(1);
	run.calls[i].link = stream->link;
}

static struct call *call_of(const struct stream *stream)
{
	for (int i = 0; i < run.n; i++)
		if (run.calls[i].link == stream->link)
			return &run.calls[i];
	return NULL;
}

static ssize_t on_read(nghttp2_session *session, int32_t id, uint8_t *out,
                       size_t len, uint32_t *flags, nghttp2_data_source *source,
                       void *arg)
{
	struct stream *stream =
		nghttp2_session_get_stream_user_data(session, id);

	(void)flags;
	(void)source;
	(void)arg;
	if (!stream->out.len)
		return NGHTTP2_ERR_DEFERRED;
	if (len > stream->out.len)
		len = stream->out.len;
	memcpy(out, stream->out.data, len);
	sv_buf_drop(&stream->out, len);
	return (ssize_t)len;
}

static void answer(struct stream *stream, const uint8_t *data, size_t len)
{
	const nghttp2_data_provider body = { .read_callback = on_read };
	nghttp2_session *session = stream->link->session;
	const unsigned char head[5] = { 0, 0, 0, (unsigned char)(len >> 8),
		                        (unsigned char)len };
	static uint8_t names[][20] = { ":status", "200", "content-type",
		                       "application/grpc" };
	const nghttp2_nv headers[] = {
		{ names[0], names[1], 7, 3, 0 },
		{ names[2], names[3], 12, 16, 0 },
	};

	sv_buf_add(&stream->out, head, sizeof head);
	sv_buf_add(&stream->out, data, len);
	if (!stream->answered)
		nghttp2_submit_response(session, stream->id, headers, 2, &body);
	else
		nghttp2_session_resume_data(session, stream->id);
	stream->answered = true;
}

/* sound of a call has come: whether it is time for a hypothesis */
static bool heard(struct call *call, size_t len)
{
	int64_t before = call->samples / FRAME;

	call->samples += (int64_t)len / 2;
	for (int64_t i = before; i < call->samples / FRAME; i++)
		took(run.there, &run.n_there, call->sent_us[i % FRAMES_MAX]);
	return ++call->chunks % EVERY == 0;
}

static void answer_speechkit(struct stream *stream, const struct call *call)
{
	Sk__StreamingResponse response;
	Sk__AlternativeUpdate update;
	Sk__Alternative best;
	Sk__Alternative *bests[] = { &best };
	char text[32];
	uint8_t bytes[256];

	snprintf(text, sizeof text, "t%lld", (long long)sv_now_us());
	sk__streaming_response__init(&response);
	sk__alternative_update__init(&update);
	sk__alternative__init(&best);
	best.text = text;
	best.end_time_ms = call->samples / 8 + call->silence_ms;
	update.alternatives = bests;
	update.n_alternatives = 1;
	response.event_case = SK__STREAMING_RESPONSE__EVENT_PARTIAL;
	response.partial = &update;
	answer(stream, bytes, sk__streaming_response__pack(&response, bytes));
}

static void on_speechkit(struct stream *stream, const char *data, size_t len)
{
	Sk__StreamingRequest *request =
		sk__streaming_request__unpack(NULL, len, (const uint8_t *)data);
	struct call *call = call_of(stream);

	if (request->event_case == SK__STREAMING_REQUEST__EVENT_SESSION_OPTIONS)
		introduce(stream,
		          request->session_options->recognition_model->model);
	else if (call && request->event_case ==
	                         SK__STREAMING_REQUEST__EVENT_SILENCE_CHUNK)
		call->silence_ms += request->silence_chunk->duration_ms;
	else if (call &&
	         request->event_case == SK__STREAMING_REQUEST__EVENT_CHUNK &&
	         heard(call, request->chunk->data.len))
		answer_speechkit(stream, call);
	sk__streaming_request__free_unpacked(request, NULL);
}

static void answer_riva(struct stream *stream)
{
	Riva__StreamingRecognizeResponse response =
		RIVA__STREAMING_RECOGNIZE_RESPONSE__INIT;
	Riva__StreamingRecognitionResult result;
	Riva__StreamingRecognitionResult *results[] = { &result };
	Riva__SpeechRecognitionAlternative best;
	Riva__SpeechRecognitionAlternative *bests[] = { &best };
	char text[32];
	uint8_t bytes[256];

	snprintf(text, sizeof text, "t%lld", (long long)sv_now_us());
	riva__streaming_recognition_result__init(&result);
	riva__speech_recognition_alternative__init(&best);
	best.transcript = text;
	result.alternatives = bests;
	result.n_alternatives = 1;
	response.results = results;
	response.n_results = 1;
	answer(stream, bytes,
	       riva__streaming_recognize_response__pack(&response, bytes));
}

static void on_riva(struct stream *stream, const char *data, size_t len)
{
	Riva__StreamingRecognizeRequest *request =
		riva__streaming_recognize_request__unpack(
			NULL, len, (const uint8_t *)data);
	struct call *call = call_of(stream);

	if (request->of_case ==
	    RIVA__STREAMING_RECOGNIZE_REQUEST__OF_STREAMING_CONFIG)
		introduce(stream, request->streaming_config->config->model);
	else if (call && heard(call, request->audio_content.len))
		answer_riva(stream);
	riva__streaming_recognize_request__free_unpacked(request, NULL);
}

const struct method *h2_method(const char *path)
{
	static const struct method speechkit = { .message = on_speechkit };
	static const struct method riva = { .message = on_riva };

	return strstr(path, "speechkit") ? &speechkit : &riva;
}

void h2_trail(struct stream *stream, int code, const char *message)
{
	(void)stream;
	fprintf(stderr, "%d: %s\n", code, message);
	exit(1);
}

/* --- the calls --- */

static void take_line(const char *line)
{
	const char *text = strstr(line, "\"text\":\"t");

	if (strstr(line, "\"asr.partial\"") && text)
		took(run.back, &run.n_back, strtoll(text + 9, NULL, 10));
	if (strstr(line, "engine.failover") || strstr(line, "asr.final")) {
		fprintf(stderr, "%s\n", line);
		exit(1);
	}
}

static int on_line(void *arg, short revents)
{
	struct call *call = arg;
	char block[4096];
	ssize_t n = read(call->out, block, sizeof block);
	char *end;

	(void)revents;
	if (n <= 0)
		exit(1);
	sv_buf_add(&call->lines, block, (size_t)n);
	while (call->lines.len &&
	       (end = memchr(call->lines.data, '\n', call->lines.len))) {
		*end = '\0';
		take_line(call->lines.data);
		sv_buf_drop(&call->lines, (size_t)(end - call->lines.data) + 1);
	}
	return 0;
}

static void say(struct call *call)
{
	size_t at = (size_t)call->frames % run.n_speech;

	call->sent_us[call->frames++ % FRAMES_MAX] = sv_now_us();
	if (write(call->in, run.speech + at * FRAME, FRAME * 2) != FRAME * 2)
		exit(1);
}

static void start(struct call *call, const char *argv[])
{
	posix_spawn_file_actions_t files;
	char *args[24];
	int in[2], out[2], n = 0;

	for (; argv[n]; n++)
		args[n] = sv_strdup(argv[n]);
	args[n] = NULL;
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		exit(1);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in[0], 0);
	posix_spawn_file_actions_adddup2(&files, out[1], 1);
	if (posix_spawn(&call->pid, args[0], &files, NULL, args, environ))
		exit(1);
	posix_spawn_file_actions_destroy(&files);
	close(in[0]);
	close(out[1]);
	call->in = in[1];
	call->out = out[0];
	sv_buf_init(&call->lines, 1 << 20);
	while (n)
		free(args[--n]);
}

static void start_all(struct sv_loop *loop, const char *engine,
                      const char *program, int port)
{
	char url[64], model[16];
	bool asks = strcmp(engine, "loudness") != 0;
	const char *argv[] = { program,
		               "-r",
		               "8000",
		               "--socket",
		               "none",
		               "-e",
		               engine,
		               "--max-utterance",
		               "5m",
		               "-q",
		               "--silence",
		               "free=5s",
		               asks ? "-u" : NULL,
		               url,
		               "-p",
		               model,
		               NULL };

	snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
	for (int i = 0; i < run.n; i++) {
		snprintf(model, sizeof model, "model=m%d", i);
		start(&run.calls[i], argv);
		sv_loop_watch(loop, run.calls[i].out, POLLIN, on_line,
		              &run.calls[i]);
	}
}

/* ns on a processor so far */
static int64_t cpu_of(const struct call *call)
{
	char path[64];
	long long ns = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)call->pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%lld", &ns) != 1)
		exit(1);
	fclose(file);
	return ns;
}

static long unshared_kb(const struct call *call)
{
	char path[64], line[256];
	long all = 0, kb;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)call->pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "Private_%*[CD]%*[a-z]: %ld", &kb) == 1)
			all += kb;
	if (file)
		fclose(file);
	return all;
}

/* Frames of all calls, spread over the 20 ms. */
static void speak(struct sv_loop *loop)
{
	int64_t next_us = run.begun_us;
	bool warm = false;
	int turn = 0;

	while (sv_now_us() < run.end_us) {
		while (sv_now_us() >= next_us) {
			say(&run.calls[turn]);
			turn = (turn + 1) % run.n;
			next_us += FRAME_US / run.n;
		}
		if (!warm && measured()) {
			warm = true;
			for (int i = 0; i < run.n; i++)
				run.calls[i].cpu_ns = cpu_of(&run.calls[i]);
		}
		sv_loop_step(loop, next_us - sv_now_us() > 1000 ? 1 : 0);
	}
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void print_times(double *list, size_t n)
{
	if (!n) {
		printf("0 0 0 ");
		return;
	}
	qsort(list, n, sizeof *list, by_size);
	printf("%.3f %.3f %.3f ", list[n / 2], list[n * 99 / 100], list[n - 1]);
}

static void report(void)
{
	double cpu = 0, kb = 0;

	for (int i = 0; i < run.n; i++) {
		cpu += (double)(cpu_of(&run.calls[i]) - run.calls[i].cpu_ns);
		kb += (double)unshared_kb(&run.calls[i]);
	}
	print_times(run.there, run.n_there);
	print_times(run.back, run.n_back);
	printf("%.3f %.0f\n",
	       cpu / run.n / 10 / (double)(run.end_us - run.begun_us - WARM_US),
	       kb / run.n);
	for (int i = 0; i < run.n; i++)
		kill(run.calls[i].pid, SIGKILL);
}

static void read_speech(const char *path)
{
	FILE *file = fopen(path, "rb");

	run.speech = sv_calloc(1 << 20, sizeof *run.speech);
	if (!file)
		exit(1);
	run.n_speech = fread(run.speech, FRAME * 2, (1 << 20) / FRAME, file);
	fclose(file);
	if (!run.n_speech)
		exit(1);
}

int main(int argc, char *argv[])
{
	struct sv_loop *loop = sv_loop_new();
	struct h2_peer *peer = h2_new(loop, H2_GOOD);
	int seconds;

	if (argc != 6)
		return 64;
	signal(SIGPIPE, SIG_IGN);
	run.n = (int)strtol(argv[2], NULL, 10);
	seconds = (int)strtol(argv[3], NULL, 10);
	if (run.n < 1 || run.n > CALLS_MAX || seconds < 5)
		return 64;
	read_speech(argv[5]);
	run.size = (size_t)run.n * (size_t)seconds * 60;
	run.there = sv_calloc(run.size, sizeof *run.there);
	run.back = sv_calloc(run.size, sizeof *run.back);
	start_all(loop, argv[1], argv[4], h2_port(peer));
	run.begun_us = sv_now_us() + 20000LL * run.n + 500000;
	run.end_us = run.begun_us + WARM_US + seconds * 1000000LL;
	while (sv_now_us() < run.begun_us)
		sv_loop_step(loop, 1);
	speak(loop);
	report();
	return 0;
}
