/* http_tls: who is trusted, and the way through a proxy */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http.h"
#include "lib/secret.h"

#include "tests/unit/peer.h"
#include "tests/unit/tap.h"

static struct peer peer;
static struct sv_loop *loop;
static struct sv_http *http;
static char folder[] = "/tmp/sv-http-tls.XXXXXX";

static struct end {
	int done, code;
	char body[4096], why[512];
} end;

static void done(void *arg, const struct sv_http_answer *answer)
{
	struct end *e = arg;

	e->done++;
	e->code = answer->code;
	snprintf(e->body, sizeof e->body, "%s", answer->body);
	snprintf(e->why, sizeof e->why, "%s", answer->code ? sv_why() : "");
}

/* GET /echo of a door under a name; its code */
static int get(struct sv_service *service, const char *scheme, const char *host,
               const char *door)
{
	const struct sv_http_request request = {
		.service = service, .path = "/echo", .done = done, .arg = &end
	};
	int64_t until = sv_now_ms() + 60000;

	/* a connection that stands would prove nothing */
	sv_http_free(http);
	if (sv_http_new(&http, loop))
		return -1;
	service->name = "svc";
	service->connect_ms = 5000;
	service->url =
		sv_format("%s://%s:%s", scheme, host, peer_port(&peer, door));
	end = (struct end){ .code = -1 };
	sv_http_start(http, &request);
	while (!end.done && sv_now_ms() < until)
		sv_loop_step(loop, 500);
	free(service->url);
	return end.code;
}

static char *in_folder(const char *name)
{
	return sv_format("%s/%s", folder, name);
}

static void certificates(void)
{
	char *ca = in_folder("ca.pem"), *other = in_folder("other.pem");
	char *nothing = in_folder("ca.cnf"), *key = in_folder("client.key");
	char *cert = in_folder("client.pem"), *wrong = in_folder("good.key");
	struct sv_service service = { .ca = ca };

	ok(!get(&service, "https", "localhost", "good"));
	ok(!get(&service, "https", "127.0.0.1", "good"));
	ok(get(&service, "https", "localhost", "wrong") == EX_CONFIG);
	ok(strstr(end.why, "svc: the certificate of localhost:") == end.why);
	ok(strstr(end.why, "does not match target host name 'localhost'") ||
	   strstr(end.why, "no alternative certificate subject name"));
	ok(get(&service, "https", "localhost", "old") == EX_CONFIG);
	ok(strstr(end.why, "cannot be trusted: certificate has expired"));
	service.ca = NULL; /* whom the system trusts */
	ok(get(&service, "https", "localhost", "good") == EX_CONFIG);
	ok(strstr(end.why, "; set svc.ca to the file of who issued it"));
	service.ca = other;
	ok(get(&service, "https", "localhost", "good") == EX_CONFIG);
	service.ca = nothing;
	ok(get(&service, "https", "localhost", "good") == EX_CONFIG);
	ok(strstr(end.why, "ca.cnf holds no certificates to trust"));

	/* one of our own */
	service = (struct sv_service){ .ca = ca };
	ok(get(&service, "https", "localhost", "client") == EX_CONFIG);
	ok(strstr(end.why, "set svc.cert and svc.key"));
	service = (struct sv_service){ .ca = ca, .cert = cert, .key = key };
	ok(!get(&service, "https", "localhost", "client"));
	service = (struct sv_service){ .ca = ca, .cert = cert, .key = wrong };
	ok(get(&service, "https", "localhost", "client") == EX_CONFIG);
	ok(strstr(end.why, "its key cannot be used"));
	service = (struct sv_service){ .ca = ca, .cert = other, .key = key };
	ok(get(&service, "https", "localhost", "client") == EX_CONFIG);
	free(ca);
	free(other);
	free(nothing);
	free(key);
	free(cert);
	free(wrong);
}

static void other_protocols(void)
{
	struct sv_service service = { 0 };

	/* TLS to who speaks none, and the other way round */
	ok(get(&service, "https", "localhost", "plain") == EX_UNAVAILABLE);
	ok(strstr(end.why, "svc: no TLS with localhost:"));
	ok(get(&service, "http", "localhost", "good") == EX_UNAVAILABLE);
}

