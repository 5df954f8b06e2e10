/* grpc_status: the codes, and the words with them */
#include "lib/grpc_status.h"

#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <sysexits.h>

#include "lib/buf.h"
#include "lib/utf8.h"

enum { MESSAGE_MAX = 400 }; /* a sentence of fail.h has to hold it */

static const struct {
	const char *name;
	int exit;
} codes[] = {
	[SV_GRPC_OK] = { "OK", 0 },
	[SV_GRPC_CANCELLED] = { "CANCELLED", EX_UNAVAILABLE },
	[SV_GRPC_UNKNOWN] = { "UNKNOWN", EX_UNAVAILABLE },
	[SV_GRPC_INVALID_ARGUMENT] = { "INVALID_ARGUMENT", EX_CONFIG },
	[SV_GRPC_DEADLINE_EXCEEDED] = { "DEADLINE_EXCEEDED", EX_TEMPFAIL },
	[SV_GRPC_NOT_FOUND] = { "NOT_FOUND", EX_UNAVAILABLE },
	[SV_GRPC_ALREADY_EXISTS] = { "ALREADY_EXISTS", EX_UNAVAILABLE },
	[SV_GRPC_PERMISSION_DENIED] = { "PERMISSION_DENIED", EX_NOPERM },
	[SV_GRPC_RESOURCE_EXHAUSTED] = { "RESOURCE_EXHAUSTED", EX_TEMPFAIL },
	[SV_GRPC_FAILED_PRECONDITION] = { "FAILED_PRECONDITION", EX_CONFIG },
	[SV_GRPC_ABORTED] = { "ABORTED", EX_TEMPFAIL },
	[SV_GRPC_OUT_OF_RANGE] = { "OUT_OF_RANGE", EX_UNAVAILABLE },
	[SV_GRPC_UNIMPLEMENTED] = { "UNIMPLEMENTED", EX_UNAVAILABLE },
	[SV_GRPC_INTERNAL] = { "INTERNAL", EX_UNAVAILABLE },
	[SV_GRPC_UNAVAILABLE] = { "UNAVAILABLE", EX_TEMPFAIL },
	[SV_GRPC_DATA_LOSS] = { "DATA_LOSS", EX_UNAVAILABLE },
	[SV_GRPC_UNAUTHENTICATED] = { "UNAUTHENTICATED", EX_NOPERM },
};

static const size_t n_codes = sizeof codes / sizeof *codes;

const char *sv_grpc_code_name(enum sv_grpc_code code)
{
	return code < n_codes ? codes[code].name : "UNKNOWN";
}

int grpc_code_exit(enum sv_grpc_code code)
{
	return code < n_codes ? codes[code].exit : EX_UNAVAILABLE;
}

enum sv_grpc_code grpc_code_of_http(int status)
{
	static const struct {
		int status;
		enum sv_grpc_code code;
	} known[] = {
		{ 400, SV_GRPC_INTERNAL },
		{ 401, SV_GRPC_UNAUTHENTICATED },
		{ 403, SV_GRPC_PERMISSION_DENIED },
		{ 404, SV_GRPC_UNIMPLEMENTED },
		{ 429, SV_GRPC_UNAVAILABLE },
		{ 431, SV_GRPC_INTERNAL },
		{ 502, SV_GRPC_UNAVAILABLE },
		{ 503, SV_GRPC_UNAVAILABLE },
		{ 504, SV_GRPC_UNAVAILABLE },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (known[i].status == status)
			return known[i].code;
	}
	return SV_GRPC_UNKNOWN;
}

enum sv_grpc_code grpc_code_of_reset(uint32_t code)
{
	switch (code) {
	case NGHTTP2_REFUSED_STREAM:
		return SV_GRPC_UNAVAILABLE;
	case NGHTTP2_CANCEL:
		return SV_GRPC_CANCELLED;
	case NGHTTP2_ENHANCE_YOUR_CALM:
		return SV_GRPC_RESOURCE_EXHAUSTED;
	case NGHTTP2_INADEQUATE_SECURITY:
		return SV_GRPC_PERMISSION_DENIED;
	default:
		return SV_GRPC_INTERNAL;
	}
}

enum sv_grpc_code grpc_code_read(const char *text, size_t len)
{
	unsigned code = 0;

	if (!len || len > 2)
		return SV_GRPC_UNKNOWN;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return SV_GRPC_UNKNOWN;
		code = 10 * code + (unsigned)(text[i] - '0');
	}
	return code < n_codes ? (enum sv_grpc_code)code : SV_GRPC_UNKNOWN;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A bad escape stays as it is: a message is never refused. */
char *grpc_message_read(const char *text, size_t len)
{
	struct sv_buf bytes, out;

	sv_buf_init(&bytes, MESSAGE_MAX);
	sv_buf_init(&out, 3 * (size_t)MESSAGE_MAX);
	for (size_t i = 0; i < len && bytes.len < MESSAGE_MAX; i++) {
		int high = i + 2 < len ? digit(text[i + 1]) : -1;
		int low = i + 2 < len ? digit(text[i + 2]) : -1;
		bool escape = text[i] == '%' && high >= 0 && low >= 0;

		sv_buf_putc(&bytes, escape ? (char)(high << 4 | low) : text[i]);
		i += escape ? 2 : 0;
	}
	if (bytes.len == MESSAGE_MAX) /* not in the midst of a letter */
		sv_buf_cut(&bytes,
		           sv_utf8_cut(bytes.data, bytes.len, MESSAGE_MAX - 1));
	sv_utf8_repair(&out, sv_buf_str(&bytes), bytes.len);
	sv_buf_release(&bytes);
	return sv_buf_take(&out);
}
