/*
 * grpc: chunks of sound sent 50 times a second and echoed by a peer on this
 * machine, over many streams of one connection: by lib/grpc, or by nghttp2 and
 * a socket alone
 *
 *   grpc peer                           prints its port, ends with its stdin
 *   grpc ours|bare PORT STREAMS SECONDS
 *
 * prints: p50 and p99 of the way there and back in ms, the latest in ms, CPU
 * in % of a core, KB shared with nobody
 */
#include "lib/grpc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/loop.h"

#include "tests/peers/h2.h"

enum { FRAME_US = 20000, CHUNK = 640, HEAD = 5, STREAMS_MAX = 200 };

static struct {
	int streams;
	int64_t begun_us, end_us, next_us;
	int turn; /* the stream that sends next */
	double *took_ms;
	size_t n, size;
} run;

struct stream {
	struct sv_grpc_call *call; /* ours */
	int32_t id;                /* bare */
	struct sv_buf in, out;
};

static struct stream streams[STREAMS_MAX];

/* --- what is measured --- */

static void took(int64_t sent_us)
{
	if (run.n < run.size)
		run.took_ms[run.n++] = (double)(sv_now_us() - sent_us) / 1000;
}

static void plan(int n, int seconds)
{
	run.streams = n;
	run.size = (size_t)n * (size_t)seconds * 60;
	run.took_ms = sv_calloc(run.size, sizeof *run.took_ms);
	run.begun_us = run.next_us = sv_now_us() + 200000;
	run.end_us = run.begun_us + seconds * 1000000LL;
}

/* A chunk begins with when it was sent. The streams take turns, so that the
 * chunks of all are spread over the 20 ms. */
static bool next_chunk(char chunk[CHUNK], int *stream)
{
	int64_t now = sv_now_us();

	if (now < run.next_us || run.next_us >= run.end_us)
		return false;
	*stream = run.turn;
	run.turn = (run.turn + 1) % run.streams;
	run.next_us += FRAME_US / run.streams;
	memset(chunk, 's', CHUNK);
	memcpy(chunk, &now, sizeof now);
	return true;
}

/* A wait is good to the millisecond, as it is in a program. */
static int wait_ms(void)
{
	int64_t left = run.next_us < run.end_us
	                       ? run.next_us - sv_now_us()
	                       : run.end_us + 400000 - sv_now_us();

	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

static int64_t sent_us(const void *chunk)
{
	int64_t us;

	memcpy(&us, chunk, sizeof us);
	return us;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int unshared_kb(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "r");
	char line[256];
	int kb = 0;

	while (file && fgets(line, sizeof line, file)) {
		if (!strncmp(line, "Private_", 8))
			kb += (int)strtol(strchr(line, ':') + 1, NULL, 10);
	}
	if (file)
		fclose(file);
	return kb;
}

static double cpu_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void report(double cpu_before)
{
	double cpu = cpu_s() - cpu_before;
	double wall = (double)(run.end_us - run.begun_us) / 1e6;

	if (!run.n) {
		printf("nothing came back\n");
		exit(1);
	}
	qsort(run.took_ms, run.n, sizeof *run.took_ms, by_size);
	printf("%.3f %.3f %.3f %.2f %d\n", run.took_ms[run.n / 2],
	       run.took_ms[run.n * 99 / 100], run.took_ms[run.n - 1],
	       100 * cpu / wall, unshared_kb());
}

/* --- lib/grpc --- */

static struct sv_loop *loop;
static struct sv_timer timer;

static int heard(void *arg, const void *data, size_t len)
{
	(void)arg;
	if (len == CHUNK)
		took(sent_us(data));
	return 0;
}

static void done(void *arg, const struct sv_grpc_status *status)
{
	(void)arg;
	printf("a call has ended: %s\n", status->message);
	exit(1);
}

static int tick(void *arg)
{
	char chunk[CHUNK];
	int i;

	(void)arg;
	while (next_chunk(chunk, &i))
		sv_grpc_send(streams[i].call, chunk, CHUNK);
	if (sv_now_us() > run.end_us + 300000)
		sv_loop_stop(loop);
	else
		sv_loop_arm(loop, &timer, sv_now_ms() + wait_ms());
	return 0;
}

static void ours(int port, int n, int seconds)
{
	const struct sv_grpc_request request = { .path = "/t.T/Echo",
		                                 .message = heard,
		                                 .done = done };
	struct sv_service service = { .name = "bench", .connect_ms = 3000 };
	struct sv_grpc *channel;
	double cpu;

	loop = sv_loop_new();
	service.url = sv_format("http://127.0.0.1:%d", port);
	if (sv_grpc_new(&channel, loop, &service))
		exit(1);
	sv_grpc_warm(channel);
	while (!sv_grpc_ready(channel))
		sv_loop_step(loop, 100);
	for (int i = 0; i < n; i++)
		streams[i].call = sv_grpc_start(channel, &request);
	plan(n, seconds);
	cpu = cpu_s();
	timer = (struct sv_timer){ .fire = tick };
	sv_loop_arm(loop, &timer, sv_now_ms());
	sv_loop_run(loop);
	report(cpu);
	sv_grpc_free(channel);
	sv_loop_free(loop);
	free(service.url);
}

/* --- nghttp2 alone --- */

static ssize_t on_send(nghttp2_session *session, const uint8_t *data,
                       size_t len, int flags, void *arg)
{
	ssize_t n = send(*(int *)arg, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	(void)session;
	(void)flags;
	if (n < 0)
		return errno == EAGAIN ? NGHTTP2_ERR_WOULDBLOCK
		                       : NGHTTP2_ERR_CALLBACK_FAILURE;
	return n;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id,
                   const uint8_t *data, size_t len, void *arg)
{
	struct stream *stream =
		nghttp2_session_get_stream_user_data(session, id);

	(void)flags;
	(void)arg;
	sv_buf_add(&stream->in, data, len);
	while (stream->in.len >= HEAD + CHUNK) {
		took(sent_us(stream->in.data + HEAD));
		sv_buf_drop(&stream->in, HEAD + CHUNK);
	}
	return 0;
}

static ssize_t on_read(nghttp2_session *session, int32_t id, uint8_t *out,
                       size_t len, uint32_t *flags, nghttp2_data_source *source,
                       void *arg)
{
	struct stream *stream = source->ptr;

	(void)session;
	(void)id;
	(void)flags;
	(void)arg;
	if (!stream->out.len)
		return NGHTTP2_ERR_DEFERRED;
	if (len > stream->out.len)
		len = stream->out.len;
	memcpy(out, stream->out.data, len);
	sv_buf_drop(&stream->out, len);
	return (ssize_t)len;
}

static nghttp2_nv nv(const char *name, const char *value)
{
	return (nghttp2_nv){ (uint8_t *)(uintptr_t)name,
		             (uint8_t *)(uintptr_t)value, strlen(name),
		             strlen(value), 0 };
}

static nghttp2_session *speak(int *fd)
{
	nghttp2_session_callbacks *callbacks;
	nghttp2_session *session;

	nghttp2_session_callbacks_new(&callbacks);
	nghttp2_session_callbacks_set_send_callback(callbacks, on_send);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
	                                                          on_data);
	nghttp2_session_client_new(&session, callbacks, fd);
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, NULL, 0);
	return session;
}

