/* itn: every golden case, and what they cannot say */
#include "lib/itn.h"

#include "lib/fail.h"
#include "lib/text.h"

#include "golden.h"

static const char today[] = "2026-11-21"; /* a Saturday */

static const char *const modes[] = { "prose", "phone", "number", "money",
	                             "date",  "time",  "email",  "digits" };

struct how {
	const char *language;
	enum sv_itn_mode mode;
};

/* an empty expectation: there is no such value */
static int check(const char *in, const char *want, void *arg)
{
	const struct how *how = arg;
	struct sv_buf out;
	int rc, holds;

	sv_buf_init(&out, 4096);
	rc = sv_itn(how->language, how->mode, today, in, &out);
	holds = rc == (*want ? 0 : EX_DATAERR) &&
	        !strcmp(rc ? "" : sv_buf_str(&out), want);
	if (!holds)
		printf("# '%s'\n# got  '%s'\n# want '%s'\n", in,
		       sv_buf_str(&out), want);
	sv_buf_release(&out);
	return holds;
}

static void goldens(void)
{
	static const char *const languages[] = { "ru", "en" };
	int least[] = { 220, 110 };

	for (int l = 0; l < 2; l++) {
		int cases = 0;

		for (int m = SV_ITN_PROSE; m <= SV_ITN_DIGITS; m++) {
			struct how how = { languages[l], m };
			char path[64];

			snprintf(path, sizeof path,
			         "tests/data/text/itn-%s-%s.tsv", languages[l],
			         modes[m]);
			cases += golden(path, check, &how);
		}
		ok(cases >= least[l]);
	}
}

static int date(const char *now, const char *text, const char *want)
{
	struct sv_buf out;
	int holds;

	sv_buf_init(&out, 64);
	holds = !sv_itn("ru", SV_ITN_DATE, now, text, &out) &&
	        !strcmp(sv_buf_str(&out), want);
	if (!holds)
		printf("# got %s\n", sv_buf_str(&out));
	sv_buf_release(&out);
	return holds;
}

/* what depends on the day it is said */
static void dates(void)
{
	struct sv_buf out;

	ok(date("2026-11-23", "в понедельник", "2026-11-30"));
	ok(date("2026-11-23", "во вторник", "2026-11-24"));
	ok(date("2026-11-23", "в следующий вторник", "2026-12-01"));
	ok(date("2026-12-31", "завтра", "2027-01-01"));
	ok(date("2028-02-28", "завтра", "2028-02-29"));
	ok(date("2026-01-31", "через месяц", "2026-02-28"));
	ok(date("2026-11-21", "двадцать девятого февраля", "2028-02-29"));
	ok(date("2026-01-30", "тридцать первого", "2026-01-31"));
	ok(date("2026-02-01", "тридцать первого", "2026-03-31"));
	sv_buf_init(&out, 64);
	ok(sv_itn("ru", SV_ITN_DATE, "21.11.2026", "завтра", &out) == EX_USAGE);
	ok(sv_itn("ru", SV_ITN_DATE, NULL, "завтра", &out) == EX_USAGE);
	ok(sv_itn("ru", SV_ITN_PROSE, NULL, "\xff", &out) == EX_DATAERR);
	sv_buf_release(&out);
	sv_buf_init(&out, 3);
	ok(sv_itn("ru", SV_ITN_PROSE, NULL, "длиннее", &out) == EX_DATAERR);
	sv_buf_release(&out);
}

static void calendar(void)
{
	struct sv_date date;
	int wrong = 0;

	for (int64_t days = -25000; days < 80000; days++) {
		sv_days_date(days, &date);
		wrong += sv_days(&date) != days || !sv_date_valid(&date);
	}
	ok(!wrong);
	ok(sv_date_read("1970-01-01", &date) && sv_days(&date) == 0);
	ok(sv_date_read("2026-11-21", &date) &&
	   sv_weekday(sv_days(&date)) == 6);
	ok(!sv_date_read("2026-02-29", &date));
	ok(!sv_date_read("2026-2-9", &date));
}

int main(void)
{
	goldens();
	dates();
	calendar();
	return tap_end();
}
