/* verdict.c: how simulated conversations went, told */
#include "src/dialog/verdict.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/utf8.h"
#include "lib/xml.h"

enum { REPORT_MAX = 1 << 28 };

int report_open(struct report *report, const char *format, const char *output)
{
	*report = (struct report){ .output = output };
	sv_buf_init(&report->out, REPORT_MAX);
	sv_buf_init(&report->cases, REPORT_MAX);
	report->junit = !strcmp(format, "junit");
	if (!report->junit && strcmp(format, "text") != 0)
		return sv_fail(EX_USAGE, "--format %s: it is text or junit",
		               format);
	return 0;
}

/* A suite's head has its numbers, which are known when it has ended. */
static void end_suite(struct report *report)
{
	char *name;

	if (!report->junit || !report->file)
		return;
	name = sv_xml_escape(report->file);
	sv_buf_printf(&report->out,
	              "<testsuite name=\"%s\" tests=\"%u\" failures=\"%u\" "
	              "errors=\"0\" skipped=\"0\" time=\"%.3f\">\n",
	              name, report->suite_n, report->suite_failed,
	              (double)report->suite_us / 1e6);
	sv_buf_add(&report->out, sv_buf_str(&report->cases), report->cases.len);
	sv_buf_puts(&report->out, "</testsuite>\n");
	sv_buf_release(&report->cases);
	free(name);
}

void report_suite(struct report *report, const char *file)
{
	end_suite(report);
	report->file = file;
	report->suite_n = report->suite_failed = 0;
	report->suite_us = 0;
}

static void add_lines(struct sv_buf *out, const char *lines)
{
	size_t len;

	for (; *lines; lines += len) {
		len = strcspn(lines, "\n");
		sv_buf_printf(out, "# %.*s\n", (int)len, lines);
		len += lines[len] == '\n';
	}
}

static void add_text(struct report *report, const struct verdict *verdict)
{
	struct sv_buf *out = &report->out;

	sv_buf_printf(out, "%s %u - %s\n", *verdict->wrong ? "not ok" : "ok",
	              report->n, verdict->name);
	add_lines(out, verdict->wrong);
	if (*verdict->wrong || sv_logs(SV_INFO))
		add_lines(out, verdict->transcript);
}

/* XML has no place for most control characters. */
static char *xml_of(const char *text)
{
	char *copy = sv_strdup(text);
	char *escaped;
	char *at;

	for (at = copy; *at; at++)
		if ((unsigned char)*at < ' ' && *at != '\n' && *at != '\t')
			*at = '?';
	escaped = sv_xml_escape(copy);
	free(copy);
	return escaped;
}

static void add_junit(struct report *report, const struct verdict *verdict)
{
	struct sv_buf *out = &report->cases;
	size_t first = strcspn(verdict->wrong, "\n");
	char *line = sv_format("%.*s", (int)first, verdict->wrong);
	char *message = xml_of(line);
	char *file = xml_of(verdict->file);
	char *name = xml_of(verdict->name);
	char *wrong = xml_of(verdict->wrong);
	char *transcript = xml_of(verdict->transcript);

	sv_buf_printf(out,
	              "<testcase classname=\"%s\" name=\"%s\" time=\"%.3f\">\n",
	              file, name, (double)verdict->took_us / 1e6);
	if (*verdict->wrong)
		sv_buf_printf(out, "<failure message=\"%s\">%s</failure>\n",
		              message, wrong);
	sv_buf_printf(out, "<system-out>%s</system-out>\n</testcase>\n",
	              transcript);
	free(line);
	free(message);
	free(file);
	free(name);
	free(wrong);
	free(transcript);
}

/* Lines for a person are seen as they come. */
static int flush(struct report *report)
{
	int rc;

	if (report->output || report->junit)
		return 0;
	rc = sv_write(STDOUT_FILENO, sv_buf_str(&report->out), report->out.len,
	              "stdout");
	sv_buf_cut(&report->out, 0);
	return rc;
}

int report_add(struct report *report, const struct verdict *verdict)
{
	report->n++;
	report->suite_n++;
	report->failed += *verdict->wrong != '\0';
	report->suite_failed += *verdict->wrong != '\0';
	report->suite_us += verdict->took_us;
	if (report->junit)
		add_junit(report, verdict);
	else
		add_text(report, verdict);
	return flush(report);
}

/* Not sv_file_replace(): the file may be /dev/null, or a pipe. */
static int write_out(const struct report *report, const struct sv_buf *whole)
{
	const char *name = report->output ? report->output : "stdout";
	int fd = STDOUT_FILENO;
	int rc;

	if (report->output)
		fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return sv_fail(EX_CANTCREAT, "create %s:", name);
	rc = sv_write(fd, sv_buf_str(whole), whole->len, name);
	if (report->output && close(fd) && !rc)
		rc = sv_fail(EX_IOERR, "write %s:", name);
	return rc;
}

static int finish(struct report *report)
{
	struct sv_buf whole;
	int rc;

	end_suite(report);
	if (!report->junit)
		sv_buf_printf(&report->out, "1..%u\n# %u of %u as expected\n",
		              report->n, report->n - report->failed, report->n);
	sv_buf_init(&whole, REPORT_MAX + 1024);
	if (report->junit)
		sv_buf_printf(&whole,
		              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		              "<testsuites tests=\"%u\" failures=\"%u\">\n",
		              report->n, report->failed);
	sv_buf_add(&whole, sv_buf_str(&report->out), report->out.len);
	if (report->junit)
		sv_buf_puts(&whole, "</testsuites>\n");
	rc = write_out(report, &whole);
	sv_buf_release(&whole);
	return rc;
}

int report_close(struct report *report, int rc)
{
	if (!rc)
		rc = finish(report);
	if (!rc && report->failed)
		rc = sv_fail(EX_DATAERR,
		             "%u of %u conversations did not go as expected",
		             report->failed, report->n);
	sv_buf_release(&report->out);
	sv_buf_release(&report->cases);
	return rc;
}
