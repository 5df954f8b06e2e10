/* grpc_tell: what has come of a call is told to who started it */
#include "lib/fail.h"
#include "lib/grpc_frame.h"
#include "lib/grpc_inside.h"
#include "lib/grpc_status.h"

/* an end of our own, whatever the service may have said */
static void refuse(struct sv_grpc_call *call, enum sv_grpc_code code,
                   const char *message)
{
	call->known = false;
	grpc_call_over(call, code, message, NGHTTP2_CANCEL);
	call->result.code = code;
	call->result.answered = false;
	grpc_call_set_message(call, message);
}

static void tell_message(struct sv_grpc_call *call, const char *data,
                         size_t len)
{
	int rc = call->request.message(call->request.arg, data, len);

	if (!rc || call->gone)
		return;
	refuse(call, SV_GRPC_CANCELLED, sv_why());
	call->result.exit = rc;
	call->result.whole = true;
}

/* Hands out whole messages; what is left is the start of another. */
static void tell_messages(struct sv_grpc_call *call)
{
	enum grpc_frame_state state = GRPC_FRAME_WHOLE;
	size_t at = 0, len;

	while (!call->gone && !call->result.exit && state == GRPC_FRAME_WHOLE) {
		state = grpc_frame_look(sv_buf_str(&call->in) + at,
		                        call->in.len - at, call->request.most,
		                        &len);
		if (state != GRPC_FRAME_WHOLE)
			break;
		at += GRPC_FRAME_HEAD + len;
		tell_message(call, call->in.data + at - len, len);
	}
	if (call->gone)
		return;
	sv_buf_drop(&call->in, at);
	if (state == GRPC_FRAME_LONG)
		refuse(call, SV_GRPC_RESOURCE_EXHAUSTED,
		       "a message is larger than may be");
	else if (state == GRPC_FRAME_PACKED)
		refuse(call, SV_GRPC_INTERNAL,
		       "a message is compressed, which was not agreed on");
	else if (state == GRPC_FRAME_MORE && call->over && call->in.len &&
	         call->result.code == SV_GRPC_OK)
		refuse(call, SV_GRPC_INTERNAL,
		       "it ended in the midst of a message");
}

/* The sentence for people: who, what, why, and what the service calls it. */
static int write_why(const struct sv_grpc_call *call)
{
	const struct grpc_result *result = &call->result;
	const char *message = result->message ? result->message : "";
	const char *id = call->request_id ? call->request_id : "";
	int code = result->exit;

	if (!code)
		code = grpc_code_exit(result->code);
	if (!code)
		return 0;
	if (result->whole)
		return sv_fail(code, "%s", message);
	return sv_fail(code, "%s: %s%s%s%s%s%s", call->channel->service->name,
	               sv_grpc_code_name(result->code), *message ? ": " : "",
	               message, *id ? " (request " : "", id, *id ? ")" : "");
}

static void tell_end(struct sv_grpc_call *call)
{
	struct sv_grpc_status status = {
		.code = call->result.code,
		.message = call->result.message ? call->result.message : "",
		.answered = call->result.answered,
		.request_id = call->request_id ? call->request_id : "",
	};

	grpc_call_forget(call);
	status.exit = write_why(call);
	call->telling = true; /* whatever done() does, it stays until then */
	call->request.done(call->request.arg, &status);
	call->telling = false;
	grpc_call_free(call);
}

void grpc_call_tell(struct sv_grpc_call *call)
{
	call->telling = true;
	tell_messages(call);
	call->telling = false;
	if (call->gone)
		grpc_call_free(call);
	else if (call->over)
		tell_end(call);
}