static void ask(nghttp2_session *session, struct stream *stream)
{
	const nghttp2_nv headers[] = {
		nv(":method", "POST"),
		nv(":scheme", "http"),
		nv(":path", "/t.T/Echo"),
		nv(":authority", "localhost"),
		nv("te", "trailers"),
		nv("content-type", "application/grpc+proto"),
	};
	const nghttp2_data_provider body = { .source.ptr = stream,
		                             .read_callback = on_read };

	sv_buf_init(&stream->in, 1 << 20);
	sv_buf_init(&stream->out, 1 << 20);
	stream->id = nghttp2_submit_request(session, NULL, headers, 6, &body,
	                                    stream);
}

static void bare_turn(nghttp2_session *session, int fd)
{
	struct pollfd item = { fd, POLLIN, 0 };
	char chunk[CHUNK], data[16384];
	int i;

	while (next_chunk(chunk, &i)) {
		sv_buf_add(&streams[i].out, "\0\0\0\2\200", HEAD);
		sv_buf_add(&streams[i].out, chunk, CHUNK);
		nghttp2_session_resume_data(session, streams[i].id);
		nghttp2_session_send(session);
	}
	if (poll(&item, 1, wait_ms()) > 0) {
		ssize_t n = recv(fd, data, sizeof data, MSG_DONTWAIT);

		if (n > 0)
			nghttp2_session_mem_recv(session, (uint8_t *)data,
			                         (size_t)n);
	}
	nghttp2_session_send(session);
}

static void bare(int port, int n, int seconds)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	nghttp2_session *session = speak(&fd);
	double cpu;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&address, sizeof address))
		exit(1);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	for (int i = 0; i < n; i++)
		ask(session, &streams[i]);
	plan(n, seconds);
	cpu = cpu_s();
	while (sv_now_us() < run.end_us + 300000)
		bare_turn(session, fd);
	report(cpu);
	nghttp2_session_del(session);
	close(fd);
}

/* --- */

static int leave(void *arg, short revents)
{
	(void)revents;
	sv_loop_stop(arg);
	return 0;
}

static int be_peer(void)
{
	struct h2_peer *peer;

	loop = sv_loop_new();
	peer = h2_new(loop, H2_GOOD);
	printf("%d\n", h2_port(peer));
	fflush(stdout);
	sv_loop_watch(loop, STDIN_FILENO, POLLIN, leave, loop);
	sv_loop_run(loop);
	h2_free(peer);
	sv_loop_free(loop);
	return 0;
}

int main(int argc, char *argv[])
{
	int port, n, seconds;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 2 && !strcmp(argv[1], "peer"))
		return be_peer();
	if (argc != 5)
		return 64;
	port = (int)strtol(argv[2], NULL, 10);
	n = (int)strtol(argv[3], NULL, 10);
	seconds = (int)strtol(argv[4], NULL, 10);
	if (n < 1 || n > STREAMS_MAX || seconds < 1)
		return 64;
	if (!strcmp(argv[1], "ours"))
		ours(port, n, seconds);
	else
		bare(port, n, seconds);
	return 0;
}
