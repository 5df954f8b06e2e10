/* main: sv-report, what the events of calls add up to */
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/option.h"
#include "lib/start.h"

#include "src/report/ingest.h"
#include "src/report/look.h"
#include "src/report/read.h"
#include "src/report/recall.h"
#include "src/report/reports.h"

/* MiB; an event may have one */
enum { MEMORY_LEAST = 4, MEMORY_MOST = 65536 };

static struct {
	const char *since, *until, *language, *format, *output, *html, *store;
	struct sv_list qualified, abandoned;
	bool redact;
	int slowest, timeout_ms, memory_mib;
} opt = { .language = "ru",
	  .redact = true,
	  .slowest = 10,
	  .timeout_ms = 10000,
	  .memory_mib = 256 };

static const struct sv_option options[] = {
	{ 0, "since", NULL, "TIME", sv_str, &opt.since,
	  "calls from TIME on: today, yesterday, 7d, 2026-11-20 ..." },
	{ 0, "until", NULL, "TIME", sv_str, &opt.until,
	  "calls before TIME, or to the end of that day" },
	{ 'l', "language", "SV_LANG", "ru|en", sv_lang, &opt.language,
	  "language of the report" },
	{ 0, "format", "SV_REPORT_FORMAT", "FORMAT", sv_str, &opt.format,
	  "text, csv, json, html or prometheus" },
	{ 'o', "output", NULL, "FILE", sv_str, &opt.output,
	  "write to FILE, whole or not at all" },
	{ 0, "html", NULL, "FILE", sv_str, &opt.html,
	  "write a page to FILE and nothing to stdout" },
	{ 0, "redact", "SV_REDACT", "yes|no", sv_flag, &opt.redact,
	  "mask names, phones and addresses" },
	{ 0, "qualified", "SV_REPORT_QUALIFIED", "NAME[,NAME]", sv_names,
	  &opt.qualified, "outcomes that are a lead" },
	{ 0, "abandoned", "SV_REPORT_ABANDONED", "NAME[,NAME]", sv_names,
	  &opt.abandoned, "outcomes of a call that broke off" },
	{ 0, "slowest", NULL, "N", sv_int, &opt.slowest,
	  "how many slow answers latency lists" },
	{ 'd', "store", NULL, "DSN", sv_str, &opt.store,
	  "report on what is in this store, or ingest into it" },
	{ 't', "timeout", "SV_REPORT_TIMEOUT", "TIME", sv_ms, &opt.timeout_ms,
	  "at its end, ingest waits so long for a store that is away" },
	{ 0, "memory", "SV_REPORT_MEMORY", "MIB", sv_int, &opt.memory_mib,
	  "ingest keeps so much for a store that is away" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-report",
	.operands = "calls|daily|funnel|latency|costs|variants "
		    "[FILE ...] | transcript [CALL [FILE ...]] | ingest | "
		    "recall",
	.about = "What the events of calls add up to, as text, CSV, JSON or "
		 "a page.",
	.options = options,
};

static const struct kind_of_report {
	const char *name;
	int (*fill)(struct report *report, const struct query *query);
} reports[] = {
	{ "calls", calls_report },           { "daily", daily_report },
	{ "funnel", funnel_report },         { "latency", latency_report },
	{ "transcript", transcript_report }, { "costs", costs_report },
	{ "variants", variants_report },
};

static const struct form {
	const char *name;
	void (*write)(struct page *page, const struct report *report);
} forms[] = {
	{ "text", text_write },
	{ "csv", csv_write },
	{ "json", json_write },
	{ "html", html_write },
	{ "prometheus", prometheus_write },
};

static int choose_report(const char *name, const struct kind_of_report **kind)
{
	for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
		if (name && !strcmp(name, reports[i].name)) {
			*kind = &reports[i];
			return 0;
		}
	}
	return sv_fail(EX_USAGE,
	               "%s%s%s: say calls, daily, funnel, latency, costs, "
	               "variants, transcript, ingest or recall",
	               name ? "no report '" : "which report", name ? name : "",
	               name ? "'" : "");
}

static int choose_form(const char *name, const struct form **form)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (!strcmp(name, forms[i].name)) {
			*form = &forms[i];
			return 0;
		}
	}
	return sv_fail(EX_USAGE,
	               "no format '%s': text, csv, json, html or "
	               "prometheus",
	               name);
}

static int set_period(struct period *period)
{
	int64_t now_ms = sv_wall_ms();
	int rc = 0;

	*period = (struct period)PERIOD_ALL;
	if (opt.since)
		rc = period_since(opt.since, now_ms, &period->since_ms);
	if (!rc && opt.until)
		rc = period_until(opt.until, now_ms, &period->until_ms);
	if (!rc && period->since_ms >= period->until_ms)
		rc = sv_fail(EX_USAGE, "--since %s is not before --until %s",
		             opt.since ? opt.since : "",
		             opt.until ? opt.until : "");
	return rc;
}

