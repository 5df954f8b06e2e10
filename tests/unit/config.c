/* config: sv.conf as systemd would read it */
#include "lib/config.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/io.h"

#include "tests/unit/tap.h"

static char path[] = "/tmp/sv-config-XXXXXX";

static int load(const char *text)
{
	sv_file_replace(path, text, strlen(text), 0600);
	return sv_config_load();
}

int main(void)
{
	close(mkstemp(path));
	setenv("SV_CONF", path, 1);
	setenv("SV_TEST_SET", "environment", 1);
	ok(!load("# a comment\n\n; another\n  SV_TEST_A= plain words \r\n"
	         "SV_TEST_B=\"in \\\"quotes\\\" \"\nSV_TEST_C='it is \\n'\n"
	         "SV_TEST_SET=file\nSV_TEST_EMPTY="));
	is(getenv("SV_TEST_A"), "plain words");
	is(getenv("SV_TEST_B"), "in \"quotes\" ");
	is(getenv("SV_TEST_C"), "it is \\n");
	is(getenv("SV_TEST_SET"), "environment");
	is(getenv("SV_TEST_EMPTY"), "");
	ok(load("SV_TEST_OK=1\nexport FOO=1\n") == EX_CONFIG);
	ok(strstr(sv_why(), ":2: not a KEY=value line") != NULL);
	ok(load("A='open\n") == EX_CONFIG);
	ok(load("A=\"x\" y\n") == EX_CONFIG);
	ok(load("1A=x\n") == EX_CONFIG);
	ok(load("A=\xff\n") == EX_CONFIG);
	ok(!load("SV_TEST_A=one\nSV_TEST_B=two\nSV_TEST_SET=file\n"));
	ok(!load("SV_TEST_A=three\nSV_TEST_C=four\n"));
	is(getenv("SV_TEST_A"), "three"); /* a second reading replaces */
	ok(!getenv("SV_TEST_B"));
	is(getenv("SV_TEST_SET"), "environment");
	sv_config_undo();
	is(getenv("SV_TEST_A"), "one");
	is(getenv("SV_TEST_B"), "two");
	ok(!getenv("SV_TEST_C"));
	ok(load("SV_TEST_A=five\nnonsense\n") == EX_CONFIG);
	sv_config_undo();
	is(getenv("SV_TEST_A"), "one");
	ok(!load(""));
	ok(!getenv("SV_TEST_A"));
	unlink(path);
	ok(sv_config_load() == EX_CONFIG); /* SV_CONF names it */
	return tap_end();
}
