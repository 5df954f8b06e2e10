/* listen_request: what is asked, and what is answered */
#include "src/crm/listen_request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/span.h"

struct request {
	struct sv_buf body;
	bool too_large;
	unsigned status; /* known from its head; 0: not yet */
};

static const struct {
	unsigned status;
	const char *text;
} answers[] = {
	{ 200, "ok\n" },
	{ 400, "this is no webhook\n" },
	{ 403, "the token is not ours\n" },
	{ 404, "there is nothing here\n" },
	{ 405, "that cannot be done here\n" },
	{ 413, "too large\n" },
	{ 415, "say application/x-www-form-urlencoded\n" },
	{ 503, "not now\n" },
};

static const char *text_of(unsigned status)
{
	size_t i = 0, n = sizeof answers / sizeof *answers;

	while (i < n - 1 && answers[i].status != status)
		i++;
	return answers[i].text;
}

static enum MHD_Result answer(const struct request_context *context,
                              struct MHD_Connection *connection,
                              unsigned status, const char *allow)
{
	const struct mhd *mhd = context->mhd;
	const char *text = text_of(status);
	struct MHD_Response *response;
	enum MHD_Result result;

	/* a copy, as it has no place for what is const */
	response = mhd->create_response_from_buffer(
		strlen(text), sv_strdup(text), MHD_RESPMEM_MUST_FREE);
	if (!response)
		return MHD_NO;
	mhd->add_response_header(response, "Content-Type", "text/plain");
	mhd->add_response_header(response, "Cache-Control", "no-store");
	if (allow)
		mhd->add_response_header(response, "Allow", allow);
	if (status == 503)
		mhd->add_response_header(response, "Retry-After", "5");
	if (context->ending)
		mhd->add_response_header(response, "Connection", "close");
	result = mhd->queue_response(connection, status, response);
	mhd->destroy_response(response);
	return result;
}

static unsigned status_of(int code)
{
	if (!code)
		return 200;
	return code == EX_DATAERR ? 400 : code == EX_NOPERM ? 403 : 503;
}

static bool is_form(const struct request_context *context,
                    struct MHD_Connection *connection)
{
	const char *type = context->mhd->lookup_connection_value(
		connection, MHD_HEADER_KIND, "Content-Type");
	struct sv_span given = { type, type ? strlen(type) : 0 };

	return sv_span_is(sv_span_trim(sv_span_take(&given, ";")),
	                  "application/x-www-form-urlencoded");
}

/* What it says of its length, before any of it has come: so nobody is told to
 * go on (100) with what is not taken. */
static bool is_long(const struct request_context *context,
                    struct MHD_Connection *connection)
{
	const char *len = context->mhd->lookup_connection_value(
		connection, MHD_HEADER_KIND, "Content-Length");

	return len && strtoull(len, NULL, 10) > WEB_BODY_MAX;
}

static bool is(const char *method, const char *name)
{
	return !strcmp(method, name);
}

/* The head is there. 0: what is posted may come. */
static unsigned look(const struct request_context *context,
                     struct MHD_Connection *connection, const char *url,
                     const char *method)
{
	bool health = !strcmp(url, "/health");

	if (!health && strcmp(url, context->setup.path) != 0)
		return 404;
	if (health && !is(method, "POST"))
		return is(method, "GET") || is(method, "HEAD")
		               ? status_of(context->setup.health(
					 context->setup.arg))
		               : 405;
	if (!is(method, "POST") || health)
		return 405;
	if (!is_form(context, connection))
		return 415;
	return is_long(context, connection) ? 413 : 0;
}

static void gather(struct request *request, const char *data, size_t len)
{
	if (!request->too_large && sv_buf_add(&request->body, data, len))
		request->too_large = true;
}

static unsigned finish(const struct request_context *context,
                       struct request *request)
{
	if (request->status)
		return request->status;
	if (request->too_large)
		return 413;
	return status_of(context->setup.receive(context->setup.arg,
	                                        sv_buf_str(&request->body),
	                                        request->body.len));
}

/* Called for the head, for each piece of the body, and once more at its end. */
enum MHD_Result request_handle(const struct request_context *context,
                               const struct request_call *call)
{
	struct request *request = *call->kept;
	unsigned status = 0;

	if (request && *call->len) {
		gather(request, call->data, *call->len);
		*call->len = 0;
		return MHD_YES;
	}
	if (request) {
		status = finish(context, request);
	} else {
		request = sv_alloc(sizeof *request);
		sv_buf_init(&request->body, WEB_BODY_MAX);
		*call->kept = request;
		status = look(context, call->connection, call->url,
		              call->method);
		/* who is answered before the end has to connect anew */
		request->status = status;
		if (status == 200 || status == 503)
			return MHD_YES;
	}
	if (!status)
		return MHD_YES;
	return answer(context, call->connection, status,
	              status != 405                   ? NULL
	              : !strcmp(call->url, "/health") ? "GET, HEAD"
	                                              : "POST");
}

void request_free(void *kept)
{
	struct request *request = kept;

	if (!request)
		return;
	sv_buf_release(&request->body);
	free(request);
}
