/*
 * record: a call's recording is aligned, of the right length, and whole
 * whenever its writer dies
 *
 * uses: src/capture/record.c src/capture/record_file.c src/capture/record_flac.c src/capture/record_opus.c
 */
#include "src/capture/record.h"

#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <signal.h>
#include <sndfile.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/pcm.h"

#include "tests/unit/tap.h"

enum { CHANNELS = 2, SECONDS_MAX = 20 };

static const int rates[] = { 8000, 16000, 24000, 48000 };
static char folder[] = "/tmp/sv-record-XXXXXX";
static int16_t got[SV_RATE_MAX * SECONDS_MAX * CHANNELS];

/* a sine of 250 Hz at a side's own loudness */
static void make(int16_t *samples, size_t from, size_t n, int rate, double amp)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = (int16_t)(amp * sin((double)(from + i) * 250 * 2 *
		                                 M_PI / rate));
}

/* both sides, ms each, in frames, the other side `lag` frames behind */
static int feed(struct record *record, int rate, int ms, int lag)
{
	size_t frame = (size_t)rate / 50;
	int16_t samples[960];
	int rc = 0, n = ms / 20;

	for (int i = 0; !rc && i < n + lag; i++) {
		if (i < n) {
			make(samples, (size_t)i * frame, frame, rate, 8000);
			rc = record_heard(record, samples, frame);
		}
		if (!rc && i >= lag) {
			make(samples, (size_t)(i - lag) * frame, frame, rate,
			     3000);
			rc = record_sent(record, samples, frame);
		}
	}
	return rc;
}

/* the frames of a file, into got; -1 when it is none */
static long read_back(const char *path, int *rate)
{
	SF_INFO info = { 0 };
	SNDFILE *file = sf_open(path, SFM_READ, &info);
	long n;

	if (!file)
		return -1;
	*rate = info.samplerate;
	n = info.channels == CHANNELS
	            ? (long)sf_readf_short(file, got, SV_RATE_MAX * SECONDS_MAX)
	            : -1;
	sf_close(file);
	return n;
}

/* how loud a side is between two moments, as the root of the mean square */
static double loud(int side, long from, long to)
{
	double sum = 0;

	for (long i = from; i < to; i++)
		sum += pow(got[i * CHANNELS + side], 2);
	return sqrt(sum / (double)(to - from));
}

static struct record *must_open(const char *call, const char *format, int rate)
{
	struct record *record = NULL;

	ok(!record_open(&record, folder, call, format, rate));
	return record;
}

/* libsndfile decodes Opus at 48 kHz but for the rate the header names */
static void whole(const char *format, int rate)
{
	char *call = sv_format("%s-%d", format, rate);
	struct record *record = must_open(call, format, rate);
	char *path = sv_strdup(record_path(record));
	int16_t more[7] = { 0 };
	int got_rate = 0;
	long want = (long)rate * 3 + 7, n;

	ok(!feed(record, rate, 3000, 2));
	ok(!record_heard(record, more, 7)); /* the other side is padded */
	ok(!record_close(record));
	n = read_back(path, &got_rate);
	if (!ok(n == want * got_rate / rate) || got_rate != rate)
		printf("# %s: %ld of %ld at %d\n", path, n, want, got_rate);
	ok(fabs(loud(0, n / 10, n - n / 10) - 8000 / sqrt(2)) < 400);
	ok(fabs(loud(1, n / 10, n - n / 10) - 3000 / sqrt(2)) < 200);
	free(path);
	free(call);
}

static void exact(void)
{
	struct record *record = must_open("exact", "flac", 8000);
	char *path = sv_strdup(record_path(record));
	int16_t want[8000];
	int rate, wrong = 0;

	ok(!feed(record, 8000, 1000, 0));
	ok(!record_close(record));
	ok(read_back(path, &rate) == 8000);
	make(want, 0, 8000, 8000, 8000);
	for (int i = 0; i < 8000; i++)
		wrong += got[2 * i] != want[i];
	make(want, 0, 8000, 8000, 3000);
	for (int i = 0; i < 8000; i++)
		wrong += got[2 * i + 1] != want[i];
	ok(wrong == 0);
	free(path);
}

/* One side that stands still is silent, and what it says later comes a second
 * behind the other at most. */
static void apart(const char *format)
{
	struct record *record = must_open("apart", format, 16000);
	char *path = sv_strdup(record_path(record));
	int16_t loud_second[16000], quiet[16000] = { 0 };
	int rate;

	make(loud_second, 0, 16000, 16000, 9000);
	for (int i = 0; i < 4; i++)
		ok(!record_heard(record, quiet, 16000));
	ok(!record_sent(record, loud_second, 16000));
	ok(!record_close(record));
	ok(read_back(path, &rate) == 4L * rate);
	ok(loud(1, 0, 295 * rate / 100) < 50);
	ok(loud(1, 305 * rate / 100, 395 * rate / 100) > 5000);
	ok(loud(0, 0, 4L * rate) < 5);
	free(path);
}

