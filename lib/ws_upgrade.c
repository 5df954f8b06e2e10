/* ws_upgrade: the HTTP before a WebSocket */
#include "lib/ws_upgrade.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/fail.h"
#include "lib/span.h"

enum { NONCE_LEN = 16, SAID_MAX = 300 };

void sv_ws_key(char key[SV_WS_KEY_LEN + 1])
{
	unsigned char nonce[NONCE_LEN];

	if (getrandom(nonce, sizeof nonce, 0) != sizeof nonce)
		memset(nonce, 0, sizeof nonce); /* it only tells caches */
	EVP_EncodeBlock((unsigned char *)key, nonce, sizeof nonce);
}

/* --- asking --- */

/* what a URL has between its scheme and its path, and from there */
static struct sv_span authority(const char *url)
{
	const char *at = strstr(url, "://");
	const char *user;
	struct sv_span part = { at ? at + 3 : url, 0 };

	part.len = strcspn(part.at, "/?#");
	user = memchr(part.at, '@', part.len);
	if (user) {
		part.len -= (size_t)(user + 1 - part.at);
		part.at = user + 1;
	}
	return part;
}

int sv_ws_add_header(struct sv_buf *out, const char *header)
{
	const char *colon = strchr(header, ':');

	if (!colon || colon == header || header[strcspn(header, "\r\n")])
		return sv_fail(EX_CONFIG,
		               "a header for a WebSocket cannot be sent: it "
		               "has no name, or a line end in it");
	return sv_buf_printf(out, "%s\r\n", header);
}

int sv_ws_ask(struct sv_buf *out, const struct sv_service *service,
              const char *path, const char key[SV_WS_KEY_LEN + 1])
{
	struct sv_span host = authority(service->url);
	const char *base = host.at + host.len;

	if (path[strcspn(path, " \r\n")] || base[strcspn(base, " \r\n")])
		return sv_fail(EX_CONFIG, "%s: a blank in the address",
		               service->name);
	return sv_buf_printf(out,
	                     "GET %s%s%s HTTP/1.1\r\n"
	                     "Host: %.*s\r\n"
	                     "Upgrade: websocket\r\n"
	                     "Connection: Upgrade\r\n"
	                     "Sec-WebSocket-Key: %s\r\n"
	                     "Sec-WebSocket-Version: 13\r\n"
	                     "User-Agent: sales-voice/" SV_VERSION "\r\n",
	                     base, *base || *path == '/' ? "" : "/", path,
	                     (int)host.len, host.at, key);
}

/* --- the answer --- */

/* where the head ends, its empty line included; 0 when it does not yet */
static size_t head_len(const char *data, size_t n)
{
	const char *end = n ? memmem(data, n, "\r\n\r\n", 4) : NULL;

	return end ? (size_t)(end - data) + 4 : 0;
}

/* a header's value; how often it is there */
static int find(const char *data, size_t head, const char *name,
                struct sv_span *value)
{
	struct sv_span rest = { data, head };
	int n = 0;

	*value = (struct sv_span){ data, 0 };
	sv_span_take(&rest, "\r\n");
	while (rest.len) {
		struct sv_span line = sv_span_take(&rest, "\r\n");
		struct sv_span found = sv_span_take(&line, ":");

		if (!sv_span_is(found, name))
			continue;
		*value = sv_span_trim(line);
		n++;
	}
	return n;
}

/* of the status line; 0 when it is none */
static int status(const char *data, size_t n)
{
	int code = 0;

	if (n < 12 || strncmp(data, "HTTP/1.1 ", 9) != 0)
		return 0;
	for (int i = 9; i < 12; i++) {
		if (data[i] < '0' || data[i] > '9')
			return 0;
		code = 10 * code + (data[i] - '0');
	}
	return n == 12 || data[12] == ' ' || data[12] == '\r' ? code : 0;
}

