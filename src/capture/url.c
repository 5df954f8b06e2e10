/* url: where calls come from */
#include "src/capture/url.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/utf8.h"

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool url_decode(char *text)
{
	char *out = text;

	for (const char *in = text; *in; in++) {
		int high, low;

		if (*in != '%') {
			*out++ = *in;
			continue;
		}
		high = hex(in[1]);
		low = high < 0 ? -1 : hex(in[2]);
		if (low < 0)
			return false;
		*out = (char)(16 * high + low);
		if (!*out++)
			return false;
		in += 2;
	}
	*out = '\0';
	return sv_utf8_check(text, (size_t)(out - text)) ==
	       (size_t)(out - text);
}

static bool is_setting(const char *const *settings, const char *pair)
{
	size_t len = strcspn(pair, "=");

	for (; settings && *settings; settings++) {
		if (strlen(*settings) == len && !strncmp(*settings, pair, len))
			return true;
	}
	return false;
}

/* text: name=value&name=value, taken apart in place */
static int parse_query(char *text, const char *const *settings, struct url *url)
{
	char *pair, *next;

	for (pair = text; pair && *pair; pair = next) {
		next = strchr(pair, '&');
		if (next)
			*next++ = '\0';
		if (!url_decode(pair))
			return sv_fail(EX_USAGE, "%s: bad %% in its query",
			               url->text);
		if (!is_setting(settings, pair))
			return sv_fail(EX_USAGE, "%s: no setting '%.*s'",
			               url->text, (int)strcspn(pair, "="),
			               pair);
		if (!strchr(pair, '='))
			return sv_fail(EX_USAGE, "%s: %s needs a value",
			               url->text, pair);
		url->owned = sv_realloc(url->owned, (url->query.n + 1) *
		                                            sizeof *url->owned);
		url->owned[url->query.n] = sv_strdup(pair);
		sv_add(url->owned[url->query.n], &url->query);
	}
	return 0;
}

static int parse_port(const char *text, struct url *url)
{
	if (sv_int(text, &url->port) || url->port > 65535)
		return sv_fail(EX_USAGE, "%s: '%s' is no port: 0 to 65535",
		               url->text, text);
	return 0;
}

/* what stands between // and the path: host, [host], host:port, :port */
static int parse_authority(char *text, struct url *url)
{
	char *host = text, *port;

	if (strpbrk(text, "@% "))
		return sv_fail(EX_USAGE, "%s: only a host and a port go there",
		               url->text);
	if (*text == '[') {
		host = text + 1;
		port = strchr(host, ']');
		if (!port || (port[1] && port[1] != ':'))
			return sv_fail(EX_USAGE, "%s: the [ ] do not match",
			               url->text);
		*port++ = '\0';
	} else {
		port = strchr(text, ':');
	}
	if (port && *port) {
		*port++ = '\0';
		if (strchr(port, ':'))
			return sv_fail(EX_USAGE,
			               "%s: an IPv6 address goes in [ ]",
			               url->text);
		if (parse_port(port, url))
			return EX_USAGE;
	}
	if (*host) {
		free(url->host);
		url->host = sv_strdup(host);
	}
	return 0;
}

/* rest: what follows the scheme's colon, taken apart in place */
static int parse_rest(char *rest, const char *const *settings, struct url *url)
{
	char *query = strchr(rest, '?'), *path;
	int rc = 0;

	if (query)
		*query++ = '\0';
	if (!strncmp(rest, "//", 2)) {
		path = strchr(rest + 2, '/');
		if (path) {
			free(url->path);
			url->path = sv_strdup(path);
			*path = '\0';
		}
		rc = parse_authority(rest + 2, url);
	} else if (*rest) {
		rc = sv_fail(EX_USAGE, "%s: // is missing behind the colon",
		             url->text);
	}
	return rc ? rc : parse_query(query, settings, url);
}

int url_parse(const char *text, const char *const *settings, struct url *url)
{
	char *copy = sv_strdup(text), *rest = strchr(copy, ':');
	int rc;

	*url = (struct url){ .text = sv_strdup(text),
		             .host = sv_strdup("127.0.0.1"),
		             .port = -1,
		             .path = sv_strdup("") };
	if (rest)
		rc = parse_rest(rest + 1, settings, url);
	else
		rc = sv_fail(EX_USAGE, "%s: no scheme", text);
	free(copy);
	return rc;
}

void url_release(struct url *url)
{
	for (size_t i = 0; i < url->query.n; i++)
		free(url->owned[i]);
	free(url->owned);
	free(url->query.items);
	free(url->text);
	free(url->host);
	free(url->path);
	*url = (struct url){ 0 };
}

const char *url_get(const struct url *url, const char *name)
{
	return sv_list_get(&url->query, name);
}
