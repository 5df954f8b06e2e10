/*
 * audiosocket-load: many telephone calls at once over AudioSocket, as Asterisk
 * makes them, to a server that echoes. Each frame carries a number that is
 * looked for in what comes back, wherever in a frame it is then.
 *
 *     audiosocket-load PORT CALLS PER_SECOND SECONDS [FILE]
 *
 * sets up CALLS at PER_SECOND, keeps them all up for SECONDS, hangs up. Prints
 * "steady" when all are up and "over" before it hangs up, then one line of
 * JSON. With SECONDS 0 it is set-ups that count: a call ends when it has heard
 * a first frame, PER_SECOND are under way at once, and CALLS made in all.
 * FILE gets a line a call: its UUID in hexadecimal, and how many frames it sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	FRAME = 160, /* samples: 20 ms */
	WIRE = 3 + 2 * FRAME,
	SLOTS = 20,     /* of 1 ms: a call sends in the same one each time */
	SENT_MAX = 512, /* frames under way: 10 s */
	TALK = 50,      /* frames that a caller speaks at a time ... */
	PAUSE = 10,     /* ... before he breathes: zeros, which nobody misses */
	MARK = 0x5a17,
	BUCKET_US = 100,
	BUCKETS = 100000, /* 10 s */
	DRAIN_US = 1000000,
	UP_MS = 10000,  /* to wait for calls that are not up yet */
	REST_MS = 1000, /* what setting up delayed is over then */
};

struct call {
	int fd; /* -1: not yet, or no more */
	int slot;
	struct call *next; /* in its slot */
	int64_t began_us;
	bool heard; /* a first frame came */
	bool mute;  /* sends no more */
	uint8_t uuid[16];
	uint32_t sent;  /* frames */
	uint32_t early; /* of them, before it counted */
	int64_t sent_us[SENT_MAX];
	uint8_t in[4096];
	size_t in_len;
	uint16_t window[3]; /* the last samples heard */
};

struct histogram {
	uint32_t bucket[BUCKETS];
	uint64_t n;
};

static struct {
	int epoll;
	struct sockaddr_in to;
	struct call *call;
	struct call *slot[SLOTS];
	int calls, begun, up, ended;
	struct histogram delay, first, gap;
	uint64_t sent, back, refused, unsent;
} load;

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void count(struct histogram *histogram, int64_t us)
{
	int64_t at = us / BUCKET_US;

	histogram->bucket[at < BUCKETS ? at : BUCKETS - 1]++;
	histogram->n++;
}

/* in ms */
static double percentile(const struct histogram *histogram, double share)
{
	uint64_t left = (uint64_t)((double)(histogram->n - 1) * share);
	int i;

	for (i = 0; i < BUCKETS - 1 && histogram->bucket[i] <= left; i++)
		left -= histogram->bucket[i];
	return histogram->n ? (double)(i + 1) * BUCKET_US / 1000.0 : 0;
}

static void begin(struct call *call)
{
	static const int one = 1;
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = call };
	uint8_t hello[19] = { 0x01, 0x00, 0x10 };

	if (getrandom(call->uuid, sizeof call->uuid, 0) < 0)
		exit(1);
	call->uuid[0] &= 0x7f; /* a ULID's first digit ends at 7 */
	memcpy(hello + 3, call->uuid, sizeof call->uuid);
	call->began_us = now_us();
	call->fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(call->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (call->fd < 0 ||
	    connect(call->fd, (struct sockaddr *)&load.to, sizeof load.to) ||
	    send(call->fd, hello, sizeof hello, MSG_NOSIGNAL) < 0) {
		perror("audiosocket-load");
		exit(1);
	}
	fcntl(call->fd, F_SETFL, O_NONBLOCK);
	epoll_ctl(load.epoll, EPOLL_CTL_ADD, call->fd, &event);
}

static void end(struct call *call)
{
	close(call->fd);
	call->fd = -1;
	load.ended++;
}

/* its number behind a mark, then a hum */
static void hum(struct call *call, int16_t sample[FRAME])
{
	int i;

	for (i = 0; i < FRAME; i++)
		sample[i] = (int16_t)((i % 16 - 8) * 100 + 50);
	sample[0] = MARK;
	sample[1] = (int16_t)call->sent;
	sample[2] = (int16_t)(uint16_t)~call->sent;
	load.sent++;
}

