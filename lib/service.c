/* service: where a service is, and how it is reached */
#include "lib/service.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"
#include "lib/setting.h"

enum { CONNECT_MS = 3000 };

const char *const sv_service_settings[] = { "url",   "ca",      "cert", "key",
	                                    "proxy", "connect", NULL };

static const struct {
	const char *scheme;
	int port;
	bool tls;
} schemes[] = {
	{ "http://", 80, false },
	{ "https://", 443, true },
	{ "ws://", 80, false },
	{ "wss://", 443, true },
};

enum { SCHEMES = sizeof schemes / sizeof *schemes };

static size_t scheme_of(const char *url)
{
	size_t i = 0;

	while (i < SCHEMES && strncasecmp(url, schemes[i].scheme,
	                                  strlen(schemes[i].scheme)) != 0)
		i++;
	return i;
}

/* whether text is a port of its own */
static bool is_port(const char *text, size_t len)
{
	char *end;
	long port = strtol(text, &end, 10);

	return len && len <= 5 && strspn(text, "0123456789") >= len &&
	       end == text + len && port > 0 && port <= 65535;
}

/* The host's and the port's bytes within url; *port is "" without one. NULL,
 * or what is wrong with it. */
static const char *split(const char *host, size_t *len, const char **port)
{
	size_t all = strcspn(host, "/?#");

	*len = all;
	*port = "";
	if (memchr(host, '@', all))
		return "a key does not belong into an address";
	if (*host == '[') {
		*len = strcspn(host, "]");
		if (*len >= all)
			return "it has a [ without a ]";
		++*len;
	} else {
		*len = strcspn(host, ":/?#");
	}
	if (!*len)
		return "it names no host";
	if (*len == all)
		return NULL;
	*port = host + *len + 1;
	if (host[*len] != ':' || !is_port(*port, all - *len - 1))
		return "its port is not one";
	return NULL;
}

static const char *check_url(const char *url)
{
	size_t i = scheme_of(url), len;
	const char *port;

	for (const char *p = url; *p; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '\\')
			return "it has a blank or a control character";
	}
	if (i == SCHEMES)
		return "it does not begin with https://, http://, wss:// or "
		       "ws://";
	if (strpbrk(url, "?#"))
		return "it has a ? or a #: only a path may follow the host";
	return split(url + strlen(schemes[i].scheme), &len, &port);
}

static int take_url(struct sv_service *service, const struct sv_found *found,
                    const char *usual)
{
	const char *url = found->value ? found->value : usual;
	const char *reason;
	size_t len, i;

	if (!url || !*url)
		return sv_fail(EX_CONFIG,
		               "%s: no address is set: -p %s.url=https://… "
		               "says where the service is",
		               service->name, service->name);
	reason = check_url(url);
	if (reason)
		return sv_fail(
			sv_setting_wrong(found), "%s: this is no address: %s",
			found->value ? found->where : service->name, reason);
	len = strlen(url);
	while (url[len - 1] == '/')
		len--;
	service->url = sv_strndup(url, len);
	for (i = 0; service->url[i] != ':'; i++)
		service->url[i] = (char)tolower((unsigned char)service->url[i]);
	return 0;
}

/* A file that must be there. The value of a key is not repeated: it is easy to
 * take this setting for that of a secret. */
static int take_file(char **path, const struct sv_found *found, bool key)
{
	const char *what =
		key ? ", the file of the client certificate's key" : "";
	const char *shown = key || !found->value ? "" : found->value;
	struct stat info;

	if (!found->value || !*found->value)
		return 0;
	if (stat(found->value, &info) || access(found->value, R_OK))
		return sv_fail(EX_NOINPUT, "%s%s%s%s:", found->where, what,
		               *shown ? ": open " : "", shown);
	if (S_ISDIR(info.st_mode))
		return sv_fail(EX_NOINPUT, "%s%s: this is a folder",
		               found->where, what);
	*path = sv_strdup(found->value);
	return 0;
}

