/* fetch.c: a large file over HTTP, resumed where it was cut off */
#include "src/model/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/start.h"

enum {
	TRIES = 5, /* in a row that bring nothing new */
	CONNECT_S = 20,
	STALL_S = 30,
	REDIRECTS = 5,
	VERSION_MAX = 512,
	PROGRESS_MS = 500,
};

#define FILE_MAX (INT64_C(4) << 30)

struct fetch {
	const char *url;
	char *part, *version; /* paths */
	CURL *curl;
	char error[CURL_ERROR_SIZE];
	int fd;
	int64_t have;           /* bytes in the part */
	char seen[VERSION_MAX]; /* ETag or Last-Modified of this answer */
	bool strong;            /* seen is an ETag */
	int64_t whole;          /* length of the file, 0 when not said */
	bool begun;             /* the answer's first byte has come */
	bool failed;            /* it was writing that failed */
	int64_t shown_ms;
};

/* "Name: value" of an answer, if that is its name */
static bool header_is(const char *line, size_t len, const char *name,
                      char *value)
{
	size_t n = strlen(name);

	if (len <= n || strncasecmp(line, name, n) != 0)
		return false;
	while (n < len && line[n] == ' ')
		n++;
	while (len > n && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	snprintf(value, VERSION_MAX, "%.*s", (int)(len - n), line + n);
	return true;
}

/* A weak ETag does not promise the same bytes and is no good for ranges. Of
 * "Content-Range: bytes 5-9/10" the length counts. */
static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
	struct fetch *fetch = arg;
	char value[VERSION_MAX];

	if (header_is(line, size * n, "etag:", value) && value[0] == '"') {
		memcpy(fetch->seen, value, sizeof value);
		fetch->strong = true;
	} else if (!fetch->strong &&
	           header_is(line, size * n, "last-modified:", value)) {
		memcpy(fetch->seen, value, sizeof value);
	} else if (header_is(line, size * n, "content-range:", value) &&
	           strchr(value, '/')) {
		fetch->whole = strtoll(strchr(value, '/') + 1, NULL, 10);
	}
	return size * n;
}

static long status_of(const struct fetch *fetch)
{
	long status = 0;

	curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

/* An answer begins. What is no part of the file (an error page) is dropped;
 * 200 is the whole file, whatever we asked for; and before its first byte is
 * kept, so is what the server calls it. */
static int begin_answer(struct fetch *fetch)
{
	long status = status_of(fetch);
	int rc = 0;

	if (status == 200 && fetch->have) {
		if (ftruncate(fetch->fd, 0))
			return sv_fail(EX_IOERR, "write %s:", fetch->part);
		lseek(fetch->fd, 0, SEEK_SET);
		fetch->have = 0;
	}
	if (status == 200)
		rc = sv_file_replace(fetch->version, fetch->seen,
		                     strlen(fetch->seen), 0644);
	return rc;
}

static size_t on_data(char *data, size_t size, size_t n, void *arg)
{
	struct fetch *fetch = arg;
	long status = status_of(fetch);
	int rc = 0;

	if (status != 200 && status != 206)
		return size * n;
	if (!fetch->begun)
		rc = begin_answer(fetch);
	fetch->begun = true;
	if (!rc && fetch->have + (int64_t)(size * n) > FILE_MAX)
		rc = sv_fail(EX_UNAVAILABLE, "%s: too large for a model",
		             fetch->url);
	if (!rc)
		rc = sv_write(fetch->fd, data, size * n, fetch->part);
	fetch->failed = rc != 0;
	fetch->have += rc ? 0 : (int64_t)(size * n);
	return rc ? 0 : size * n;
}

static int on_progress(void *arg, curl_off_t total, curl_off_t now,
                       curl_off_t up, curl_off_t up_now)
{
	struct fetch *fetch = arg;
	int64_t ms = sv_now_ms();

	(void)up;
	(void)up_now;
	if (sv_stopping())
		return 1;
	if (total > 0 && isatty(STDERR_FILENO) &&
	    ms - fetch->shown_ms >= PROGRESS_MS) {
		fprintf(stderr, "\r%s: %3d%%", fetch->url,
		        (int)(100 * (fetch->have + 1) /
		              (fetch->have + total - now + 1)));
		fetch->shown_ms = ms;
	}
	return 0;
}

static void set_up(struct fetch *fetch)
{
	CURL *curl = fetch->curl;

	curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->error);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "sales-voice/" SV_VERSION);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, fetch);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, fetch);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

/* The headers that ask for the rest, if we know of what; NULL for all. */
static struct curl_slist *ask_for_rest(struct fetch *fetch)
{
	struct curl_slist *headers = NULL;
	struct sv_buf version;
	char *header;

	sv_buf_init(&version, VERSION_MAX);
	if (fetch->have && !sv_file_read(fetch->version, &version) &&
	    version.len) {
		header =
			sv_format("Range: bytes=%lld-", (long long)fetch->have);
		headers = curl_slist_append(headers, header);
		free(header);
		header = sv_format("If-Range: %s", sv_buf_str(&version));
		headers = curl_slist_append(headers, header);
		free(header);
	}
	sv_buf_release(&version);
	return headers;
}