/* a frame of the telephone's */
static void speak(struct call *call)
{
	uint8_t wire[WIRE] = { 0x10, 2 * FRAME >> 8, 2 * FRAME & 0xff };
	int16_t sample[FRAME] = { 0 };

	if (call->sent % (TALK + PAUSE) >= PAUSE)
		hum(call, sample);
	memcpy(wire + 3, sample, sizeof sample);
	call->sent_us[call->sent % SENT_MAX] = now_us();
	call->sent++;
	if (send(call->fd, wire, sizeof wire, MSG_NOSIGNAL) != sizeof wire)
		load.unsent++;
}

static void sample_heard(struct call *call, uint16_t sample, int64_t now)
{
	uint16_t *window = call->window, ago;

	window[0] = window[1];
	window[1] = window[2];
	window[2] = sample;
	if (window[0] != MARK || (window[1] ^ window[2]) != 0xffff)
		return;
	ago = (uint16_t)(call->sent - window[1]);
	if (!ago || ago > SENT_MAX || ago > call->sent - call->early)
		return;
	load.back++;
	count(&load.delay, now - call->sent_us[window[1] % SENT_MAX]);
}

/* the frames that are whole; false when it is no AudioSocket */
static bool frames_heard(struct call *call, int64_t now)
{
	size_t at = 0, len, i;

	while (call->in_len - at >= 3) {
		len = (size_t)call->in[at + 1] << 8 | call->in[at + 2];
		if (call->in[at] != 0x10 || len > sizeof call->in - 3)
			return false;
		if (call->in_len - at < 3 + len)
			break;
		for (i = 0; i + 1 < len; i += 2)
			sample_heard(call,
			             (uint16_t)(call->in[at + 3 + i] |
			                        call->in[at + 4 + i] << 8),
			             now);
		if (!call->heard) {
			call->heard = true;
			load.up++;
			count(&load.first, now - call->began_us);
		}
		at += 3 + len;
	}
	memmove(call->in, call->in + at, call->in_len - at);
	call->in_len -= at;
	return true;
}

static void listen_to(struct call *call)
{
	ssize_t n = recv(call->fd, call->in + call->in_len,
	                 sizeof call->in - call->in_len, 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0)
		call->in_len += (size_t)n;
	if (n <= 0 || !frames_heard(call, now_us())) {
		load.refused++;
		load.up -= call->heard;
		end(call);
	}
}

/* waits until then, and hears what comes meanwhile */
static void hear_until(int64_t due_us)
{
	struct epoll_event event[64];
	struct timespec wait = { 0, 0 };
	int64_t left;
	int i, n;

	do {
		left = due_us - now_us();
		wait.tv_nsec = left > 0 ? left * 1000 : 0;
		n = epoll_pwait2(load.epoll, event, 64, &wait, NULL);
		for (i = 0; i < n; i++)
			listen_to(event[i].data.ptr);
	} while (n > 0 || now_us() < due_us);
}

/* one ms: those speak whose turn it is */
static void tick(int64_t start_us, int64_t ms)
{
	struct call *call;

	hear_until(start_us + ms * 1000);
	for (call = load.slot[ms % SLOTS]; call; call = call->next)
		if (call->fd >= 0 && !call->mute)
			speak(call);
}

static void add(void)
{
	struct call *call = &load.call[load.begun++];

	begin(call);
	call->slot = load.begun * 7 % SLOTS; /* not in step */
	call->next = load.slot[call->slot];
	load.slot[call->slot] = call;
}

