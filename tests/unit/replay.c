/*
 * unit: what changed between two accounts, and a voice that is not heard
 * uses: src/replay/account.c src/replay/difference.c src/replay/past.c src/replay/past_says.c src/replay/spoken.c src/replay/voice.c
 */
#include <stdlib.h>

#include "src/replay/difference.h"
#include "src/replay/voice.h"
#include "tests/unit/tap.h"

static void take(struct account *account, const char *type, const char *fields)
{
	struct sv_event event = { .type = type, .call = "" };

	event.json = json_loads(fields, 0, NULL);
	account_take(account, &event);
	json_decref(event.json);
}

static void a_call(struct account *account, const char *question)
{
	char say[128];

	snprintf(say, sizeof say, "{\"text\":\"%s\"}", question);
	take(account, "dialog.state", "{\"state\":\"a\"}");
	take(account, "dialog.say", say);
	take(account, "asr.final", "{\"text\":\"ten\"}");
	take(account, "dialog.slot", "{\"slot\":\"sum\",\"value\":10}");
	take(account, "dialog.end", "{\"outcome\":\"lead\"}");
}

static void test_account(void)
{
	struct account account = { 0 };

	take(&account, "asr.final", "{\"text\":\"\"}");
	take(&account, "asr.final", "{\"text\":\"x\",\"speaker\":\"agent\"}");
	take(&account, "asr.final", "{}");
	take(&account, "dtmf", "{\"digit\":7}");
	take(&account, "tts.start", "{\"text\":\"x\"}");
	ok(account.n == 0);
	take(&account, "dtmf", "{\"digit\":\"1\"}");
	take(&account, "dtmf", "{\"digit\":\"2\"}");
	is(account.items[0].text, "12");
	ok(account.n == 1 && entry_heard(&account.items[0]));
	take(&account, "dialog.slot",
	     "{\"slot\":\"ok\",\"value\":true,\"confirmed\":true}");
	is(account.items[1].text, "ok = true (confirmed)");
	take(&account, "dialog.handoff",
	     "{\"target\":\"q\",\"reason\":\"r\",\"brief\":{\"text\":\"t\"}}");
	is(account.items[2].text, "q: r");
	is(account.items[3].text, "t");
	take(&account, "dialog.handoff", "{\"brief\":\"gist\"}");
	is(account.items[5].text, "gist");
	ok(!account.concluded);
	take(&account, "dialog.end", "{\"outcome\":\"lead\"}");
	ok(account.concluded);
	account_release(&account);
	for (int i = 0; i < ENTRIES_MAX + 10; i++)
		take(&account, "dialog.say", "{\"text\":\"x\"}");
	ok(account.n == ENTRIES_MAX && account.cut);
	account_release(&account);
}

static void test_difference(void)
{
	struct account then = { 0 }, now = { 0 }, none = { 0 };
	struct difference difference;

	a_call(&then, "How much?");
	a_call(&now, "How much?");
	difference_make(&difference, &then, &now, false);
	ok(!difference_any(&difference) && difference.n == 5);
	ok(difference.items[1].turn == 0 && difference.items[2].turn == 1);
	difference_release(&difference);
	account_release(&now);

	a_call(&now, "What sum?");
	difference_make(&difference, &then, &now, false);
	ok(difference.texts == 1 && !difference.states && !difference.slots);
	ok(difference.items[1].side == SIDE_THEN);
	ok(difference.items[2].side == SIDE_NOW);
	is(difference.items[2].entry->text, "What sum?");
	difference_release(&difference);

	difference_make(&difference, &then, &none, false);
	ok(difference.texts == 2 && difference.outcomes == 1);
	difference_release(&difference);
	difference_make(&difference, &none, &now, false);
	ok(difference.texts == 2 && difference.slots == 1);
	difference_release(&difference);

	/* what goes on behind the place where it broke off is none */
	then.n = 2;
	account_release(&now);
	a_call(&now, "How much?");
	difference_make(&difference, &then, &now, true);
	ok(!difference_any(&difference) && difference.n == 2);
	difference_release(&difference);
	then.n = 5;
	account_release(&then);
	account_release(&now);
}

static void test_voice(void)
{
	struct spoken spoken = { NULL, 40, 1000 };
	struct voice voice = { 0 };
	struct report report;

	ok(voice_next(&voice) == -1 && voice_end(&voice, 7) == 7);
	ok(!voice_cancel(&voice, NULL, 0, &report));
	voice_add(&voice, "s1", "one two three four", 100, &spoken);
	voice_add(&voice, "s2", "five", 100, &spoken);
	ok(voice_next(&voice) == 140 && voice_end(&voice, 100) == 2140);
	report = voice_step(&voice);
	is(report.type, "tts.start");
	json_decref(report.fields);
	ok(voice_next(&voice) == 1140 && voice_end(&voice, 500) == 2140);
	voice_pause(&voice, 640);
	ok(voice_next(&voice) == -1);
	voice_resume(&voice, 900);
	ok(voice_next(&voice) == 1400 && voice_end(&voice, 900) == 2400);
	/* half of the first was heard */
	ok(voice_cancel(&voice, "s1", 900, &report));
	is(json_string_value(json_object_get(report.fields, "heard")),
	   "one two");
	ok(json_integer_value(json_object_get(report.fields, "heard_ms")) ==
	   500);
	json_decref(report.fields);
	/* and the next begins at once */
	ok(voice_next(&voice) == 900 && !voice.prompts[0].started);
	json_decref(voice_step(&voice).fields);
	report = voice_step(&voice);
	is(report.type, "tts.end");
	json_decref(report.fields);
	ok(voice.n == 0);
	voice_release(&voice);
}

int main(void)
{
	test_account();
	test_difference();
	test_voice();
	return tap_end();
}