void sv_ws_prove(const char *key, char proof[SV_WS_PROOF_LEN + 1])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char text[SV_WS_KEY_LEN + sizeof guid];
	unsigned char sum[SHA_DIGEST_LENGTH];

	memcpy(text, key, SV_WS_KEY_LEN);
	memcpy(text + SV_WS_KEY_LEN, guid, sizeof guid);
	SHA1(text, sizeof text - 1, sum);
	EVP_EncodeBlock((unsigned char *)proof, sum, sizeof sum);
}

static bool is_proof(struct sv_span value, const char *key)
{
	char proof[SV_WS_PROOF_LEN + 1];

	sv_ws_prove(key, proof);
	return value.len == SV_WS_PROOF_LEN &&
	       !memcmp(value.at, proof, SV_WS_PROOF_LEN);
}

static bool granted(const char *data, size_t head, const char *key,
                    bool protocol)
{
	struct sv_span upgrade, connection, proof, other;

	return find(data, head, "upgrade", &upgrade) == 1 &&
	       sv_span_is(upgrade, "websocket") &&
	       find(data, head, "connection", &connection) >= 1 &&
	       sv_span_lists(connection, "upgrade") &&
	       find(data, head, "sec-websocket-accept", &proof) == 1 &&
	       is_proof(proof, key) &&
	       !find(data, head, "sec-websocket-extensions", &other) &&
	       find(data, head, "sec-websocket-protocol", &other) <=
	               (protocol ? 1 : 0);
}

enum sv_ws_answer sv_ws_look(const char *data, size_t n, const char *key,
                             bool protocol, size_t *len)
{
	size_t head = head_len(data, n);
	int code;

	*len = head;
	if (n && strncmp(data, "HTTP/1.1 ", n < 9 ? n : 9) != 0)
		return SV_WS_NONSENSE;
	if (!head)
		return SV_WS_MORE;
	code = status(data, head);
	if (!code || memchr(data, '\0', head))
		return SV_WS_NONSENSE;
	if (code != 101)
		return SV_WS_REFUSED;
	return granted(data, head, key, protocol) ? SV_WS_GRANTED
	                                          : SV_WS_NONSENSE;
}

bool sv_ws_refused_whole(const char *data, size_t n)
{
	size_t head = head_len(data, n), wanted = 0;
	struct sv_span length;

	if (find(data, head, "content-length", &length) != 1 || !length.len)
		return false;
	for (size_t i = 0; i < length.len && i < 8; i++)
		wanted = 10 * wanted + (size_t)(length.at[i] - '0');
	return n - head >= wanted;
}

static int code_of(int http)
{
	if (http == 401 || http == 403)
		return EX_NOPERM;
	if (http == 408 || http == 429 || (http >= 500 && http != 501))
		return EX_TEMPFAIL;
	if (http >= 400 && http < 500 && http != 404)
		return EX_DATAERR;
	return EX_UNAVAILABLE;
}

/* {"error": {"message": …}} or {"message": …}; NULL when it is neither */
static const char *said(const json_t *body)
{
	const json_t *error = json_object_get(body, "error");
	const char *text = json_string_value(error);

	if (!text)
		text = json_string_value(json_object_get(error, "message"));
	if (!text)
		text = json_string_value(json_object_get(body, "message"));
	return text;
}

int sv_ws_refused(const struct sv_service *service, const char *data, size_t n)
{
	size_t head = head_len(data, n);
	int http = status(data, n);
	json_t *body =
		json_loadb(data + head, n - head, JSON_DISABLE_EOF_CHECK, NULL);
	const char *why = said(body);
	struct sv_span id;
	int rc;

	find(data, head, "x-request-id", &id);
	if (id.len > SAID_MAX)
		id.len = SAID_MAX;
	rc = sv_fail(code_of(http),
	             "%s: a WebSocket is refused: HTTP %d%s%.*s%s%.*s%s",
	             service->name, http, why ? ": " : "", SAID_MAX,
	             why ? why : "", id.len ? " (request " : "", (int)id.len,
	             id.at, id.len ? ")" : "");
	json_decref(body);
	return rc;
}