/* What the answer means: 416 is what a server says to "the rest" when there is
 * no rest, or the part is no beginning of the file. */
static int judge(struct fetch *fetch, long status)
{
	const bool range = status == 206 || status == 416;

	if (status == 200 || (status == 206 && !fetch->whole) ||
	    (range && fetch->have == fetch->whole))
		return 0;
	if (range) {
		unlink(fetch->version); /* the next request is for all */
		return sv_fail(EX_TEMPFAIL, "%s: the parts do not fit",
		               fetch->url);
	}
	if (status == 429 || status == 503)
		return sv_fail(EX_TEMPFAIL, "%s: the server is busy (%ld)",
		               fetch->url, status);
	return sv_fail(EX_UNAVAILABLE, "%s: the server answers %ld", fetch->url,
	               status);
}

/* whether it may go better at the next try */
static bool broken_off(CURLcode result)
{
	return result == CURLE_PARTIAL_FILE || result == CURLE_RECV_ERROR ||
	       result == CURLE_GOT_NOTHING || result == CURLE_SEND_ERROR ||
	       result == CURLE_OPERATION_TIMEDOUT;
}

/* One request: 0 when the file is whole, EX_TEMPFAIL when it was cut off. */
static int request(struct fetch *fetch)
{
	struct curl_slist *headers = ask_for_rest(fetch);
	CURLcode result;
	long status;

	fetch->seen[0] = '\0';
	fetch->strong = fetch->begun = false;
	fetch->whole = 0;
	if (!headers)
		fetch->have = 0;
	if (!headers && ftruncate(fetch->fd, 0))
		return sv_fail(EX_IOERR, "write %s:", fetch->part);
	lseek(fetch->fd, fetch->have, SEEK_SET);
	curl_easy_setopt(fetch->curl, CURLOPT_HTTPHEADER, headers);
	result = curl_easy_perform(fetch->curl);
	curl_slist_free_all(headers);
	status = status_of(fetch);
	if (fetch->failed)
		return EX_IOERR;
	if (sv_stopping())
		return sv_fail(EX_TEMPFAIL,
		               "%s: stopped; the next run goes on from here",
		               fetch->url);
	if (result)
		return sv_fail(broken_off(result) ? EX_TEMPFAIL
		                                  : EX_UNAVAILABLE,
		               "%s: %s", fetch->url,
		               *fetch->error ? fetch->error
		                             : curl_easy_strerror(result));
	return judge(fetch, status);
}

/* A try that brought something new does not count. */
static int request_all(struct fetch *fetch)
{
	int tries = 0;
	int rc;

	do {
		int64_t before = fetch->have;

		rc = request(fetch);
		tries = fetch->have > before ? 0 : tries + 1;
		if (rc == EX_TEMPFAIL)
			sv_info("%s; %lld bytes are here", sv_why(),
			        (long long)fetch->have);
	} while (rc == EX_TEMPFAIL && tries < TRIES && !sv_stopping());
	return rc;
}

/* the part, which only one of us may write */
static int open_part(struct fetch *fetch)
{
	struct stat info;

	fetch->fd = open(fetch->part, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fetch->fd < 0)
		return sv_fail(EX_CANTCREAT, "create %s:", fetch->part);
	if (flock(fetch->fd, LOCK_EX | LOCK_NB))
		return sv_fail(EX_TEMPFAIL,
		               "%s: another sv-asr is fetching this",
		               fetch->part);
	if (fstat(fetch->fd, &info))
		return sv_fail(EX_IOERR, "look at %s:", fetch->part);
	fetch->have = info.st_size;
	return 0;
}

static int finish(const struct fetch *fetch, const char *path)
{
	if (fsync(fetch->fd))
		return sv_fail(EX_IOERR, "write %s:", fetch->part);
	if (rename(fetch->part, path))
		return sv_fail(EX_CANTCREAT, "create %s:", path);
	unlink(fetch->version);
	return 0;
}

int fetch_file(const char *url, const char *path)
{
	struct fetch fetch = { .url = url, .fd = -1 };
	int rc;

	fetch.part = sv_format("%s.part", path);
	fetch.version = sv_format("%s.version", path);
	fetch.curl = curl_easy_init();
	rc = fetch.curl ? open_part(&fetch)
	                : sv_fail(EX_SOFTWARE, "libcurl does not start");
	if (!rc) {
		set_up(&fetch);
		rc = request_all(&fetch);
	}
	if (!rc)
		rc = finish(&fetch, path);
	if (fetch.shown_ms)
		fputc('\n', stderr);
	curl_easy_cleanup(fetch.curl);
	if (fetch.fd >= 0)
		close(fetch.fd);
	free(fetch.part);
	free(fetch.version);
	return rc;
}
