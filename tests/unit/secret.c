/* secret: read with care, and in nothing that we write */
#include "lib/secret.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

#include "tests/unit/tap.h"

#define KEY "AQVN-abcdefghijklmnop/1=="

static char folder[] = "/tmp/sv-secret.XXXXXX";

static char *masked(const char *text)
{
	static char out[4096];

	snprintf(out, sizeof out, "%s", text);
	sv_secret_mask(out);
	return out;
}

/* the code of reading SV_X_KEY from a file with these bytes and mode */
static int from_file(const char *text, size_t len, mode_t mode, char **value)
{
	char *path = sv_format("%s/key", folder);
	int rc = sv_file_replace(path, text, len, 0600);

	if (rc || chmod(path, mode))
		return -1;
	setenv("SV_X_KEY_FILE", path, 1);
	rc = sv_secret("SV_X_KEY", value);
	unlink(path);
	free(path);
	return rc;
}

static void reads(void)
{
	char *value;
	char long_one[70000];

	unsetenv("SV_X_KEY");
	unsetenv("SV_X_KEY_FILE");
	ok(!sv_secret("SV_X_KEY", &value) && !value);
	setenv("SV_X_KEY", "", 1);
	ok(!sv_secret("SV_X_KEY", &value) && !value);
	ok(!from_file("file-key-1\n", 11, 0600, &value));
	is(value, "file-key-1");
	sv_secret_free(value);
	ok(!from_file("file-key-2\r\n", 12, 0640, &value));
	is(value, "file-key-2");
	sv_secret_free(value);
	ok(!from_file("file-key-3", 10, 0400, &value));
	is(value, "file-key-3");
	sv_secret_free(value);
	ok(from_file("file-key-4", 10, 0644, &value) == EX_CONFIG && !value);
	ok(strstr(sv_why(), "SV_X_KEY_FILE: ") &&
	   strstr(sv_why(), "chmod 640"));
	ok(from_file("file-key-4", 10, 0602, &value) == EX_CONFIG);
	ok(from_file("", 0, 0600, &value) == EX_CONFIG);
	ok(strstr(sv_why(), "is empty"));
	ok(from_file("\n", 1, 0600, &value) == EX_CONFIG);
	ok(from_file("two\nlines\n", 10, 0600, &value) == EX_CONFIG && !value);
	ok(!strstr(sv_why(), "lines"));
	ok(from_file("nul\0byte", 8, 0600, &value) == EX_CONFIG);
	memset(long_one, 'x', sizeof long_one);
	ok(from_file(long_one, sizeof long_one, 0600, &value) == EX_CONFIG);
	ok(strstr(sv_why(), "too large"));
	setenv("SV_X_KEY_FILE", folder, 1);
	ok(sv_secret("SV_X_KEY", &value) == EX_CONFIG);
	setenv("SV_X_KEY_FILE", "/nowhere/key", 1);
	ok(sv_secret("SV_X_KEY", &value) == EX_CONFIG);
	is(sv_why(), "SV_X_KEY_FILE: open /nowhere/key: No such file or "
	             "directory");
	setenv("SV_X_KEY", KEY, 1); /* stands above the file */
	ok(!sv_secret("SV_X_KEY", &value));
	is(value, KEY);
	sv_secret_free(value);
	setenv("SV_X_KEY", "with\x01control", 1);
	ok(sv_secret("SV_X_KEY", &value) == EX_CONFIG && !value);
	is(sv_why(), "SV_X_KEY has a line break or another control character, "
	             "as no key has");
	sv_secret_free(NULL);
}

