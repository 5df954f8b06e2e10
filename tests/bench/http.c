/*
 * http: what lib/http adds to libcurl's own easy interface.
 *     http URL pieces N [CA]    N pieces that tell when they left: how late
 *     http URL requests N [CA]  N requests, one after another on one connection
 * Prints two lines, ours and the easy interface's: the median and the 99th
 * percentile in us, and the processor's time in us for one.
 */
#include "lib/http.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/curl.h"

static struct {
	int64_t late[100000];
	int n;
	int64_t cpu_us;
	int done;
} run;

static int64_t cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void note(int64_t late)
{
	if (run.n < 100000)
		run.late[run.n++] = late;
}

/* the stamp that ends what came */
static int stamped(void *arg, const char *data, size_t len)
{
	(void)arg;
	if (len >= 20)
		note(sv_now_us() - strtoll(data + len - 20, NULL, 10));
	return 0;
}

static size_t stamped_easy(char *data, size_t one, size_t len, void *arg)
{
	stamped(arg, data, len);
	return one * len;
}

static size_t ignore(char *data, size_t one, size_t len, void *arg)
{
	(void)data;
	(void)arg;
	return one * len;
}

static void done(void *arg, const struct sv_http_answer *answer)
{
	(void)arg;
	run.done = answer->code ? -1 : 1;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void report(const char *who, int64_t began_us)
{
	int64_t cpu = cpu_us() - began_us;

	qsort(run.late, (size_t)run.n, sizeof *run.late, by_number);
	if (run.n)
		printf("%s %lld %lld %.1f\n", who,
		       (long long)run.late[run.n / 2],
		       (long long)run.late[run.n * 99 / 100],
		       (double)cpu / run.n);
	run.n = 0;
}

static void ours(struct sv_service *service, const char *path, int n,
                 int pieces)
{
	struct sv_loop *loop = sv_loop_new();
	struct sv_http *http = NULL;
	struct sv_http_request request = { .service = service,
		                           .path = path,
		                           .done = done };
	int64_t cpu, began;

	if (pieces)
		request.data = stamped;
	if (sv_http_new(&http, loop))
		exit(1);
	for (int i = -10; i < n && run.done >= 0; i++) {
		if (!i || pieces) {
			run.n = 0;
			cpu = cpu_us();
		}
		began = sv_now_us();
		run.done = 0;
		sv_http_start(http, &request);
		while (!run.done)
			sv_loop_step(loop, 1000);
		if (!pieces)
			note(sv_now_us() - began);
		else
			break;
	}
	report("ours", cpu);
	sv_http_free(http);
	sv_loop_free(loop);
}

static void easy(const char *url, const char *ca, int n, int pieces)
{
	const struct sv_curl *curl = sv_curl();
	CURLM *multi = curl->multi_init(); /* loaded alike */
	CURL *handle = curl->easy_init();
	CURLcode (*perform)(CURL * easy);
	void *found = dlsym(curl->library, "curl_easy_perform");
	int64_t cpu = cpu_us(), began;

	memcpy(&perform, &found, sizeof found);
	curl->easy_setopt(handle, CURLOPT_URL, url);
	curl->easy_setopt(handle, CURLOPT_PROXY, "");
	curl->easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	if (ca)
		curl->easy_setopt(handle, CURLOPT_CAINFO, ca);
	curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION,
	                  pieces ? stamped_easy : ignore);
	for (int i = -10; i < n; i++) {
		if (!i) {
			run.n = 0;
			cpu = cpu_us();
		}
		began = sv_now_us();
		if (perform(handle))
			exit(1);
		if (pieces)
			break;
		note(sv_now_us() - began);
	}
	report("easy", cpu);
	curl->easy_cleanup(handle);
	curl->multi_cleanup(multi);
}

int main(int argc, char *argv[])
{
	struct sv_service service = { .name = "bench", .connect_ms = 3000 };
	int pieces = argc > 3 && !strcmp(argv[2], "pieces");
	int n = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0;
	char *path, *url;

	if (!n)
		return 64;
	service.url = argv[1];
	service.ca = argc > 4 ? argv[4] : NULL;
	path = pieces ? sv_format("/stamps?ms=2&n=%d", n) : sv_strdup("/echo");
	url = sv_format("%s%s", service.url, path);
	for (int i = 0; i < 2; i++) { /* the first warms up */
		ours(&service, path, n, pieces);
		easy(url, service.ca, n, pieces);
		fflush(stdout);
	}
	free(path);
	free(url);
	return 0;
}
