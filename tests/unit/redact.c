/* redact: every golden case, and what lasts over a call */
#include <stdlib.h>

#include "lib/fail.h"
#include "lib/text.h"

#include "golden.h"

static int check(const char *in, const char *want, void *arg)
{
	struct sv_redactor *redactor = sv_redactor_new();
	const char *language = arg;
	struct sv_buf out;
	int holds;

	sv_buf_init(&out, 4096);
	holds = !sv_redact(redactor, language, in, &out) &&
	        !strcmp(sv_buf_str(&out), want);
	if (!holds)
		printf("# '%s'\n# got  '%s'\n# want '%s'\n", in,
		       sv_buf_str(&out), want);
	sv_buf_release(&out);
	sv_redactor_free(redactor);
	return holds;
}

static struct sv_redactor *call;

static int next(const char *in, const char *want)
{
	struct sv_buf out;
	int holds;

	sv_buf_init(&out, 4096);
	holds = !sv_redact(call, "ru", in, &out) &&
	        !strcmp(sv_buf_str(&out), want);
	if (!holds)
		printf("# got '%s'\n", sv_buf_str(&out));
	sv_buf_release(&out);
	return holds;
}

static void one_call(void)
{
	call = sv_redactor_new();
	ok(next("меня зовут иван", "меня зовут [NAME_1]"));
	ok(next("телефон 8 916 123 45 67", "телефон [PHONE_1]"));
	ok(next("Иван, ваш номер +79161234567?",
	        "[NAME_1], ваш номер [PHONE_1]?"));
	ok(next("передайте ивану", "передайте [NAME_1]"));
	ok(next("иван петров", "[NAME_1]"));
	ok(next("а я анна", "а я [NAME_2]"));
	ok(next("9161234567", "[PHONE_1]"));
	ok(next("9261234567", "[PHONE_2]"));
	sv_redactor_free(call);
}

static void values(void)
{
	struct sv_buf out;

	call = sv_redactor_new();
	sv_buf_init(&out, 4096);
	ok(!sv_redact_value(call, "ru", SV_PHONE, "+79161234567", &out));
	ok(!sv_redact_value(call, "ru", SV_NAME, "Иван Петров", &out));
	ok(!sv_redact_value(call, "ru", SV_EMAIL, "ivan@mail.ru", &out));
	ok(!sv_redact_value(call, "ru", SV_NAME, "ивана петрова", &out));
	is(sv_buf_str(&out), "[PHONE_1][NAME_1][EMAIL_1][NAME_1]");
	ok(next("восемь девятьсот шестнадцать сто двадцать три сорок пять "
	        "шестьдесят семь",
	        "[PHONE_1]"));
	ok(next("иван собака мейл точка ру", "[EMAIL_1]"));
	ok(sv_redact(call, "ru", "\xd0", &out) == EX_DATAERR);
	sv_buf_release(&out);
	sv_redactor_free(call);
}

/* more values than are remembered: numbers go on, memory does not */
static void many(void)
{
	struct sv_redactor *redactor = sv_redactor_new();
	struct sv_buf out;
	char text[32];
	int rc = 0;

	sv_buf_init(&out, 64);
	for (int i = 0; i < 70000 && !rc; i++) {
		sv_buf_cut(&out, 0);
		snprintf(text, sizeof text, "+7916%07d", i);
		rc = sv_redact(redactor, "ru", text, &out);
	}
	ok(!rc);
	is(sv_buf_str(&out), "[PHONE_70000]");
	sv_buf_release(&out);
	sv_redactor_free(redactor);
}

int main(void)
{
	char ru[] = "ru", en[] = "en";

	ok(golden("tests/data/text/redact-ru.tsv", check, ru) >= 90);
	ok(golden("tests/data/text/redact-en.tsv", check, en) >= 50);
	one_call();
	values();
	many();
	return tap_end();
}
