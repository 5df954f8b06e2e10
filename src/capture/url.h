/* Where calls come from: scheme://host:port/path?name=value&name=value, or
 * scheme: alone. Host may be a name, an IPv4 or [IPv6] address, or empty for
 * loopback. */
#ifndef CAPTURE_URL_H
#define CAPTURE_URL_H

#include <stdbool.h>

#include "lib/option.h"

struct url {
	char *text;           /* as given */
	char *host;           /* "127.0.0.1" when none is given */
	int port;             /* -1 when none is given; 0: any that is free */
	char *path;           /* "/media", or "" */
	struct sv_list query; /* KEY=VALUE, percent-decoded */
	char **owned;         /* what query's items point to */
};

/* Checks that the query has only names of settings (ended by NULL; NULL: no
 * names at all). 0, or EX_USAGE; url_release() either way. */
int url_parse(const char *text, const char *const *settings, struct url *url);
void url_release(struct url *url);

/* %41 becomes A in place; false for half a %, NUL, and what is not UTF-8 */
bool url_decode(char *text);

/* the value, or NULL */
const char *url_get(const struct url *url, const char *name);

#endif
