/* service: settings are found where they should be, and checked */
#include "lib/service.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/secret.h"
#include "lib/start.h"

#include "tests/unit/tap.h"

static struct sv_list pairs;

static void settings(void)
{
	int ms = 7, n = 7;
	bool flag = false;

	ok(!sv_setting(&pairs, "riva", "model"));
	ok(!sv_setting(NULL, "riva", "model"));
	setenv("SV_ASR_MODEL", "of the stage", 1);
	is(sv_setting(&pairs, "riva", "model"), "of the stage");
	setenv("SV_RIVA_MODEL", "", 1); /* empty is none */
	is(sv_setting(&pairs, "riva", "model"), "of the stage");
	setenv("SV_RIVA_MODEL", "of the engine", 1);
	is(sv_setting(NULL, "riva", "model"), "of the engine");
	setenv("SV_ASR_RIVA_MODEL", "of both", 1);
	is(sv_setting(&pairs, "riva", "model"), "of both");
	is(sv_setting(&pairs, "speechkit", "model"), "of the stage");
	sv_pair("model=any", &pairs);
	is(sv_setting(&pairs, "riva", "model"), "any");
	sv_pair("riva.model=own", &pairs);
	sv_pair("model=later", &pairs);
	is(sv_setting(&pairs, "riva", "model"), "own");
	is(sv_setting(&pairs, "speechkit", "model"), "later");
	sv_pair("riva.model=", &pairs);
	is(sv_setting(&pairs, "riva", "model"), "");
	setenv("SV_RIVA_VOICE_RU", "anna", 1);
	is(sv_setting(&pairs, "riva", "voice.ru"), "anna");

	ok(!sv_setting_ms(&pairs, "riva", "stall", &ms) && ms == 7);
	setenv("SV_RIVA_STALL", "2", 1);
	ok(sv_setting_ms(&pairs, "riva", "stall", &ms) == EX_CONFIG && ms == 7);
	is(sv_why(), "SV_RIVA_STALL: '2' is not a time with its unit, such as "
	             "250ms or 2s");
	setenv("SV_RIVA_STALL", "2s", 1);
	ok(!sv_setting_ms(&pairs, "riva", "stall", &ms) && ms == 2000);
	sv_pair("riva.stall=1x", &pairs);
	ok(sv_setting_ms(&pairs, "riva", "stall", &ms) == EX_USAGE);
	is(sv_why(), "-p riva.stall: '1x' is not a time with its unit, such as "
	             "250ms or 2s");
	sv_pair("n=12", &pairs);
	sv_pair("raw=yes", &pairs);
	ok(!sv_setting_int(&pairs, "riva", "n", &n) && n == 12);
	ok(!sv_setting_flag(&pairs, "riva", "raw", &flag) && flag);
}

static const char *const bad_urls[] = {
	"",
	"example.org",
	"ftp://example.org",
	"https://",
	"https:///v1",
	"http://:80",
	"http://host:",
	"http://host:0",
	"http://host:65536",
	"http://host:8080x",
	"http://host:+80",
	"http://[::1",
	"http://[::1]x",
	"https://me:secret@host/",
	"https://host/v1?key=1",
	"https://host/v1#x",
	"https://ho st/",
	"https://host\\x",
	"https://host/\x01",
};

static int with_url(struct sv_service *service, const char *url)
{
	struct sv_list one = { 0 };
	char *pair = sv_format("url=%s", url);
	int rc;

	sv_pair(pair, &one);
	rc = sv_service_init(service, "x", &one, NULL);
	free(pair);
	free(one.items);
	return rc;
}