/* The report in that form to the file; NULL or "-" is stdout. */
static int put(const struct report *report, const struct form *form,
               const char *path)
{
	bool to_stdout = !path || !strcmp(path, "-");
	struct page page;
	int rc;

	page_init(&page, language_of(opt.language));
	form->write(&page, report);
	rc = page_check(&page);
	if (!rc && to_stdout)
		rc = sv_write(1, page.buf.data, page.buf.len, "stdout");
	else if (!rc) /* unmasked, it is for its owner alone */
		rc = sv_file_replace(path, page.buf.data, page.buf.len,
		                     opt.redact ? 0644 : 0600);
	page_release(&page);
	return rc;
}

static int put_all(const struct report *report, const struct form *form)
{
	const struct form *html = NULL;
	int rc = 0;

	if (opt.html) {
		rc = choose_form("html", &html);
		if (!rc)
			rc = put(report, html, opt.html);
		if (rc || !opt.output)
			return rc;
	}
	return put(report, form, opt.output);
}

static int make(struct store *store, const struct kind_of_report *kind,
                const struct form *form, struct period period)
{
	struct report report = { .name = kind->name, .period = period };
	struct query query = { .store = store,
		               .period = period,
		               .redact = opt.redact,
		               .language = opt.language,
		               .qualified = opt.qualified,
		               .abandoned = opt.abandoned,
		               .slowest = opt.slowest };
	int rc;

	query.calls = store_select(store, &period, &query.n);
	rc = kind->fill(&report, &query);
	if (!rc && opt.store)
		rc = look(opt.store, &report, &query);
	if (!rc)
		rc = put_all(&report, form);
	report_release(&report);
	free(query.calls);
	return rc;
}

/* Reads all there is, then reports what could be read: a missing file among
 * several is told by the exit code, not by an empty page. */
static int report_on(char **paths, int n, const char *wanted,
                     const struct kind_of_report *kind, const struct form *form)
{
	struct store store = { .wanted = wanted };
	struct period period;
	int inputs = 0, rc = set_period(&period), made = 0;

	if (rc)
		return rc;
	if (opt.store) {
		rc = read_stored(&store, opt.store, &period);
		inputs = !rc;
	} else {
		rc = read_inputs(&store, paths, n, &inputs);
	}
	if (inputs)
		made = make(&store, kind, form, period);
	store_release(&store);
	return made ? made : rc;
}

/* Reports do not look at SV_STORE: a pipe into one stays a pipe. */
static int run_ingest(int n)
{
	const struct ingest_options ingest_options = {
		.dsn = opt.store ? opt.store : getenv("SV_STORE"),
		.timeout_ms = opt.timeout_ms,
		.memory_mib = opt.memory_mib,
	};

	if (n > 1)
		return sv_fail(EX_USAGE, "ingest reads stdin, not files");
	if (opt.memory_mib < MEMORY_LEAST || opt.memory_mib > MEMORY_MOST)
		return sv_fail(EX_USAGE, "--memory %d: say %d to %d",
		               opt.memory_mib, MEMORY_LEAST, MEMORY_MOST);
	return ingest(&ingest_options);
}

static int run_recall(int n)
{
	if (n > 1)
		return sv_fail(EX_USAGE, "recall reads stdin, not files");
	return recall(opt.store ? opt.store : getenv("SV_STORE"));
}

static int check_form(const struct kind_of_report *kind,
                      const struct form *form)
{
	if (form->write != prometheus_write ||
	    (kind->fill != calls_report && kind->fill != transcript_report))
		return 0;
	return sv_fail(EX_USAGE,
	               "%s is about single calls, which are no metric: say "
	               "daily, funnel, latency, costs or variants",
	               kind->name);
}

static int run_report(char **operands, int n)
{
	const struct kind_of_report *kind = NULL;
	const struct form *form = NULL;
	const char *wanted = NULL;
	int rc = choose_report(n ? operands[0] : NULL, &kind);

	if (!rc)
		rc = choose_form(opt.format ? opt.format : "text", &form);
	if (!rc && !opt.qualified.n)
		rc = sv_names("qualified", &opt.qualified);
	if (!rc && !opt.abandoned.n)
		rc = sv_names("abandoned", &opt.abandoned);
	if (!rc)
		rc = check_form(kind, form);
	if (rc)
		return rc;
	operands++;
	n--;
	if (!strcmp(kind->name, "transcript")) {
		wanted = n ? operands[0] : "";
		operands += n > 0;
		n -= n > 0;
	}
	if (n && opt.store)
		return sv_fail(EX_USAGE, "%s: with --store no files",
		               operands[0]);
	return report_on(operands, n, wanted, kind, form);
}

static int run(void)
{
	int n;
	char **operands = sv_operands(&n);

	if (n && !strcmp(operands[0], "ingest"))
		return run_ingest(n);
	if (n && !strcmp(operands[0], "recall"))
		return run_recall(n);
	return run_report(operands, n);
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
