/* s3_ask: one request, signed, and sent again where that may help */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/s3.h"
#include "lib/start.h"
#include "lib/xml.h"

enum {
	FIRST_WAIT_MS = 500, /* at most, doubled each time */
	LONG_WAIT_MS = 8000,
	PATIENCE_MS = 60000, /* with a service that asks for more */
	STEP_MS = 200,       /* how soon a signal is seen */
	SLOWEST = 16,        /* bytes a ms: slower than that is no progress */
	ANSWER_MS = 60000,
	ANSWER_MAX = 8 << 20,
};

/* a request that is on its way */
struct attempt {
	const struct s3_ask *ask;
	struct s3_answer *answer;
	struct sv_buf body;
	bool done;
	int code;
	int retry_after_ms;
	char *why;
};

/* --- what comes of it --- */

static void on_header(void *arg, long status, const char *line)
{
	struct attempt *attempt = arg;

	if (attempt->answer->status != status) {
		*attempt->answer = (struct s3_answer){ .bytes = -1 };
		attempt->answer->status = status;
	}
	s3_answer_header(attempt->answer, line);
}

static int on_data(void *arg, const char *data, size_t len)
{
	struct attempt *attempt = arg;

	attempt->answer->handed = true;
	return attempt->ask->data(attempt->ask->arg, data, len);
}

static void on_done(void *arg, const struct sv_http_answer *http)
{
	struct attempt *attempt = arg;

	attempt->done = true;
	attempt->code = http->code;
	attempt->why = http->code ? sv_strdup(sv_why()) : NULL;
	attempt->answer->status = http->status;
	attempt->retry_after_ms = http->retry_after_ms;
	sv_buf_add(&attempt->body, http->body, http->len);
}

/* --- sending it --- */

/* the headers of an attempt, the first SIGNED of them signed */
struct headers {
	const char *list[SV_S3_HEADERS + 2];
	size_t n;
	char *own[4];
};

static void add_headers(struct headers *headers, const struct sv_depot *depot,
                        const struct s3_ask *ask, const char *sha256,
                        const char *date)
{
	const char *const *more = ask->headers;

	headers->own[0] = sv_format("x-amz-content-sha256: %s", sha256);
	headers->own[1] = sv_format("x-amz-date: %s", date);
	if (depot->token)
		headers->own[2] =
			sv_format("x-amz-security-token: %s", depot->token);
	headers->list[headers->n++] = depot->host;
	for (int i = 0; i < 3; i++) {
		if (headers->own[i])
			headers->list[headers->n++] = headers->own[i];
	}
	for (; more && *more; more++)
		headers->list[headers->n++] = *more;
}

static void free_headers(struct headers *headers)
{
	for (int i = 0; i < 4; i++) {
		if (headers->own[i])
			explicit_bzero(headers->own[i],
			               strlen(headers->own[i]));
		free(headers->own[i]);
	}
}

static void wait_for(struct sv_depot *depot, struct attempt *attempt,
                     struct sv_http_call *call)
{
	while (!attempt->done && !sv_stopping())
		sv_loop_step(depot->loop, STEP_MS);
	if (attempt->done)
		return;
	sv_http_cancel(call);
	attempt->code = sv_fail(EX_TEMPFAIL, "s3: stopped");
	attempt->why = sv_strdup(sv_why());
}

static void start(struct sv_depot *depot, struct attempt *attempt,
                  const struct headers *headers, const char *path)
{
	const struct s3_ask *ask = attempt->ask;
	const struct sv_http_request request = {
		.service = &depot->service,
		.path = path,
		.method = ask->method,
		.headers = headers->list,
		.body = ask->body,
		.len = ask->len,
		.lent = true,
		.timeout_ms =
			ask->data ? 0 : ANSWER_MS + (int)(ask->len / SLOWEST),
		.idle_ms = depot->idle_ms,
		.most = ANSWER_MAX,
		.header = on_header,
		.data = ask->data ? on_data : NULL,
		.done = on_done,
		.arg = attempt,
	};

	wait_for(depot, attempt, sv_http_start(depot->http, &request));
}

static size_t count(const struct sv_s3_query *query)
{
	size_t n = 0;

	while (n < S3_QUERY && query[n].name)
		n++;
	return n;
}