/* who takes the connection and says nothing */
static void silence(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sv_service service = { .name = "svc", .connect_ms = 300 };
	struct sv_http_request request = { .service = &service,
		                           .done = done,
		                           .arg = &end };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int64_t begun = sv_now_ms();

	ok(!bind(fd, (struct sockaddr *)&at, len) && !listen(fd, 5));
	ok(!getsockname(fd, (struct sockaddr *)&at, &len));
	service.url =
		sv_format("https://127.0.0.1:%d", (int)ntohs(at.sin_port));
	end = (struct end){ .code = -1 };
	sv_http_start(http, &request);
	while (!end.done)
		sv_loop_step(loop, 500);
	ok(end.code == EX_TEMPFAIL && strstr(end.why, "within 300 ms"));
	ok(sv_now_ms() - begun >= 300);
	close(fd);
	free(service.url);
}

static int is_by(const char *door)
{
	char *text = sv_format("\"door\": \"%s\"", door);
	int is = strstr(end.body, text) != NULL;

	free(text);
	return is;
}

static void proxies(void)
{
	char *ca = in_folder("ca.pem");
	char *proxy =
		sv_format("http://127.0.0.1:%s", peer_port(&peer, "proxy"));
	char *known = sv_format("http://me:proxy-password@127.0.0.1:%s",
	                        peer_port(&peer, "proxy"));
	struct sv_service service = { .ca = ca, .proxy = proxy };

	ok(!get(&service, "https", "localhost", "good") && is_by("good"));
	ok(!get(&service, "http", "localhost", "plain") && is_by("proxy"));
	ok(get(&service, "https", "refused.example", "good") == EX_UNAVAILABLE);
	ok(strstr(end.why, "the proxy does not let us through") &&
	   strstr(end.why, "HTTP 403"));
	ok(get(&service, "https", "locked.example", "good") == EX_NOPERM);
	ok(strstr(end.why, "HTTP 407"));
	service.proxy = known;
	sv_secret_known("proxy-password");
	/* let through, and it is not who it says */
	ok(get(&service, "https", "locked.example", "good") == EX_CONFIG);
	ok(!strstr(end.why, "proxy-password"));

	/* of the environment: not for this machine */
	service.proxy = NULL;
	setenv("https_proxy", proxy, 1);
	setenv("http_proxy", proxy, 1);
	ok(!get(&service, "http", "localhost", "plain") && is_by("plain"));
	ok(!get(&service, "http", "127.0.0.1", "plain") && is_by("plain"));
	ok(get(&service, "https", "refused.example", "good") == EX_UNAVAILABLE);
	ok(strstr(end.why, "the proxy does not let us through"));
	/* and for nobody when that is set */
	service.proxy = sv_strdup("none");
	service.connect_ms = 5000;
	get(&service, "https", "refused.invalid", "good");
	ok(strstr(end.why, "the host of refused.invalid:"));
	free(service.proxy);
	/* asked for outright: no_proxy has no say */
	setenv("no_proxy", "localhost,127.0.0.1", 1);
	service.proxy = proxy;
	ok(!get(&service, "http", "localhost", "plain") && is_by("proxy"));
	/* a proxy that is not there */
	service.proxy = sv_strdup("http://127.0.0.1:1");
	ok(get(&service, "https", "localhost", "good") == EX_UNAVAILABLE);
	ok(strstr(end.why, "by the proxy 127.0.0.1: Connection refused"));
	free(service.proxy);
	free(ca);
	free(proxy);
	free(known);
}

/* a connection with TLS is used again, and is not made twice */
static void reuse(void)
{
	char *ca = in_folder("ca.pem");
	struct sv_service service = { .ca = ca };
	const struct sv_http_request request = {
		.service = &service, .path = "/echo", .done = done, .arg = &end
	};

	ok(!get(&service, "https", "localhost", "good"));
	ok(strstr(end.body, "\"request\": 1"));
	service.url =
		sv_format("https://localhost:%s", peer_port(&peer, "good"));
	end = (struct end){ 0 };
	sv_http_start(http, &request);
	while (!end.done)
		sv_loop_step(loop, 500);
	ok(strstr(end.body, "\"request\": 2"));
	free(service.url);
	free(ca);
}

int main(void)
{
	char *command;

	unsetenv("http_proxy");
	unsetenv("https_proxy");
	unsetenv("all_proxy");
	unsetenv("HTTPS_PROXY");
	unsetenv("ALL_PROXY");
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
	loop = sv_loop_new();
	if (!mkdtemp(folder) || peer_run("certificates", folder) ||
	    peer_start(&peer, "http", folder))
		return 1;
	certificates();
	other_protocols();
	silence();
	proxies();
	reuse();
	sv_http_free(http);
	ok(!sv_loop_run(loop));
	sv_loop_free(loop);
	peer_stop(&peer);
	command = sv_format("rm -rf %s", folder);
	if (fork() == 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	free(command);
	wait(NULL);
	return tap_end();
}
