/* reach_failed: why a way led nowhere, in our words */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/reach.h"

struct failure {
	CURL *easy;
	const char *name, *place, *error; /* error is "" when curl has none */
	const struct sv_service *service;
};

static const char *after(const char *text, const char *words)
{
	const char *at = strstr(text, words);

	return at ? at + strlen(words) : text;
}

static int not_resolved(const struct failure *f)
{
	return sv_fail(EX_UNAVAILABLE,
	               "%s: the host of %s is not known: check the address "
	               "and the name server",
	               f->name, f->place);
}

static int proxy_not_resolved(const struct failure *f)
{
	return sv_fail(EX_UNAVAILABLE, "%s: the host of the proxy is not known",
	               f->name);
}

/* curl names the host it has tried, which a proxy's is when there is one */
static int not_connected(const struct failure *f)
{
	static const char words[] = "Failed to connect to ";
	const char *tried = after(f->error, words);
	char *host = sv_strndup(tried, strcspn(tried, " "));
	bool direct = tried == f->error || strstr(f->place, host);
	long error = 0;

	sv_curl()->easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &error);
	sv_fail(EX_UNAVAILABLE, "%s: connect to %s%s%s: %s", f->name, f->place,
	        direct ? "" : " by the proxy ", direct ? "" : host,
	        error ? strerror((int)error) : f->error);
	free(host);
	return EX_UNAVAILABLE;
}

static int too_slow(const struct failure *f)
{
	return sv_fail(EX_TEMPFAIL, "%s: no connection to %s within %d ms",
	               f->name, f->place, f->service->connect_ms);
}

static int not_trusted(const struct failure *f)
{
	const char *reason = after(after(f->error, "problem: "), "SSL: ");
	bool issuer = strstr(reason, "issuer") || strstr(reason, "self");

	return sv_fail(EX_CONFIG,
	               "%s: the certificate of %s cannot be trusted: %s%s%s%s",
	               f->name, f->place, reason, issuer ? "; set " : "",
	               issuer ? f->name : "",
	               issuer ? ".ca to the file of who issued it" : "");
}

static int no_authority(const struct failure *f)
{
	return sv_fail(EX_CONFIG, "%s: %s holds no certificates to trust",
	               f->name, f->service->ca ? f->service->ca : "the system");
}

static int cert_unusable(const struct failure *f)
{
	return sv_fail(EX_CONFIG,
	               "%s: the certificate %s and its key cannot be used: %s",
	               f->name, f->service->cert ? f->service->cert : "-",
	               f->error);
}

static int lost(const struct failure *f)
{
	long refused = 0;

	sv_curl()->easy_getinfo(f->easy, CURLINFO_HTTP_CONNECTCODE, &refused);
	if (refused >= 300)
		return sv_fail(refused == 407 ? EX_NOPERM : EX_UNAVAILABLE,
		               "%s: the proxy does not let us through to %s: "
		               "HTTP %ld",
		               f->name, f->place, refused);
	/* curl 7.88 may ask for the name of who has just gone */
	if (!strncmp(f->error, "getpeername", 11) || !*f->error)
		return sv_fail(EX_UNAVAILABLE,
		               "%s: the connection to %s was lost: broken off "
		               "by the other end",
		               f->name, f->place);
	return sv_fail(EX_UNAVAILABLE, "%s: the connection to %s was lost: %s",
	               f->name, f->place, f->error);
}

static int closed(const struct failure *f)
{
	return sv_fail(EX_UNAVAILABLE,
	               "%s: %s closed the connection without an answer",
	               f->name, f->place);
}

/* OpenSSL's words end in the reason, after its number and its parts */
static int handshake(const struct failure *f)
{
	const char *colon = strrchr(f->error, ':');
	const char *reason = colon ? colon + 1 : f->error;

	return sv_fail(EX_UNAVAILABLE, "%s: no TLS with %s: %s", f->name,
	               f->place,
	               *reason ? reason : "the handshake was broken off");
}

static int cut_short(const struct failure *f)
{
	return sv_fail(EX_UNAVAILABLE, "%s: the answer of %s was cut short: %s",
	               f->name, f->place, f->error);
}

static int no_memory(const struct failure *f)
{
	return sv_fail(EX_TEMPFAIL, "%s: no memory for a request", f->name);
}

static int bad_url(const struct failure *f)
{
	return sv_fail(EX_CONFIG, "%s: this is no address for HTTP: %s",
	               f->name, f->error);
}

static const struct {
	CURLcode code;
	int (*say)(const struct failure *f);
} says[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, not_resolved },
	{ CURLE_COULDNT_RESOLVE_PROXY, proxy_not_resolved },
	{ CURLE_COULDNT_CONNECT, not_connected },
	{ CURLE_OPERATION_TIMEDOUT, too_slow },
	{ CURLE_PEER_FAILED_VERIFICATION, not_trusted },
	{ CURLE_SSL_ISSUER_ERROR, not_trusted },
	{ CURLE_SSL_CACERT_BADFILE, no_authority },
	{ CURLE_SSL_CERTPROBLEM, cert_unusable },
	{ CURLE_SSL_CONNECT_ERROR, handshake },
	{ CURLE_SEND_ERROR, lost },
	{ CURLE_RECV_ERROR, lost },
	{ CURLE_GOT_NOTHING, closed },
	{ CURLE_ABORTED_BY_CALLBACK, closed }, /* http_attempt.c, before() */
	{ CURLE_PARTIAL_FILE, cut_short },
	{ CURLE_OUT_OF_MEMORY, no_memory },
	{ CURLE_URL_MALFORMAT, bad_url },
};

/* What a server says, in TLS itself, of a certificate of ours. TLS 1.3 tells
 * it when we believe to be connected: any code of curl's can have it. */
static bool wants_certificate(const char *error)
{
	static const char *const alerts[] = {
		"alert certificate required", "alert bad certificate",
		"alert unknown ca",           "alert certificate expired",
		"alert certificate revoked",  "alert certificate unknown",
		"alert access denied",        "alert unsupported certificate",
	};

	for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++) {
		if (strcasestr(error, alerts[i]))
			return true;
	}
	return false;
}

static int cert_refused(const struct failure *f)
{
	const char *reason = strcasestr(f->error, "alert ") + 6;
	bool ours = f->service->cert;

	return sv_fail(EX_CONFIG,
	               "%s: %s does not take %s certificate (%.*s): %s %s.cert "
	               "and %s.key",
	               f->name, f->place, ours ? "our" : "us without a",
	               (int)strcspn(reason, ","), reason,
	               ours ? "check" : "set", f->name, f->name);
}

static int say(const struct failure *f, CURLcode code)
{
	if (wants_certificate(f->error))
		return cert_refused(f);
	for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
		if (says[i].code == code)
			return says[i].say(f);
	}
	return sv_fail(EX_UNAVAILABLE, "%s: %s answers what is no HTTP: %s",
	               f->name, f->place,
	               *f->error ? f->error : sv_curl()->easy_strerror(code));
}

int sv_reach_failed(CURL *easy, CURLcode code, const char *error,
                    const struct sv_service *service)
{
	char *place = sv_service_place(service);
	struct failure f = { .easy = easy,
		             .name = service->name,
		             .place = place,
		             .error = error ? error : "",
		             .service = service };
	int rc = say(&f, code);

	free(place);
	return rc;
}
