/* output.c: where the results go */
#include "src/asr/output.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/start.h"
#include "lib/utf8.h"

#include "src/asr/format.h"
#include "src/asr/names.h"

enum { TEXT_MAX = 1 << 30 };

struct output {
	int fd;
	char *path; /* of a file that gets its name at the end, or NULL */
	char *temp; /* its name until then */
	const struct format *stream;
	const struct format *files; /* NULL without a folder */
	const char *folder;
	const struct inputs *inputs;
	char **names; /* each one's in the folder */
	mode_t mode;  /* of new files */
};

static mode_t file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* A device or a pipe is written as it comes; a file is made beside its name,
 * which it gets when it is whole. */
static int open_file(struct output *output, const char *path)
{
	struct stat st;

	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		output->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	} else {
		output->path = sv_strdup(path);
		output->temp = sv_format("%s.XXXXXX", path);
		output->fd = mkostemp(output->temp, O_CLOEXEC);
	}
	if (output->fd < 0)
		return sv_fail(EX_CANTCREAT, "create %s:", path);
	return 0;
}

static int choose(struct output *output, const struct asr_config *config,
                  size_t recordings)
{
	const struct format *format = format_find(config->format);

	if (!format)
		return EX_USAGE;
	output->stream = output->folder ? format_find("ndjson") : format;
	output->files = output->folder ? format : NULL;
	if (output->stream->single && recordings > 1)
		return sv_fail(EX_USAGE,
		               "%s holds one recording, here are %zu: "
		               "give --output-folder",
		               format->name, recordings);
	return 0;
}

int output_open(struct output **made, const struct asr_config *config,
                const struct inputs *inputs)
{
	struct output *output = sv_alloc(sizeof *output);
	int rc;

	output->fd = STDOUT_FILENO;
	output->folder = config->output_folder;
	output->inputs = inputs;
	output->mode = file_mode();
	rc = choose(output, config, inputs->n);
	if (!rc && output->folder)
		rc = sv_folder_make(output->folder);
	if (!rc && output->folder)
		output->names = names_make(inputs, output->files->name);
	if (!rc && strcmp(config->output, "-") != 0)
		rc = open_file(output, config->output);
	if (!rc) {
		sv_event_to(output->fd);
		rc = sv_write(output->fd, output->stream->head,
		              strlen(output->stream->head), config->output);
	}
	if (rc)
		return output_close(output, rc);
	*made = output;
	return 0;
}

/* the line with `from` as source or recording named `to` */
static int rename_line(struct sv_buf *out, const char *line, size_t len,
                       const char *names[2])
{
	static const char *const fields[] = { "source", "recording" };
	json_t *event = json_loadb(line, len, 0, NULL);
	char *text;
	int rc;

	for (int i = 0; i < 2; i++) {
		json_t *value = json_object_get(event, fields[i]);

		if (value && !strcmp(json_string_value(value), names[0]))
			json_string_set(value, names[1]);
	}
	text = json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(event);
	rc = sv_buf_printf(out, "%s\n", text ? text : "");
	free(text);
	return rc;
}

/* The same recording may have been done under another name. */
static int name_events(struct sv_buf *out, const struct result *result,
                       const char *source)
{
	const char *names[] = { result->source, source };
	const char *line = result->events, *end = line + result->len;
	int rc = 0;

	if (!strcmp(result->source, source))
		return sv_buf_add(out, result->events, result->len);
	while (!rc && line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t len =
			(size_t)(newline ? newline + 1 - line : end - line);

		if (memmem(line, len, "\"source\":", 9) ||
		    memmem(line, len, "\"recording\":", 12))
			rc = rename_line(out, line, len, names);
		else
			rc = sv_buf_add(out, line, len);
		line += len;
	}
	return rc;
}

static int render(struct sv_buf *out, const struct format *format,
                  const struct sv_buf *events)
{
	struct transcript transcript;
	int rc;

	if (!format->write)
		return sv_buf_add(out, events->data, events->len);
	transcript_read(&transcript, sv_buf_str(events), events->len);
	rc = format->write(&transcript, out);
	transcript_release(&transcript);
	return rc;
}

static int save(struct output *output, const struct input *input,
                const struct sv_buf *text)
{
	const char *name = output->names[input - output->inputs->items];
	char *path = sv_format("%s/%s", output->folder, name);
	char *slash = strrchr(path, '/');
	int rc;

	*slash = '\0';
	rc = sv_folder_make(path);
	*slash = '/';
	if (!rc)
		rc = sv_file_replace(path, sv_buf_str(text), text->len,
		                     (int)output->mode);
	free(path);
	return rc;
}

static int put_file(struct output *output, const struct input *input,
                    const struct sv_buf *events)
{
	struct sv_buf text;
	int rc;

	sv_buf_init(&text, TEXT_MAX);
	rc = sv_buf_puts(&text, output->files->head);
	if (!rc)
		rc = render(&text, output->files, events);
	if (!rc)
		rc = save(output, input, &text);
	sv_buf_release(&text);
	return rc;
}

static int put_stream(struct output *output, const struct sv_buf *events)
{
	struct sv_buf text;
	int rc;

	sv_buf_init(&text, TEXT_MAX);
	rc = render(&text, output->stream, events);
	if (!rc)
		rc = sv_write(output->fd, sv_buf_str(&text), text.len,
		              output->path ? output->path : "stdout");
	sv_buf_release(&text);
	return rc;
}

int output_result(struct output *output, const struct input *input,
                  const struct result *result)
{
	char *source = input_source(input->path);
	struct sv_buf events;
	int rc;

	sv_buf_init(&events, TEXT_MAX);
	rc = name_events(&events, result, source);
	if (!rc && output->files)
		rc = put_file(output, input, &events);
	if (!rc)
		rc = put_stream(output, &events);
	if (result->bad)
		sv_bad_input();
	if (result->bad && output->stream->write)
		sv_log(SV_ERROR,
		       "%s: damaged: what could be read of it was taken",
		       source);
	sv_buf_release(&events);
	free(source);
	return rc;
}

int output_error(struct output *output, const struct input *input, int code,
                 const char *why)
{
	char *source = input_source(input->path);
	struct sv_buf reason;
	int rc = 0;

	sv_buf_init(&reason, 4096);
	sv_utf8_repair(&reason, why, strlen(why));
	sv_bad_input();
	if (output->stream->write) {
		sv_log(SV_ERROR, "%s", sv_buf_str(&reason));
	} else {
		sv_fail(code, "%s", sv_buf_str(&reason));
		rc = sv_event_error(NULL, 0, code,
		                    json_pack("{ss}", "source", source));
	}
	sv_buf_release(&reason);
	free(source);
	return rc;
}

static int name_file(struct output *output)
{
	if (fchmod(output->fd, output->mode) || fsync(output->fd))
		return sv_fail(EX_IOERR, "write %s:", output->path);
	if (rename(output->temp, output->path))
		return sv_fail(EX_CANTCREAT, "rename to %s:", output->path);
	return 0;
}

int output_close(struct output *output, int rc)
{
	if (!output)
		return rc;
	if (output->path && output->fd >= 0) {
		if (!rc)
			rc = name_file(output);
		if (rc)
			unlink(output->temp);
	}
	if (output->fd > STDERR_FILENO && close(output->fd) && !rc)
		rc = sv_fail(EX_IOERR, "close the output:");
	sv_event_to(STDOUT_FILENO);
	names_free(output->names, output->inputs);
	free(output->path);
	free(output->temp);
	free(output);
	return rc;
}
