/* chat_try: one request to one endpoint, and how long it may take */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/chat_inside.h"
#include "lib/clock.h"
#include "lib/fail.h"

enum {
	LINGER_MS = 250, /* for what comes behind a finish_reason: the usage */
	DRAIN_MS = 1000, /* for the end of a body of which all is known */
	GONE = -2,       /* the call was cancelled within text() */
};

static void try_free(struct chat_try *try)
{
	struct chat_try **at = &try->chat->tries;

	while (*at != try)
		at = &(*at)->next;
	*at = try->next;
	chat_stream_release(&try->stream);
	json_decref(try->answer);
	free(try);
}

void chat_try_drop(struct chat_try *try, bool drain)
{
	if (try->call && try->call->try == try)
		try->call->try = NULL;
	try->call = NULL;
	sv_loop_disarm(try->chat->loop, &try->timer);
	if (drain && try->http) {
		sv_loop_arm(try->chat->loop, &try->timer,
		            sv_now_ms() + DRAIN_MS);
		return;
	}
	if (try->http)
		sv_http_cancel(try->http);
	try->http = NULL;
	try->dropped = true;
	if (!try->inside)
		try_free(try);
}

static void leave(struct chat_try *try)
{
	try->inside--;
	if (try->dropped && !try->inside)
		try_free(try);
}

/* --- its time --- */

static void sooner(int64_t *due, int64_t since_ms, int budget_ms)
{
	if (since_ms && budget_ms && (!*due || since_ms + budget_ms < *due))
		*due = since_ms + budget_ms;
}

static bool has_begun(const struct chat_try *try)
{
	return try->stream.pieces > 0;
}

static void arm(struct chat_try *try)
{
	const struct chat_budgets *budgets = &try->place->budgets;
	int64_t due = 0;

	if (try->finish_ms)
		sooner(&due, try->finish_ms, LINGER_MS);
	else if (has_begun(try))
		sooner(&due, try->piece_ms, budgets->stall_ms);
	else
		sooner(&due, try->call->place_ms, budgets->first_ms);
	sooner(&due, try->call->place_ms, budgets->total_ms);
	if (due)
		sv_loop_arm(try->chat->loop, &try->timer, due);
}

static bool passed(int64_t now, int64_t since_ms, int budget_ms)
{
	return budget_ms && now >= since_ms + budget_ms;
}

static void late(struct chat_try *try, const char *what, int ms)
{
	struct chat_failure failure = {
		.code = EX_TEMPFAIL, .fault = true, .spent = true, .wait_ms = -1
	};

	sv_fail(EX_TEMPFAIL, "%s: %s of %s within %d ms", try->place->name,
	        what, try->place->openai.place, ms);
	chat_failed(try, &failure);
}

static void look(struct chat_try *try, int64_t now)
{
	const struct chat_budgets *budgets = &try->place->budgets;
	int64_t since = try->call->place_ms;

	if (try->finish_ms && passed(now, try->finish_ms, LINGER_MS))
		chat_worked(try);
	else if (passed(now, since, budgets->total_ms))
		late(try, "not all of an answer", budgets->total_ms);
	else if (!has_begun(try) && passed(now, since, budgets->first_ms))
		late(try, "not a word", budgets->first_ms);
	else if (has_begun(try) && !try->finish_ms &&
	         passed(now, try->piece_ms, budgets->stall_ms))
		late(try, "not one more word", budgets->stall_ms);
	else
		arm(try);
}

static int tick(void *arg)
{
	struct chat_try *try = arg;

	try->inside++;
	if (try->call)
		look(try, sv_now_ms());
	else
		chat_try_drop(try, false);
	leave(try);
	return 0;
}

/* --- what comes --- */

static int text(void *arg, const char *bytes, size_t len)
{
	struct chat_try *try = arg;
	struct sv_chat_call *call = try->call;
	int rc;

	if (!call->first_ms)
		call->first_ms = sv_now_ms();
	if (try->whole || !call->request.text)
		return 0;
	call->handed = true;
	call->busy++;
	rc = call->request.text(call->request.arg, bytes, len);
	call->busy--;
	if (!call->cancelled) {
		try->stopped = rc;
		return rc;
	}
	chat_call_free(call);
	return GONE;
}

static bool is_fault(int code)
{
	return code == EX_TEMPFAIL || code == EX_UNAVAILABLE ||
	       code == EX_NOPERM;
}

/* The service says itself what is wrong, or it is to be said. */
static void broken(struct chat_try *try, int code)
{
	struct sv_openai_error error = { .code = code, .again = true };
	struct chat_failure failure = { .spent = true, .wait_ms = -1 };
	char *why = sv_strdup(sv_why());

	if (try->stream.error)
		sv_openai_complaint(&try->place->openai, try->stream.error,
		                    try->place->model, &error);
	else if (!try->stopped)
		sv_fail(code, "%s: %s: %s", try->place->name,
		        try->place->openai.place, why);
	free(why);
	failure.code = error.code;
	failure.again = error.again && !try->stopped;
	failure.too_long = error.too_long;
	failure.alone_ms = error.wait_ms;
	failure.fault = !try->stopped && is_fault(error.code);
	chat_failed(try, &failure);
}

