/* main: sv-text, Russian and English spoken to written, back, and masked */
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/calendar.h"
#include "lib/fail.h"
#include "lib/option.h"
#include "lib/start.h"

#include "src/text/text.h"

enum { TODAY = 11 }; /* "2026-11-21" and its NUL */

static int parse_mode(const char *value, void *target);
static int parse_today(const char *value, void *target);

static struct {
	const char *language, *today;
	int mode; /* -1: not said */
	bool events;
} opt = { .language = "ru", .mode = -1 };

static const struct sv_option options[] = {
	{ 'l', "language", "SV_LANG", "ru|en", sv_lang, &opt.language,
	  "language of the text" },
	{ 0, "mode", NULL, "MODE", parse_mode, &opt.mode,
	  "itn: prose, phone, number, money, date, time, email or digits" },
	{ 0, "today", NULL, "YYYY-MM-DD", parse_today, &opt.today,
	  "itn: the day that \"tomorrow\" follows" },
	{ 0, "events", NULL, NULL, sv_flag, &opt.events,
	  "filter events instead of lines of text" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-text",
	.operands = "itn|tn|redact [FILE ...]",
	.about = "Spoken words to writing, writing to speakable words, or "
		 "personal data masked.",
	.options = options,
};

static int parse_mode(const char *value, void *target)
{
	static const char *const modes[] = { "prose", "phone", "number",
		                             "money", "date",  "time",
		                             "email", "digits" };
	int *mode = target;

	for (int i = SV_ITN_PROSE; i <= SV_ITN_DIGITS; i++) {
		if (!strcmp(value, modes[i])) {
			*mode = i;
			return 0;
		}
	}
	return sv_fail(EX_USAGE,
	               "'%s' is none of prose, phone, number, money, date, "
	               "time, email, digits",
	               value);
}

static int parse_today(const char *value, void *target)
{
	struct sv_date date;

	if (!sv_date_read(value, &date))
		return sv_fail(EX_USAGE, "'%s' is no day as YYYY-MM-DD", value);
	return sv_str(value, target);
}

static int choose_verb(const char *name, struct text_job *job)
{
	static const char *const verbs[] = { "itn", "tn", "redact" };

	for (int i = TEXT_ITN; i <= TEXT_REDACT; i++) {
		if (name && !strcmp(name, verbs[i])) {
			job->verb = i;
			return 0;
		}
	}
	if (!name)
		return sv_fail(EX_USAGE, "say what to do: itn, tn or redact");
	return sv_fail(EX_USAGE, "'%s' is none of itn, tn and redact", name);
}

static int filter(const struct text_job *job, struct text_calls *calls,
                  const char *path)
{
	bool standard = !path || !strcmp(path, "-");
	const char *name = standard ? "stdin" : path;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	rc = opt.events ? text_events(job, calls, fd, name)
	                : text_lines(job, fd, name);
	if (!standard)
		close(fd);
	return rc;
}

static int filter_all(const struct text_job *job, char **paths)
{
	struct text_calls *calls = text_calls_new();
	int rc = *paths ? 0 : filter(job, calls, NULL);

	for (; !rc && *paths; paths++)
		rc = filter(job, calls, *paths);
	text_calls_free(calls);
	return rc;
}

/* the local day, where the people are who say "tomorrow" */
static void find_today(char today[TODAY])
{
	time_t now = time(NULL);
	struct tm local;

	localtime_r(&now, &local);
	strftime(today, TODAY, "%Y-%m-%d", &local);
}

static int run(void)
{
	struct text_job job = { .language = opt.language };
	int n;
	char today[TODAY], **operands = sv_operands(&n);
	int rc = choose_verb(operands[0], &job);

	if (!rc && job.verb != TEXT_ITN && (opt.mode >= 0 || opt.today))
		rc = sv_fail(EX_USAGE, "--mode and --today are for itn");
	if (rc)
		return rc;
	find_today(today);
	job.today = opt.today ? opt.today : today;
	job.mode = opt.mode < 0 ? SV_ITN_PROSE : (enum sv_itn_mode)opt.mode;
	return filter_all(&job, operands + 1);
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