static void pipes(void)
{
	char path[32], *value;
	int fds[2];

	ok(!pipe(fds) && write(fds[1], "piped-secret\n", 13) == 13);
	close(fds[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
	unsetenv("SV_X_KEY");
	setenv("SV_X_KEY_FILE", path, 1);
	ok(!sv_secret("SV_X_KEY", &value));
	is(value, "piped-secret");
	sv_secret_free(value);
	/* a service's key is read for each request */
	ok(!sv_secret("SV_X_KEY", &value));
	is(value, "piped-secret");
	sv_secret_free(value);
	close(fds[0]);
	/* one that never held any is empty */
	ok(!pipe(fds));
	close(fds[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", dup2(fds[0], fds[0] + 20));
	setenv("SV_X_KEY_FILE", path, 1);
	ok(sv_secret("SV_X_KEY", &value) == EX_CONFIG);
	ok(!value && strstr(sv_why(), "is empty"));
	close(fds[0] + 20);
	close(fds[0]);
}

/* an address, of which a part is secret */
static void parts(void)
{
	char text[] = "https://host/rest/1/part-of-it/ and https://host/rest/";
	char *value;

	setenv("SV_X_HOOK", "https://host/rest/1/part-of-it/", 1);
	ok(!sv_secret_read("SV_X_HOOK", &value));
	sv_secret_known("part-of-it");
	sv_secret_mask(text);
	is(text, "https://host/rest/1/***/ and https://host/rest/");
	sv_secret_free(value);
	unsetenv("SV_X_HOOK");
}

static void masks(void)
{
	char cut[32];

	is(masked("Api-Key " KEY), "Api-Key ***");
	is(masked(KEY KEY), "******");
	is(masked("{\"k\":\"" KEY "\"}"), "{\"k\":\"***\"}");
	/* as it stands in a URL */
	is(masked("?key=AQVN-abcdefghijklmnop%2F1%3D%3D&x=1"), "?key=***&x=1");
	/* shown in part, by a service or by a text that was cut */
	is(masked("key AQVN-abcdefgh... is wrong"), "key ***... is wrong");
	is(masked("key AQVN-a"), "key AQVN-a"); /* as an engine's name may be */
	snprintf(cut, sizeof cut, "key AQVN-a");
	sv_secret_mask_cut(cut);
	is(cut, "key ***");
	is(masked("AQVN-ab is said"), "AQVN-ab is said");
	is(masked("nothing of it"), "nothing of it");
	is(masked(""), "");
	/* one inside another: the longer one goes */
	sv_secret_known("file-key-1-and-more");
	is(masked("file-key-1-and-more, file-key-1"), "***, ***");
	/* short ones as words */
	sv_secret_known("none");
	is(masked("none, nonesuch, NONE, key=none"),
	   "***, nonesuch, NONE, key=***");
	sv_secret_known("k");
	is(masked("k ok k"), "* ok *");
	ok(!sv_secret_in("none k"));
	ok(sv_secret_in("Bearer " KEY));
	sv_secret_known("");
	sv_secret_known(NULL);
	is(masked("still here"), "still here");
}

static void sentences(void)
{
	char text[600];

	sv_fail(EX_NOPERM, "x: key %s refused", KEY);
	is(sv_why(), "x: key *** refused");
	memset(text, 'y', sizeof text); /* the key is where a sentence is cut */
	snprintf(text + 495, sizeof text - 495, "%s", KEY);
	sv_fail(EX_NOPERM, "%s", text);
	ok(!strstr(sv_why(), "AQVN"));
}

/* what a function leaves on a descriptor */
static char *written(int fd, void (*write_it)(void))
{
	static char out[4096];
	char *path = sv_format("%s/out", folder);
	int kept = dup(fd), file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	ssize_t n;

	fflush(NULL);
	dup2(file, fd);
	write_it();
	dup2(kept, fd);
	n = pread(file, out, sizeof out - 1, 0);
	out[n > 0 ? n : 0] = '\0';
	close(kept);
	close(file);
	unlink(path);
	free(path);
	return out;
}

static void log_it(void)
{
	sv_warn("a header %s", KEY);
	sv_log_open("sv-x", SV_WARNING, true);
	sv_warn("a header %s", KEY);
	sv_say("%s", KEY);
}

static void tell_it(void)
{
	sv_fail(EX_NOPERM, "refused: %s", KEY);
	sv_event_error("c", 0, EX_NOPERM, json_pack("{ss}", "detail", KEY));
	sv_event_write("c", 0, "engine.failover",
	               json_pack("{ss s[s{ss}] ss}", "reason", KEY, "more",
	                         "fine", "deep", "a " KEY " b", "engine",
	                         "none"));
}

static void outputs(void)
{
	char *out = written(STDERR_FILENO, log_it);

	ok(strstr(out, "a header ***") && !strstr(out, "AQVN"));
	out = written(STDOUT_FILENO, tell_it);
	ok(strstr(out, "\"reason\":\"refused: ***\""));
	ok(strstr(out, "\"detail\":\"***\""));
	ok(strstr(out, "{\"deep\":\"a *** b\"}"));
	ok(strstr(out, "\"engine\":\"none\""));
	ok(!strstr(out, "AQVN"));
}

/* tokens come and go for months: the last of them are known */
static void many(void)
{
	char text[64];

	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "token-number-%d-end", i);
		sv_secret_known(text);
		sv_secret_known(text);
	}
	is(masked("x token-number-999-end"), "x ***");
	is(masked("x token-number-940-end"), "x ***");
	is(masked("x " KEY), "x ***"); /* which was read */
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	reads();
	pipes();
	parts();
	masks();
	sentences();
	outputs();
	many();
	rmdir(folder);
	return tap_end();
}