static char *path_of(const struct sv_depot *depot, const char *key)
{
	char *plain, *encoded, *path;

	if (!key)
		return sv_strdup(depot->root);
	plain = sv_format("/%s%s", depot->prefix, key);
	encoded = sv_s3_path(plain);
	path = sv_format("%s%s", depot->root, encoded);
	free(plain);
	free(encoded);
	return path;
}

static void attempt_once(struct sv_depot *depot, struct attempt *attempt)
{
	const struct s3_ask *ask = attempt->ask;
	struct headers headers = { .n = 0 };
	char *path = path_of(depot, ask->key), *whole;
	char *query = sv_s3_query(ask->query, count(ask->query));
	char date[SV_S3_DATE], hex[SV_SHA256_HEX];
	unsigned char hash[SV_SHA256];
	const struct sv_s3_keys keys = { depot->id, depot->secret,
		                         depot->region };
	const struct sv_s3_signing signing = { ask->method,  path, query,
		                               headers.list, hex,  date };

	sv_sha256(ask->body ? ask->body : "", ask->len, hash);
	sv_hex(hash, sizeof hash, hex);
	sv_s3_date(sv_wall_ms(), date);
	add_headers(&headers, depot, ask, hex, date);
	headers.own[3] = sv_s3_sign(&signing, &keys);
	headers.list[headers.n] = headers.own[3];
	whole = sv_format("%s%s%s", path, *query ? "?" : "", query);
	start(depot, attempt, &headers, whole);
	free(whole);
	free_headers(&headers);
	free(query);
	free(path);
}

/* --- judging it --- */

static int unread(void)
{
	return sv_fail(EX_TEMPFAIL, "s3: an answer that cannot be used: %s",
	               sv_why());
}

/* S3 says "200" first and looks afterwards, where that may take long: the
 * error is in the body then. */
static int judge(const struct sv_depot *depot, struct attempt *attempt,
                 bool *again)
{
	const struct s3_ask *ask = attempt->ask;
	struct s3_answer *answer = attempt->answer;
	const char *body = sv_buf_str(&attempt->body);
	size_t len = attempt->body.len;
	int rc;

	*again = false;
	if (!attempt->code && !ask->each)
		return 0;
	/* an error's body may be anything: a proxy has pages of its own */
	rc = sv_xml_read(body, len, s3_answer_error, answer);
	if (!attempt->code && !*answer->code) {
		*again = rc != 0;
		return rc ? unread()
		          : sv_xml_read(body, len, ask->each, ask->arg);
	}
	if (attempt->why)
		sv_fail(attempt->code, "%s", attempt->why);
	return s3_error(depot, ask, answer, attempt->code, again);
}

/* full jitter, so that those who failed together do not come together */
static int wait_ms(int tries, int retry_after_ms)
{
	unsigned wait = FIRST_WAIT_MS, chance = 0;

	if (retry_after_ms >= 0)
		return retry_after_ms;
	for (int i = 1; i < tries && wait < LONG_WAIT_MS; i++)
		wait *= 2;
	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = (unsigned)sv_now_us();
	return (int)(chance % (wait + 1));
}

bool s3_wait(struct sv_depot *depot, int tries, int retry_after_ms)
{
	int ms = wait_ms(tries, retry_after_ms);
	int64_t until = sv_now_ms() + ms;
	char *why;

	if (ms > PATIENCE_MS)
		return false;
	why = sv_strdup(sv_why());
	sv_info("%s; again in %d ms", why, ms);
	while (!sv_stopping() && sv_now_ms() < until) {
		int64_t left = until - sv_now_ms();

		sv_loop_step(depot->loop, left < STEP_MS ? (int)left : STEP_MS);
	}
	sv_fail(EX_TEMPFAIL, "%s", why); /* as it was */
	free(why);
	return !sv_stopping();
}

int s3_ask(struct sv_depot *depot, const struct s3_ask *ask,
           struct s3_answer *answer)
{
	bool again = true;
	int rc = 0;

	for (int tries = 1; again; tries++) {
		struct attempt attempt = { .ask = ask,
			                   .answer = answer,
			                   .retry_after_ms = -1 };

		*answer = (struct s3_answer){ .bytes = -1 };
		sv_buf_init(&attempt.body, ANSWER_MAX);
		attempt_once(depot, &attempt);
		rc = judge(depot, &attempt, &again);
		again = again && !answer->handed && tries < depot->tries &&
		        s3_wait(depot, tries, attempt.retry_after_ms);
		free(attempt.why);
		sv_buf_release(&attempt.body);
	}
	return rc;
}
