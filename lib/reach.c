/* reach: the way to a service, as curl is told it */
#include "lib/reach.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"

enum { KEEPALIVE_IDLE_S = 30, KEEPALIVE_EACH_S = 10 };

static bool is_loopback(const struct sv_service *service)
{
	char *place = sv_service_place(service);
	char *colon = strrchr(place, ':');
	size_t len = colon ? (size_t)(colon - place) : 0;
	bool is;

	place[len] = '\0';
	is = !strcmp(place, "[::1]") || !strcasecmp(place, "localhost") ||
	     (len > 10 && !strcasecmp(place + len - 10, ".localhost")) ||
	     (!strncmp(place, "127.", 4) &&
	      strspn(place, "0123456789.") == len);
	free(place);
	return is;
}

static void set_proxy(const struct sv_curl *curl, CURL *easy,
                      const struct sv_service *service)
{
	if (!service->proxy && !is_loopback(service))
		return; /* curl looks at the environment */
	if (!service->proxy || !strcmp(service->proxy, "none")) {
		curl->easy_setopt(easy, CURLOPT_PROXY, "");
		return;
	}
	curl->easy_setopt(easy, CURLOPT_PROXY, service->proxy);
	/* it was asked for: no_proxy of the environment has no say */
	curl->easy_setopt(easy, CURLOPT_NOPROXY, "");
}

/* Debian's libcurl reads the bundle of all authorities for each connection:
 * 35 ms, in which nobody else is served. Where each has a file that is found by
 * its hash, as update-ca-certificates(8) makes them, one is read. */
static const char *hashed_authorities(void)
{
	static const char folder[] = "/etc/ssl/certs";
	static int are = -1; /* not looked yet */
	struct dirent *entry;
	DIR *opened;

	if (are >= 0)
		return are ? folder : NULL;
	are = 0;
	opened = opendir(folder);
	while (opened && !are && (entry = readdir(opened)) != NULL)
		are = strspn(entry->d_name, "0123456789abcdef") == 8 &&
		      !strcmp(entry->d_name + 8, ".0");
	if (opened)
		closedir(opened);
	return are ? folder : NULL;
}

static void set_authorities(const struct sv_curl *curl, CURL *easy,
                            const struct sv_service *service)
{
	const char *folder = service->ca ? NULL : hashed_authorities();

	if (!service->ca && !folder)
		return; /* what libcurl was built with */
	curl->easy_setopt(easy, CURLOPT_CAINFO, service->ca);
	curl->easy_setopt(easy, CURLOPT_CAPATH, folder);
}

static void set_tls(const struct sv_curl *curl, CURL *easy,
                    const struct sv_service *service)
{
	curl->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl->easy_setopt(easy, CURLOPT_SSLVERSION,
	                  (long)CURL_SSLVERSION_TLSv1_2);
	set_authorities(curl, easy, service);
	if (!service->cert)
		return;
	curl->easy_setopt(easy, CURLOPT_SSLCERT, service->cert);
	if (service->key)
		curl->easy_setopt(easy, CURLOPT_SSLKEY, service->key);
	/* OpenSSL would ask at the terminal for that of a key that has one */
	curl->easy_setopt(easy, CURLOPT_KEYPASSWD, "");
}

void sv_reach(CURL *easy, const struct sv_service *service)
{
	const struct sv_curl *curl = sv_curl();

	curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* do not wait for a name server when nobody wants its answer */
	curl->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
	                  (long)service->connect_ms);
	curl->easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
	curl->easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl->easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_IDLE_S);
	curl->easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_EACH_S);
	set_proxy(curl, easy, service);
	set_tls(curl, easy, service);
}
