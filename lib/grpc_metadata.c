/* grpc_metadata: names and values, both ways */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/grpc_inside.h"

enum {
	METADATA_MAX = 8 << 10, /* of names and values: what servers take */
	OURS = 9,               /* headers of every request */
	LONGEST_MS = 99999999,  /* grpc-timeout has eight digits */
};

static bool is_ours(const char *name)
{
	static const char *const ours[] = { "te", "content-type", "user-agent",
		                            "host", NULL };

	for (size_t i = 0; ours[i]; i++) {
		if (!strcmp(name, ours[i]))
			return true;
	}
	return !strncmp(name, "grpc-", 5);
}

static bool is_name(const char *name)
{
	size_t len = strlen(name);

	return len &&
	       strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz_.-") == len;
}

static bool is_value(const char *value)
{
	for (; *value; value++) {
		if (*value < 0x20 || *value > 0x7e)
			return false;
	}
	return true;
}

const char *grpc_metadata_copy(struct sv_buf *copy, const char *const *metadata)
{
	size_t n = 0;

	sv_buf_init(copy, METADATA_MAX);
	for (; metadata && metadata[0] && metadata[1]; metadata += 2) {
		const char *name = metadata[0], *value = metadata[1];

		if (!is_name(name) || is_ours(name))
			return "a name in the metadata cannot be sent";
		if (!is_value(value))
			return "a value in the metadata (a key, a token?) has "
			       "characters that cannot be sent";
		if (++n > GRPC_HEADERS_MAX - OURS ||
		    sv_buf_add(copy, name, strlen(name) + 1) ||
		    sv_buf_add(copy, value, strlen(value) + 1))
			return "the metadata is larger than 8 KiB or 31 names";
	}
	return NULL;
}

static nghttp2_nv header(const char *name, const char *value, uint8_t flags)
{
	/* nghttp2 copies; its fields are not const */
	return (nghttp2_nv){ (uint8_t *)(uintptr_t)name,
		             (uint8_t *)(uintptr_t)value, strlen(name),
		             strlen(value), flags };
}

static void write_timeout(char timeout[GRPC_TIMEOUT_LEN], int64_t ms)
{
	if (ms < 1)
		ms = 1;
	if (ms <= LONGEST_MS)
		snprintf(timeout, GRPC_TIMEOUT_LEN, "%dm", (int)ms);
	else
		snprintf(timeout, GRPC_TIMEOUT_LEN, "%dS", (int)(ms / 1000));
}

size_t grpc_headers(const struct sv_grpc_call *call, nghttp2_nv *out,
                    char timeout[GRPC_TIMEOUT_LEN])
{
	const struct sv_grpc *channel = call->channel;
	bool tls = sv_service_tls(channel->service);
	const char *at = sv_buf_str(&call->metadata);
	const char *end = at + call->metadata.len;
	size_t n = 0;

	out[n++] = header(":method", "POST", 0);
	out[n++] = header(":scheme", tls ? "https" : "http", 0);
	out[n++] = header(":path", call->path, 0);
	out[n++] = header(":authority", channel->authority, 0);
	out[n++] = header("te", "trailers", 0);
	if (call->due_ms) {
		write_timeout(timeout, call->due_ms - sv_now_ms());
		out[n++] = header("grpc-timeout", timeout, 0);
	}
	out[n++] = header("content-type", "application/grpc+proto", 0);
	out[n++] = header("grpc-accept-encoding", "identity", 0);
	out[n++] = header("user-agent", "grpc-c-sales-voice/" SV_VERSION, 0);
	while (at < end) {
		const char *value = at + strlen(at) + 1;

		/* a key is kept in no table, here or there */
		out[n++] = header(at, value, NGHTTP2_NV_FLAG_NO_INDEX);
		at = value + strlen(value) + 1;
	}
	return n;
}

static int digit(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

/* Base 64, padded or not; false when it is none. */
static bool decode(struct sv_buf *out, const char *text, size_t len)
{
	unsigned bits = 0, n = 0;

	while (len && text[len - 1] == '=')
		len--;
	for (size_t i = 0; i < len; i++) {
		int value = digit((unsigned char)text[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (unsigned)value;
		n += 6;
		if (n < 8)
			continue;
		n -= 8;
		sv_buf_putc(out, (char)(bits >> n));
	}
	return len % 4 != 1;
}

/* Several values may come joined by commas. */
static void tell_binary(const struct sv_grpc_request *request, const char *name,
                        const char *value, size_t len)
{
	const char *end = value + len;

	while (value <= end) {
		const char *comma = memchr(value, ',', (size_t)(end - value));
		const char *stop = comma ? comma : end;
		struct sv_buf bytes;

		sv_buf_init(&bytes, len);
		if (decode(&bytes, value, (size_t)(stop - value)))
			request->metadata_in(request->arg, name,
			                     sv_buf_str(&bytes), bytes.len);
		sv_buf_release(&bytes);
		value = stop + 1;
	}
}

void grpc_metadata_tell(const struct sv_grpc_request *request, const char *name,
                        const char *value, size_t len)
{
	size_t name_len = strlen(name);

	if (!request->metadata_in)
		return;
	if (name_len > 4 && !strcmp(name + name_len - 4, "-bin"))
		tell_binary(request, name, value, len);
	else
		request->metadata_in(request->arg, name, value, len);
}