static void urls(void)
{
	static const struct {
		const char *url, *kept, *place;
		bool tls;
	} good[] = {
		{ "https://h.example", "https://h.example", "h.example:443",
		  1 },
		{ "HTTP://h/", "http://h", "h:80", 0 },
		{ "http://h:8080/v1//", "http://h:8080/v1", "h:8080", 0 },
		{ "wss://h/a/b", "wss://h/a/b", "h:443", 1 },
		{ "ws://[::1]:9", "ws://[::1]:9", "[::1]:9", 0 },
		{ "https://[::1]/x", "https://[::1]/x", "[::1]:443", 1 },
	};

	struct sv_service service;
	char *place;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		ok(!with_url(&service, good[i].url));
		is(service.url, good[i].kept);
		place = sv_service_place(&service);
		is(place, good[i].place);
		ok(sv_service_tls(&service) == good[i].tls);
		ok(service.connect_ms == 3000);
		free(place);
		sv_service_release(&service);
	}
	for (size_t i = 0; i < sizeof bad_urls / sizeof *bad_urls; i++) {
		int rc = with_url(&service, bad_urls[i]);

		ok(rc == EX_USAGE || (!*bad_urls[i] && rc == EX_CONFIG));
		ok(!strstr(sv_why(), "secret"));
		ok(!service.url);
	}
	ok(sv_service_init(&service, "x", NULL, NULL) == EX_CONFIG);
	ok(strstr(sv_why(), "x: no address is set"));
	ok(!sv_service_init(&service, "x", NULL, "https://usual.example/"));
	is(service.url, "https://usual.example");
	sv_service_release(&service);
	setenv("SV_X_URL", "nonsense", 1);
	ok(sv_service_init(&service, "x", NULL, "https://u") == EX_CONFIG);
	unsetenv("SV_X_URL");
}

/* the code with these settings, the service released */
static int with(const char *one, const char *two)
{
	struct sv_service service;
	struct sv_list list = { 0 };
	int rc;

	sv_pair(one, &list);
	if (two)
		sv_pair(two, &list);
	rc = sv_service_init(&service, "x", &list, "https://h");
	sv_service_release(&service);
	free(list.items);
	return rc;
}

static void files(void)
{
	char folder[] = "/tmp/sv-service.XXXXXX";
	char *file, *ca, *cert, *key, *is_folder;

	if (!mkdtemp(folder))
		return;
	file = sv_format("%s/pem", folder);
	ca = sv_format("ca=%s", file);
	cert = sv_format("cert=%s", file);
	key = sv_format("key=%s", file);
	is_folder = sv_format("ca=%s", folder);
	ok(!sv_file_replace(file, "x", 1, 0600));
	ok(!with(ca, NULL) && !with(cert, NULL) && !with(cert, key));
	ok(with(key, NULL) == EX_USAGE);
	ok(strstr(sv_why(), "set cert, too"));
	ok(with(is_folder, NULL) == EX_NOINPUT);
	ok(strstr(sv_why(), "a folder"));
	unlink(file);
	ok(with(ca, NULL) == EX_NOINPUT);
	is(sv_why() + strlen(sv_why()) - 25, "No such file or directory");
	/* who mistakes it for the key of the service finds it nowhere */
	ok(with("key=sk-my-own-key", NULL) == EX_NOINPUT);
	ok(!strstr(sv_why(), "sk-my"));
	rmdir(folder);
	free(file);
	free(ca);
	free(cert);
	free(key);
	free(is_folder);
}

static void proxies(void)
{
	struct sv_service service;
	char text[] = "CONNECT as hunter2-hunter2";

	ok(!with("proxy=none", NULL));
	ok(!with("proxy=http://proxy:3128", NULL));
	ok(!with("proxy=socks5h://proxy", NULL));
	ok(with("proxy=proxy:3128", NULL) == EX_USAGE);
	ok(with("proxy=http://me:hunter2-hunter2@p", NULL) == EX_USAGE);
	ok(strstr(sv_why(), "command line") && !strstr(sv_why(), "hunter2"));
	setenv("SV_X_PROXY", "http://me:hunter2-hunter2@p:1", 1);
	ok(!sv_service_init(&service, "x", NULL, "https://h"));
	is(service.proxy, "http://me:hunter2-hunter2@p:1");
	sv_secret_mask(text);
	is(text, "CONNECT as ***");
	sv_service_release(&service);
	unsetenv("SV_X_PROXY");
	ok(with("connect=0", NULL) == EX_USAGE);
	ok(with("connect=5", NULL) == EX_USAGE);
	ok(!with("connect=5s", NULL));
}

int main(int argc, char *argv[])
{
	static const struct sv_command command = { .name = "sv-asr" };

	is(sv_stage(), "");
	unsetenv("SV_CONF");
	sv_start(&command, argc, argv);
	is(sv_stage(), "asr");
	settings();
	urls();
	files();
	proxies();
	free(pairs.items);
	return tap_end();
}