static int take_files(struct sv_service *service,
                      const struct sv_list *settings)
{
	struct sv_found found;
	int rc;

	sv_setting_find(&found, settings, service->name, "ca");
	rc = take_file(&service->ca, &found, false);
	if (!rc) {
		sv_setting_find(&found, settings, service->name, "cert");
		rc = take_file(&service->cert, &found, false);
	}
	if (!rc) {
		sv_setting_find(&found, settings, service->name, "key");
		rc = take_file(&service->key, &found, true);
	}
	if (!rc && service->key && !service->cert)
		rc = sv_fail(sv_setting_wrong(&found),
		             "%s: a key without a certificate: set cert, too",
		             found.where);
	return rc;
}

/* The password that a proxy asks for is a secret like any other. */
static int take_password(const struct sv_found *found, const char *begin)
{
	const char *end = strchr(begin, '@');
	const char *colon = memchr(begin, ':', end ? (size_t)(end - begin) : 0);
	char *password;

	if (!colon)
		return 0;
	if (!found->environment)
		return sv_fail(EX_USAGE,
		               "%s: a password does not belong on the command "
		               "line: set the variable instead",
		               found->where);
	password = sv_strndup(colon + 1, (size_t)(end - colon - 1));
	sv_secret_known(password);
	sv_secret_free(password);
	return 0;
}

static int take_proxy(struct sv_service *service, const struct sv_found *found)
{
	static const char *const known[] = { "http://",   "https://",
		                             "socks4://", "socks4a://",
		                             "socks5://", "socks5h://" };
	size_t i = 0;
	int rc;

	if (!found->value || !*found->value)
		return 0;
	if (strcmp(found->value, "none") != 0) {
		while (i < sizeof known / sizeof *known &&
		       strncasecmp(found->value, known[i], strlen(known[i])) !=
		               0)
			i++;
		if (i == sizeof known / sizeof *known)
			return sv_fail(sv_setting_wrong(found),
			               "%s: a proxy begins with http://, "
			               "https:// or socks5h://, or is none",
			               found->where);
		rc = take_password(found, found->value + strlen(known[i]));
		if (rc)
			return rc;
	}
	service->proxy = sv_strdup(found->value);
	return 0;
}

int sv_service_init(struct sv_service *service, const char *engine,
                    const struct sv_list *settings, const char *usual)
{
	struct sv_found found;
	int rc;

	*service =
		(struct sv_service){ .name = engine, .connect_ms = CONNECT_MS };
	sv_setting_find(&found, settings, engine, "url");
	rc = take_url(service, &found, usual);
	if (!rc)
		rc = take_files(service, settings);
	sv_setting_find(&found, settings, engine, "proxy");
	if (!rc)
		rc = take_proxy(service, &found);
	sv_setting_find(&found, settings, engine, "connect");
	if (!rc)
		rc = sv_setting_read(&found, sv_ms, &service->connect_ms);
	if (!rc && !service->connect_ms)
		rc = sv_fail(sv_setting_wrong(&found),
		             "%s: no time at all to connect: 3s is usual",
		             found.where);
	if (rc)
		sv_service_release(service);
	return rc;
}

void sv_service_release(struct sv_service *service)
{
	free(service->url);
	free(service->ca);
	free(service->cert);
	free(service->key);
	sv_secret_free(service->proxy); /* may hold a password */
	*service = (struct sv_service){ 0 };
}

bool sv_service_tls(const struct sv_service *service)
{
	size_t i = scheme_of(service->url);

	return i < SCHEMES && schemes[i].tls;
}

char *sv_service_place(const struct sv_service *service)
{
	size_t i = scheme_of(service->url), len = 0;
	const char *port = "", *host;

	if (i == SCHEMES)
		return sv_strdup("");
	host = service->url + strlen(schemes[i].scheme);
	split(host, &len, &port);
	if (*port)
		return sv_format("%.*s:%.*s", (int)len, host,
		                 (int)strcspn(port, "/"), port);
	return sv_format("%.*s:%d", (int)len, host, schemes[i].port);
}
