/* option: each type takes what it says and refuses the rest */
#include "lib/option.h"

#include <stdbool.h>
#include <stdlib.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

static int ms(const char *value)
{
	int n = -1;

	return sv_ms(value, &n) ? -1 : n;
}

static int whole(const char *value)
{
	int n = -1;

	return sv_int(value, &n) ? -1 : n;
}

static int flag(const char *value)
{
	bool on = false;

	return sv_flag(value, &on) ? -1 : on;
}

static void lists(void)
{
	static struct sv_list list;

	ok(!sv_pair("a=1", &list) && !sv_pair("a=2", &list) &&
	   !sv_pair("bb==x", &list));
	is(sv_list_get(&list, "a"), "2");
	is(sv_list_get(&list, "bb"), "=x");
	ok(!sv_list_get(&list, "b"));
	ok(sv_pair("=1", &list) == EX_USAGE);
	ok(sv_pair("a", &list) == EX_USAGE);
	ok(!sv_names("vosk,loudness", &list) && list.n == 2);
	is(list.items[1], "loudness");
	ok(sv_names("vosk,,x", &list) == EX_USAGE);
	ok(sv_names("", &list) == EX_USAGE);
}

int main(void)
{
	bool by_call = false;
	const char *language = NULL;
	int hz = 0;

	ok(ms("250ms") == 250);
	ok(ms("1.5s") == 1500);
	ok(ms("2m") == 120000);
	ok(ms("1h") == 3600000);
	ok(ms("0") == 0);
	ok(ms("250") == -1);
	ok(ms("-1s") == -1);
	ok(ms("1e3s") == -1);
	ok(ms("0x10s") == -1);
	ok(ms("nans") == -1);
	ok(ms("9999999999h") == -1);
	ok(ms("") == -1);
	ok(whole("0") == 0);
	ok(whole("2147483647") == 2147483647);
	ok(whole("2147483648") == -1);
	ok(whole(" 1") == -1);
	ok(whole("+1") == -1);
	ok(whole("1x") == -1);
	ok(whole("") == -1);
	ok(flag(NULL) == 1);
	ok(flag("yes") == 1);
	ok(flag("0") == 0);
	ok(flag("maybe") == -1);
	ok(!sv_hz("8000", &hz) && hz == 8000);
	ok(sv_hz("44100", &hz) == EX_USAGE && hz == 8000);
	is(sv_why(), "'44100' is not a rate: 8000, 16000, 24000 or 48000");
	ok(!sv_clock("call", &by_call) && by_call);
	ok(!sv_clock("wall", &by_call) && !by_call);
	ok(sv_clock("sun", &by_call) == EX_USAGE);
	ok(!sv_lang("ru", &language));
	is(language, "ru");
	ok(sv_lang("de", &language) == EX_USAGE);
	lists();
	return tap_end();
}