static void standing(int per_second, int seconds)
{
	int64_t start = now_us(), ms = 0, until;
	int i;

	for (; load.begun < load.calls; tick(start, ++ms))
		while (load.begun < load.calls &&
		       load.begun <= ms * per_second / 1000)
			add();
	for (until = ms + UP_MS;
	     load.up + (int)load.refused < load.calls && ms < until;)
		tick(start, ++ms);
	for (until = ms + REST_MS; ms < until;)
		tick(start, ++ms);
	for (i = 0; i < load.calls; i++)
		load.call[i].early = load.call[i].sent;
	load.sent = load.back = 0;
	memset(&load.delay, 0, sizeof load.delay);
	puts("steady");
	fflush(stdout);
	for (until = ms + seconds * INT64_C(1000); ms < until;)
		tick(start, ++ms);
	puts("over");
	fflush(stdout);
	for (i = 0; i < load.calls; i++)
		load.call[i].mute = true;
	hear_until(now_us() + DRAIN_US);
}

/* set-ups: so many under way at once */
static int storm(int at_once)
{
	int64_t start = now_us();
	int i;

	while (load.ended < load.calls && now_us() - start < 120000000) {
		while (load.begun < load.calls &&
		       load.begun - load.ended < at_once) {
			add();
			speak(&load.call[load.begun - 1]);
		}
		hear_until(now_us() + 1000);
		for (i = 0; i < load.begun; i++)
			if (load.call[i].fd >= 0 && load.call[i].heard)
				end(&load.call[i]);
	}
	printf("{\"calls\":%d,\"heard\":%llu,\"per_second\":%.1f,"
	       "\"first_p50\":%.1f,\"first_p95\":%.1f,\"first_p99\":%.1f}\n",
	       load.ended, (unsigned long long)load.first.n,
	       (double)load.ended * 1e6 / (double)(now_us() - start),
	       percentile(&load.first, 0.5), percentile(&load.first, 0.95),
	       percentile(&load.first, 0.99));
	return load.first.n == (uint64_t)load.calls ? 0 : 1;
}

static void report(void)
{
	printf("{\"calls\":%d,\"up\":%d,\"ended_early\":%llu,\"sent\":%llu,"
	       "\"back\":%llu,\"unsent\":%llu,"
	       "\"delay_p50\":%.1f,\"delay_p95\":%.1f,\"delay_p99\":%.1f,"
	       "\"delay_max\":%.1f,\"first_p50\":%.1f,\"first_p95\":%.1f,"
	       "\"first_max\":%.1f}\n",
	       load.calls, load.up, (unsigned long long)load.refused,
	       (unsigned long long)load.sent, (unsigned long long)load.back,
	       (unsigned long long)load.unsent, percentile(&load.delay, 0.5),
	       percentile(&load.delay, 0.95), percentile(&load.delay, 0.99),
	       percentile(&load.delay, 1), percentile(&load.first, 0.5),
	       percentile(&load.first, 0.95), percentile(&load.first, 1));
}

static void list_calls(const char *name)
{
	FILE *file = fopen(name, "w");
	int i, k;

	for (i = 0; file && i < load.calls; i++) {
		for (k = 0; k < 16; k++)
			fprintf(file, "%02x", load.call[i].uuid[k]);
		fprintf(file, " %u\n", load.call[i].sent);
	}
	if (!file || fclose(file))
		perror(name);
}

static bool prepare(int port, int calls)
{
	struct rlimit files;
	int i;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	load.to.sin_family = AF_INET;
	load.to.sin_port = htons((uint16_t)port);
	load.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	load.calls = calls;
	load.epoll = epoll_create1(0);
	load.call = calloc((size_t)calls, sizeof *load.call);
	for (i = 0; load.call && i < calls; i++)
		load.call[i].fd = -1;
	return load.call && load.epoll >= 0;
}

int main(int argc, char *argv[])
{
	long number[5] = { 0 };
	int i;

	for (i = 1; i < argc && i < 5; i++)
		number[i] = strtol(argv[i], NULL, 10);
	if (argc < 5 || !prepare((int)number[1], (int)number[2])) {
		fputs("usage: audiosocket-load PORT CALLS PER_SECOND SECONDS "
		      "[FILE]\n",
		      stderr);
		return 64;
	}
	if (!number[4])
		return storm((int)number[3]);
	standing((int)number[3], (int)number[4]);
	report();
	if (argc > 5)
		list_calls(argv[5]);
	for (i = 0; i < load.calls; i++)
		if (load.call[i].fd >= 0)
			end(&load.call[i]);
	return 0;
}
