/* upgrade.c: the HTTP request for a WebSocket */
#include "src/capture/upgrade.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/ws_upgrade.h"

#include "src/capture/transport.h"
#include "src/capture/url.h"

struct headers {
	struct sv_span upgrade, connection, version, origin;
};

static int refuse(const char *why)
{
	return sv_fail(EX_PROTOCOL, "not a WebSocket's request: %s", why);
}

static int parse_request(struct sv_span line, struct upgrade *upgrade)
{
	struct sv_span method = sv_span_take(&line, " "), target;

	target = sv_span_take(&line, " ");
	if (!sv_span_is(method, "GET") || !sv_span_is(line, "HTTP/1.1") ||
	    !target.len || *target.at != '/')
		return refuse("its first line is not GET /path HTTP/1.1");
	upgrade->path = sv_span_take(&target, "?");
	upgrade->query = target;
	return 0;
}

/* A value that comes twice is refused where two have no meaning. */
static int keep(struct sv_span *kept, struct sv_span value)
{
	if (kept->at)
		return refuse("a header comes twice");
	*kept = value;
	return 0;
}

static int parse_header(struct sv_span line, struct upgrade *upgrade,
                        struct headers *headers)
{
	const struct {
		const char *name;
		struct sv_span *value;
	} known[] = {
		{ "upgrade", &headers->upgrade },
		{ "connection", &headers->connection },
		{ "sec-websocket-version", &headers->version },
		{ "origin", &headers->origin },
		{ "sec-websocket-key", &upgrade->key },
		{ "sec-websocket-protocol", &upgrade->protocols },
	};
	struct sv_span value = line, name = sv_span_take(&value, ":");

	if (name.len == line.len || !name.len || *name.at == ' ' ||
	    *name.at == '\t')
		return refuse("a header is broken");
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (sv_span_is(name, known[i].name))
			return keep(known[i].value, sv_span_trim(value));
	}
	return 0;
}

static int check(const struct upgrade *upgrade, const struct headers *headers)
{
	if (!sv_span_lists(headers->upgrade, "websocket") ||
	    !sv_span_lists(headers->connection, "upgrade"))
		return refuse("it asks for no upgrade");
	if (!sv_span_is(headers->version, "13"))
		return refuse("its version is not 13");
	if (upgrade->key.len != SV_WS_KEY_LEN)
		return refuse("it has no key");
	/* Browsers send it always: a page that somebody on this machine has
	 * opened must not be able to place calls. */
	if (headers->origin.at)
		return refuse("it comes from a web page");
	return 0;
}

/* whether it begins as one; the method's case counts */
static int look(const uint8_t *data, size_t len)
{
	static const char start[] = "GET /";
	size_t n = len < sizeof start - 1 ? len : sizeof start - 1;

	return len && memcmp(data, start, n) != 0 ? refuse("it is no GET")
	                                          : GREETING_MORE;
}

int upgrade_parse(const uint8_t *data, size_t len, struct upgrade *upgrade)
{
	const char *text = (const char *)data;
	const char *end = len ? memmem(text, len, "\r\n\r\n", 4) : NULL;
	struct sv_span rest = { .at = text };
	struct headers headers = { 0 };
	int rc;

	*upgrade = (struct upgrade){ 0 };
	rc = look(data, len);
	if (rc || !end)
		return rc;
	upgrade->len = (size_t)(end - text) + 4;
	rest.len = upgrade->len - 4;
	if (memchr(text, '\0', upgrade->len))
		return refuse("it has a NUL");
	rc = parse_request(sv_span_take(&rest, "\r\n"), upgrade);
	while (!rc && rest.len)
		rc = parse_header(sv_span_take(&rest, "\r\n"), upgrade,
		                  &headers);
	if (!rc)
		rc = check(upgrade, &headers);
	return rc ? rc : GREETING_CALL;
}

char *upgrade_query(const struct upgrade *upgrade, const char *name)
{
	struct sv_span rest = upgrade->query;

	while (rest.len) {
		struct sv_span value = sv_span_take(&rest, "&");
		struct sv_span found = sv_span_take(&value, "=");
		char *text;

		if (found.len != strlen(name) ||
		    strncmp(found.at, name, found.len) != 0)
			continue;
		text = sv_strndup(value.at, value.len);
		if (url_decode(text))
			return text;
		free(text);
	}
	return NULL;
}

int upgrade_accept(const struct upgrade *upgrade, const char *protocol,
                   struct sv_buf *out)
{
	struct sv_span offered = upgrade->protocols;
	struct sv_span chosen = sv_span_trim(sv_span_take(&offered, ","));
	char proof[SV_WS_PROOF_LEN + 1];
	int rc;

	if (sv_span_lists(upgrade->protocols, protocol))
		chosen = (struct sv_span){ protocol, strlen(protocol) };
	sv_ws_prove(upgrade->key.at, proof);
	rc = sv_buf_printf(out,
	                   "HTTP/1.1 101 Switching Protocols\r\n"
	                   "Upgrade: websocket\r\n"
	                   "Connection: Upgrade\r\n"
	                   "Sec-WebSocket-Accept: %s\r\n",
	                   proof);
	if (!rc && chosen.len)
		rc = sv_buf_printf(out, "Sec-WebSocket-Protocol: %.*s\r\n",
		                   (int)chosen.len, chosen.at);
	return rc ? rc : sv_buf_puts(out, "\r\n");
}