static void after(struct chat_try *try, int64_t pieces, int code)
{
	int64_t now = sv_now_ms();

	if (code == GONE)
		return;
	if (try->stream.pieces > pieces)
		try->piece_ms = now;
	if (has_begun(try) && !try->call->first_ms)
		try->call->first_ms = now;
	if (code) {
		broken(try, code);
	} else if (try->stream.done) {
		chat_worked(try);
	} else {
		if (try->stream.finish && !try->finish_ms)
			try->finish_ms = now;
		arm(try);
	}
}

static int data(void *arg, const char *bytes, size_t len)
{
	struct chat_try *try = arg;
	int64_t pieces = try->stream.pieces;

	if (!try->call)
		return 0; /* the rest of a body that says no more */
	try->inside++;
	after(try, pieces, chat_stream_feed(&try->stream, bytes, len));
	leave(try);
	return 0;
}

/* --- how it ended --- */

/* Whether it is about the way JSON is asked for; *never: that is not known
 * there at all. */
static bool about_format(const struct chat_try *try,
                         const struct sv_http_answer *answer, bool *never)
{
	static const char *const words[] = { "response_format", "json_schema",
		                             "json_object",     "structured",
		                             "schema",          "grammar" };
	bool about = false;

	if (!try->call->schema || try->structure == CHAT_IN_WORDS ||
	    (answer->status != 400 && answer->status != 422 &&
	     answer->status != 501))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		about = about || strcasestr(answer->body, words[i]);
	*never = about && (strcasestr(answer->body, "support") ||
	                   strcasestr(answer->body, "unknown"));
	return about;
}

static void refused(struct chat_try *try, const struct sv_http_answer *answer)
{
	struct chat_failure failure = { .wait_ms = answer->retry_after_ms };
	struct sv_openai_error error;
	bool never = false;

	failure.format = about_format(try, answer, &never);
	if (never)
		try->place->structure =
			(enum chat_structure)(try->structure - 1);
	failure.code = sv_openai_failed(&try->place->openai, answer,
	                                try->place->model, &error);
	failure.too_long = error.too_long;
	failure.alone_ms = error.wait_ms;
	failure.again = error.again;
	/* what has no quota left stays so, whatever a header says */
	if (answer->should_retry >= 0 && !(error.wait_ms && !error.again))
		failure.again = answer->should_retry;
	failure.fault = is_fault(error.code);
	failure.spent = try->stream.pieces > 0;
	chat_failed(try, &failure);
}

static void conclude(struct chat_try *try, const struct sv_http_answer *answer)
{
	int rc;

	snprintf(try->request_id, sizeof try->request_id, "%s",
	         answer->request_id);
	if (answer->code && !try->stream.finish) {
		refused(try, answer);
		return;
	}
	rc = chat_stream_end(&try->stream);
	if (rc)
		after(try, try->stream.pieces, rc);
	else
		chat_worked(try);
}

static void done(void *arg, const struct sv_http_answer *answer)
{
	struct chat_try *try = arg;

	try->http = NULL;
	try->inside++;
	if (try->call)
		conclude(try, answer);
	else
		chat_try_drop(try, false);
	leave(try);
}

/* --- how it begins --- */

static size_t guess_request(const struct sv_chat_call *call)
{
	char *tools = json_array_size(call->tools)
	                      ? json_dumps(call->tools, JSON_COMPACT)
	                      : NULL;
	size_t n = chat_guess_of(call->messages);

	if (tools)
		n += chat_guess(tools, strlen(tools));
	free(tools);
	return n;
}

static void send_request(struct chat_try *try, const char *body)
{
	const struct sv_openai *openai = &try->place->openai;
	const char *headers[SV_OPENAI_HEADERS];
	struct sv_http_request request = {
		.service = &openai->service,
		.path = "/chat/completions",
		.headers = headers,
		.secret_header = openai->authorization,
		.body = body,
		.len = strlen(body),
		.data = data,
		.done = done,
		.arg = try,
	};

	sv_openai_headers(openai, headers, "Content-Type: application/json",
	                  "Accept: text/event-stream");
	try->http = sv_http_start(try->chat->http, &request);
}

void chat_try_start(struct sv_chat_call *call)
{
	struct chat_try *try = sv_alloc(sizeof *try);
	struct chat_failure failure = { .code = EX_SOFTWARE, .wait_ms = -1 };
	char *body;

	*try = (struct chat_try){
		.call = call,
		.chat = call->chat,
		.place = call->place,
		.structure = chat_structure_of(call, call->place),
		.whole = call->schema != NULL,
		.guess = guess_request(call),
		.begun_ms = sv_now_ms(),
		.timer = { .fire = tick, .arg = try },
		.next = call->chat->tries,
	};
	chat_stream_init(&try->stream, text, try);
	call->chat->tries = try;
	call->try = try;
	body = chat_body(call, call->place, try->structure);
	try->inside++;
	if (body) {
		call->tries++;
		send_request(try, body);
		arm(try);
	} else {
		chat_failed(try, &failure);
	}
	leave(try);
	free(body);
}