static void nothing(const char *format)
{
	struct record *record = must_open("nothing", format, 8000);
	char *path = sv_strdup(record_path(record));
	int rate;

	ok(!record_close(record));
	ok(read_back(path, &rate) == 0);
	ok(!record_close(NULL));
	free(path);
}

/* Killed after ms of sound: what can be read of it. */
static long killed(const char *format, int rate, int ms)
{
	char *call = sv_format("killed-%s-%d-%d", format, rate, ms), now[25];
	char *path;
	int status, got_rate;
	pid_t child = fork();
	long n;

	if (!child) {
		struct record *record;

		if (!record_open(&record, folder, call, format, rate) &&
		    !feed(record, rate, ms, 0))
			raise(SIGKILL);
		_exit(1);
	}
	waitpid(child, &status, 0);
	sv_time_format(sv_wall_ms(), now);
	path = sv_format("%s/%.10s/%s.%s", folder, now, call, format);
	n = read_back(path, &got_rate);
	free(path);
	free(call);
	if (!WIFSIGNALED(status) || n < 0)
		return -1;
	return n * 1000 / got_rate;
}

static void kills(const char *format)
{
	long ms[4 * 12], *at = ms;
	int bad = 0;

	for (int r = 0; r < 4; r++)
		for (int i = 0; i < 12; i++)
			*at++ = killed(format, rates[r], i * 260);
	for (int i = 0; i < 4 * 12; i++) {
		long all = i % 12 * 260;

		if (ms[i] >= 0 && ms[i] <= all && ms[i] >= all - 1000)
			continue;
		printf("# %s: %ld of %ld ms\n", format, ms[i], all);
		bad++;
	}
	ok(bad == 0);
}

/* A limit of the file's size stands for the full disk. */
static void full(const char *format)
{
	struct rlimit limit = { 20000, RLIM_INFINITY };
	struct record *record = must_open("full", format, 16000);
	char *path = sv_strdup(record_path(record));
	int16_t noise[16000];
	int rate, failures = 0, code = 0;
	long n;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	srand(1);
	for (int second = 0; second < 10; second++) {
		for (int i = 0; i < 16000; i++)
			noise[i] = (int16_t)(rand() % 20000 - 10000);
		record_heard(record, noise, 0); /* is nothing */
		for (int i = 0; i < 16000; i += 320) {
			int rc = record_heard(record, noise + i, 320);

			if (!rc)
				rc = record_sent(record, noise + i, 320);
			failures += rc != 0;
			code = rc ? rc : code;
		}
	}
	ok(failures == 1 && code == EX_IOERR);
	ok(strstr(sv_why(), "File too large") && strstr(sv_why(), path));
	ok(!record_close(record)); /* it was told */
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	n = read_back(path, &rate);
	/* FLAC keeps no noise below its size: not even half a second fits */
	ok(strcmp(format, "flac") ? n > rate && n < 10L * rate : n == 0);
	free(path);
}

static void removed(void)
{
	struct record *record = must_open("removed", "flac", 8000);
	char *path = sv_strdup(record_path(record));

	ok(!feed(record, 8000, 1000, 0));
	unlink(path);
	ok(feed(record, 8000, 1000, 0) == EX_IOERR);
	ok(strstr(sv_why(), "was removed"));
	ok(!feed(record, 8000, 1000, 0));
	ok(!record_close(record));
	ok(access(path, F_OK) == -1);
	free(path);
}

static void names(void)
{
	struct record *record = must_open("twice", "flac", 8000), *again;
	struct stat info;
	char *below = sv_format("%s/a/b", folder), *file;

	ok(!stat(record_path(record), &info) && (info.st_mode & 07777) == 0640);
	again = must_open("twice", "flac", 8000);
	ok(strstr(record_path(again), "/twice-2.flac"));
	record_close(again);
	ok(!record_open(&again, below, "c", "opus", 8000));
	ok(!stat(below, &info) && (info.st_mode & 07777) == 0750);
	record_close(again);
	file = sv_strdup(record_path(record));
	record_close(record);
	ok(record_open(&again, file, "c", "flac", 8000) == EX_CANTCREAT);
	ok(record_open(&again, below, "c", "mp3", 8000) == EX_USAGE);
	ok(record_open(&again, below, "c", "flac", 11025) == EX_USAGE);
	ok(record_open(&again, below, "../c", "flac", 8000) == EX_USAGE);
	free(file);
	free(below);
}

static int forget(const char *path, const struct stat *info, int type,
                  struct FTW *at)
{
	(void)info;
	(void)type;
	(void)at;
	return remove(path);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	umask(022);
	for (int i = 0; i < 4; i++) {
		whole("flac", rates[i]);
		whole("opus", rates[i]);
	}
	exact();
	apart("flac");
	apart("opus");
	nothing("flac");
	nothing("opus");
	kills("flac");
	kills("opus");
	full("flac");
	full("opus");
	removed();
	names();
	nftw(folder, forget, 8, FTW_DEPTH | FTW_PHYS);
	return tap_end();
}
