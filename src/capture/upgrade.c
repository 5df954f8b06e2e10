/* upgrade.c: the HTTP request for a WebSocket */
#include "src/capture/upgrade.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/capture/transport.h"
#include "src/capture/url.h"

enum {
	KEY_LEN = 24, /* 16 bytes in base 64 */
	ACCEPT_LEN = 28,
};

struct headers {
	struct upgrade_part upgrade, connection, version, origin;
};

static int refuse(const char *why)
{
	return sv_fail(EX_PROTOCOL, "not a WebSocket's request: %s", why);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct upgrade_part trim(struct upgrade_part part)
{
	while (part.len && is_blank(*part.at)) {
		part.at++;
		part.len--;
	}
	while (part.len && is_blank(part.at[part.len - 1]))
		part.len--;
	return part;
}

static bool is_name(struct upgrade_part part, const char *name)
{
	return part.len == strlen(name) &&
	       !strncasecmp(part.at, name, part.len);
}

/* Takes what stands before the mark, or the rest, and the mark. */
static struct upgrade_part take(struct upgrade_part *rest, const char *mark)
{
	const char *at =
		rest->len ? memmem(rest->at, rest->len, mark, strlen(mark))
			  : NULL;
	struct upgrade_part part = *rest;
	size_t taken = rest->len;

	if (at) {
		part.len = (size_t)(at - rest->at);
		taken = part.len + strlen(mark);
	}
	if (taken)
		rest->at += taken;
	rest->len -= taken;
	return part;
}

/* whether a list separated by commas has it */
static bool has(struct upgrade_part list, const char *name)
{
	while (list.len) {
		if (is_name(trim(take(&list, ",")), name))
			return true;
	}
	return false;
}

static int parse_request(struct upgrade_part line, struct upgrade *upgrade)
{
	struct upgrade_part method = take(&line, " "), target;

	target = take(&line, " ");
	if (!is_name(method, "GET") || !is_name(line, "HTTP/1.1") ||
	    !target.len || *target.at != '/')
		return refuse("its first line is not GET /path HTTP/1.1");
	upgrade->path = take(&target, "?");
	upgrade->query = target;
	return 0;
}

/* A value that comes twice is refused where two have no meaning. */
static int keep(struct upgrade_part *kept, struct upgrade_part value)
{
	if (kept->at)
		return refuse("a header comes twice");
	*kept = value;
	return 0;
}

static int parse_header(struct upgrade_part line, struct upgrade *upgrade,
                        struct headers *headers)
{
	const struct {
		const char *name;
		struct upgrade_part *value;
	} known[] = {
		{ "upgrade", &headers->upgrade },
		{ "connection", &headers->connection },
		{ "sec-websocket-version", &headers->version },
		{ "origin", &headers->origin },
		{ "sec-websocket-key", &upgrade->key },
		{ "sec-websocket-protocol", &upgrade->protocols },
	};
	struct upgrade_part value = line, name = take(&value, ":");

	if (name.len == line.len || !name.len || is_blank(*name.at))
		return refuse("a header is broken");
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (is_name(name, known[i].name))
			return keep(known[i].value, trim(value));
	}
	return 0;
}

static int check(const struct upgrade *upgrade, const struct headers *headers)
{
	if (!has(headers->upgrade, "websocket") ||
	    !has(headers->connection, "upgrade"))
		return refuse("it asks for no upgrade");
	if (!is_name(headers->version, "13"))
		return refuse("its version is not 13");
	if (upgrade->key.len != KEY_LEN)
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
	struct upgrade_part rest = { .at = text };
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
	rc = parse_request(take(&rest, "\r\n"), upgrade);
	while (!rc && rest.len)
		rc = parse_header(take(&rest, "\r\n"), upgrade, &headers);
	if (!rc)
		rc = check(upgrade, &headers);
	return rc ? rc : GREETING_CALL;
}

char *upgrade_query(const struct upgrade *upgrade, const char *name)
{
	struct upgrade_part rest = upgrade->query;

	while (rest.len) {
		struct upgrade_part value = take(&rest, "&");
		struct upgrade_part found = take(&value, "=");
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

/* of RFC 6455, 4.2.2: a proof that the request was understood */
static void prove(const struct upgrade *upgrade, char out[ACCEPT_LEN + 1])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char text[KEY_LEN + sizeof guid], sum[SHA_DIGEST_LENGTH];

	memcpy(text, upgrade->key.at, KEY_LEN);
	memcpy(text + KEY_LEN, guid, sizeof guid);
	SHA1(text, sizeof text - 1, sum);
	EVP_EncodeBlock((unsigned char *)out, sum, sizeof sum);
}

int upgrade_accept(const struct upgrade *upgrade, const char *protocol,
                   struct sv_buf *out)
{
	struct upgrade_part offered = upgrade->protocols;
	struct upgrade_part chosen = trim(take(&offered, ","));
	char proof[ACCEPT_LEN + 1];
	int rc;

	if (has(upgrade->protocols, protocol))
		chosen = (struct upgrade_part){ protocol, strlen(protocol) };
	prove(upgrade, proof);
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
