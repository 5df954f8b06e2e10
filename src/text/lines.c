/* lines: text line by line; what is there is out before more is waited for */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/start.h"
#include "lib/utf8.h"

#include "src/text/text.h"

enum { BLOCK = 65536 };

/* one input */
struct input {
	const struct text_job *job;
	struct sv_redactor *redactor;
	const char *name;
	long line;
	struct sv_buf text;  /* what was read and is not done */
	struct sv_buf clean; /* a line made valid */
	struct sv_buf out;
	bool skipping; /* within a line that is too long */
};

int text_apply(const struct text_job *job, struct sv_redactor *redactor,
               const char *text, struct sv_buf *out)
{
	switch (job->verb) {
	case TEXT_ITN:
		return sv_itn(job->language, job->mode, job->today, text, out);
	case TEXT_TN:
		return sv_tn(job->language, text, out);
	default:
		return sv_redact(redactor, job->language, text, out);
	}
}

static void complain(const struct input *in, const char *what)
{
	sv_log(SV_ERROR, "%s:%ld: %s", in->name, in->line, what);
	sv_bad_input();
}

/* valid UTF-8 without a NUL: what is not becomes U+FFFD, so that the rest of
 * the line is still worked on (and masked) */
static int clean(struct input *in, const char *line, size_t len)
{
	bool bad = sv_utf8_check(line, len) < len;
	int rc = 0;

	sv_buf_cut(&in->clean, 0);
	while (len && !rc) {
		size_t n = strnlen(line, len);

		rc = sv_utf8_repair(&in->clean, line, n);
		if (n < len && !rc) {
			rc = sv_buf_puts(&in->clean, "\xef\xbf\xbd");
			bad = true;
			n++;
		}
		line += n;
		len -= n;
	}
	if (bad)
		complain(in, "bytes that are not UTF-8 text");
	return rc;
}

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r")];
}

static void work(struct input *in, const char *line, size_t len)
{
	const char *text;
	size_t before = in->out.len;

	if (clean(in, line, len)) {
		complain(in, sv_why());
		return;
	}
	text = sv_buf_str(&in->clean);
	if (is_blank(text))
		sv_buf_puts(&in->out, text);
	else if (text_apply(in->job, in->redactor, text, &in->out)) {
		complain(in, sv_why());
		if (in->job->verb == TEXT_ITN)
			sv_buf_cut(&in->out, before);
	}
}

static int flush(struct input *in)
{
	int rc = sv_write(STDOUT_FILENO, sv_buf_str(&in->out), in->out.len,
	                  "stdout");

	sv_buf_cut(&in->out, 0);
	return rc;
}

/* a line without its newline */
static int take(struct input *in, const char *line, size_t len)
{
	if (!in->skipping) {
		in->line++;
		if (len > TEXT_LINE_MAX)
			complain(in, "a line longer than 1 MiB");
		else
			work(in, line, len);
	}
	in->skipping = false;
	return in->out.len > BLOCK ? flush(in) : 0;
}

/* all whole lines of what was read; each newline stands for its line */
static int take_lines(struct input *in, size_t searched)
{
	size_t start = 0;
	const char *newline;
	int rc = 0;

	while (!rc && (newline = memchr(in->text.data + start + searched, '\n',
	                                in->text.len - start - searched))) {
		size_t len = (size_t)(newline - in->text.data) - start;

		rc = take(in, in->text.data + start, len);
		if (!rc)
			rc = sv_buf_putc(&in->out, '\n');
		start += len + 1;
		searched = 0;
	}
	sv_buf_drop(&in->text, start);
	if (!rc && in->text.len > TEXT_LINE_MAX) {
		rc = take(in, in->text.data, in->text.len);
		in->skipping = true;
		sv_buf_cut(&in->text, 0);
	}
	return rc ? rc : flush(in);
}

static int read_all(struct input *in, int fd)
{
	char *block = sv_alloc(BLOCK);
	ssize_t n = 0;
	int rc = 0;

	while (!rc && sv_readable(fd)) {
		size_t searched = in->text.len;

		n = sv_read(fd, block, BLOCK, in->name);
		if (n <= 0)
			break;
		rc = sv_buf_add(&in->text, block, (size_t)n);
		if (!rc)
			rc = take_lines(in, searched);
	}
	free(block);
	if (n < 0)
		return EX_IOERR;
	if (!rc && in->text.len)
		rc = take(in, in->text.data, in->text.len);
	return rc ? rc : flush(in);
}

int text_lines(const struct text_job *job, int fd, const char *name)
{
	struct input in = { .job = job, .name = name };
	int rc;

	sv_buf_init(&in.text, TEXT_LINE_MAX + 2 * (size_t)BLOCK);
	sv_buf_init(&in.clean, TEXT_OUT_MAX);
	sv_buf_init(&in.out, TEXT_OUT_MAX);
	if (job->verb == TEXT_REDACT)
		in.redactor = sv_redactor_new();
	rc = read_all(&in, fd);
	sv_redactor_free(in.redactor);
	sv_buf_release(&in.out);
	sv_buf_release(&in.clean);
	sv_buf_release(&in.text);
	return rc;
}
