/*
 * archive_name: calls, kinds and keys of files
 *
 * uses: src/archive/name.c
 */
#include <string.h>

#include "lib/fail.h"

#include "src/archive/name.h"
#include "tests/unit/tap.h"

#define PLAIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define CALL_ID "01JDXR6T9Q2ZC8V4M7WJ5YBNKE"

static void kinds(void)
{
	is(name_kind("/a/b.flac"), "recording");
	is(name_kind("B.WAV"), "recording");
	is(name_kind("b.ndjson"), "transcript");
	ok(!name_kind("b.doc") && !name_kind("b") && !name_kind(".flac"));
	ok(!name_kind("/a/.b.flac") && !name_kind("b.flac.part"));
}

static void call_is(const char *path, const char *call)
{
	char found[SV_CALL_MAX + 1];

	name_call(path, found);
	is(found, call);
}

static void calls(void)
{
	call_is("/x/" CALL_ID ".flac", CALL_ID);
	call_is(CALL_ID "-2.flac", CALL_ID);
	call_is(CALL_ID "-99.flac", CALL_ID);
	call_is("a-100.flac", "a-100");
	call_is("a-0.flac", "a-0");
	call_is("9b2d6f2e-3c41-4f0a-8a77-0f5d3c1b2a19.wav",
	        "9b2d6f2e-3c41-4f0a-8a77-0f5d3c1b2a19");
	call_is("1795270178.451.wav", "1795270178.451");
}

static void opaque(void)
{
	ok(name_is_unique(CALL_ID));
	ok(name_is_unique("9b2d6f2e-3c41-4f0a-8a77-0f5d3c1b2a19"));
	ok(name_is_unique("1795270178.451"));
	ok(!name_is_unique("79161234567.451") && !name_is_unique("c1"));
	ok(name_is_opaque("call-123456") && !name_is_opaque("call-1234567"));
	ok(!name_is_opaque("+7-916-123-45-67") && !name_is_opaque(""));
	ok(!name_is_opaque("\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd"));
	ok(!name_is_opaque(".hidden") && !name_is_opaque("a b"));
}

static void key_is(const char *format, const struct name_parts *parts,
                   const char *expected)
{
	char key[SV_DEPOT_KEY] = "";

	name_key(format, parts, key);
	is(key, expected);
}

static void keys(void)
{
	struct name_parts parts = {
		.call = CALL_ID,
		.kind = "recording",
		.path = "/x/y.FLAC",
		.plain = PLAIN,
		.modified_ms = 1769903999999,
		.copy = 1,
	};
	char key[SV_DEPOT_KEY];

	key_is("%Y/%m/%d/%c.%e", &parts, "2026/01/31/" CALL_ID ".flac");
	key_is("%k/%h%%", &parts, "recording/0123456789abcdef%");
	parts.copy = 3;
	parts.sealed = true;
	key_is("%c.%e", &parts, CALL_ID "-3.flac.sealed");
	parts.call = "+79161234567";
	parts.copy = 1;
	key_is("%c", &parts, "x0123456789abcdef.sealed");
	ok(name_key("/%c", &parts, key) == EX_USAGE);
	ok(name_key("a//%c", &parts, key) == EX_USAGE);
	ok(name_key("../%c", &parts, key) == EX_USAGE);
	ok(!name_check("%Y/%c") && !name_check("%h"));
	ok(name_check("%Y") == EX_USAGE && name_check("%c%") == EX_USAGE);
	ok(name_check("%c%S") == EX_USAGE);
}

int main(void)
{
	kinds();
	calls();
	opaque();
	keys();
	return tap_end();
}
