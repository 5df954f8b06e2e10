/*
 * url: where calls come from, taken apart
 *
 * uses: src/capture/url.c
 */
#include "src/capture/url.h"

#include "lib/fail.h"

#include "tests/unit/tap.h"

static const char *const settings[] = { "codec", "name", NULL };

static bool parses(const char *text, struct url *url)
{
	return !url_parse(text, settings, url);
}

static bool refused(const char *text, const char *why)
{
	struct url url;
	int rc = url_parse(text, settings, &url);
	bool said = strstr(sv_why(), why) != NULL;

	url_release(&url);
	return rc == EX_USAGE && said;
}

static void whole(void)
{
	struct url url;

	ok(parses("rtp://[::1]:4000/a/b?codec=opus&name=a%20%26%3d+b", &url));
	is(url.text, "rtp://[::1]:4000/a/b?codec=opus&name=a%20%26%3d+b");
	is(url.host, "::1");
	ok(url.port == 4000);
	is(url.path, "/a/b");
	is(url_get(&url, "codec"), "opus");
	is(url_get(&url, "name"), "a &=+b");
	ok(!url_get(&url, "other"));
	url_release(&url);
}

static void parts(void)
{
	struct url url;

	ok(parses("eagi:", &url));
	is(url.host, "127.0.0.1");
	ok(url.port == -1);
	is(url.path, "");
	url_release(&url);
	ok(parses("agi://", &url));
	is(url.host, "127.0.0.1");
	url_release(&url);
	ok(parses("agi://:0", &url));
	is(url.host, "127.0.0.1");
	ok(url.port == 0);
	url_release(&url);
	ok(parses("agi://pbx.example/x", &url));
	is(url.host, "pbx.example");
	ok(url.port == -1);
	is(url.path, "/x");
	url_release(&url);
	ok(parses("eagi:?codec=a&codec=b&", &url)); /* the last one counts */
	is(url_get(&url, "codec"), "b");
	url_release(&url);
}

int main(void)
{
	whole();
	parts();
	ok(refused("nothing", "no scheme"));
	ok(refused("a:b", "// is missing"));
	ok(refused("a://h:65536", "'65536' is no port"));
	ok(refused("a://h:", "'' is no port"));
	ok(refused("a://h:-1", "'-1' is no port"));
	ok(refused("a://::1", "goes in [ ]"));
	ok(refused("a://[::1", "do not match"));
	ok(refused("a://[::1]9", "do not match"));
	ok(refused("a://user@h", "only a host and a port"));
	ok(refused("a:?other=1", "no setting 'other'"));
	ok(refused("a:?code=1", "no setting 'code'"));
	ok(refused("a:?codec", "codec needs a value"));
	ok(refused("a:?codec=%4", "bad %"));
	ok(refused("a:?codec=%00", "bad %"));
	ok(refused("a:?codec=%ff", "bad %"));
	return tap_end();
}
