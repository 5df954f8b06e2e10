/* trace.c: what passed through a call's pipes, kept in a folder */
#include "src/capture/trace.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

enum { PIPES = 6 };

struct trace {
	char *folder;
	int index;
	int files[PIPES]; /* made when there is something to put in */
	int64_t start_ms;
	bool broken;
};

static int create(const struct trace *trace, const char *name)
{
	char *path = sv_format("%s/%s", trace->folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		sv_fail(EX_CANTCREAT, "create %s:", path);
	free(path);
	return fd;
}

static json_t *strings(char *const list[])
{
	json_t *all = json_array();

	for (; *list; list++) {
		json_t *text = json_string(*list);

		json_array_append_new(all, text ? text : json_string("?"));
	}
	return all;
}

static int write_head(struct trace *trace, char *const environment[],
                      char *const command[])
{
	char time[SV_TIME_LEN];
	json_t *head;
	char *text, *line;
	int rc;

	sv_time_format(sv_wall_ms(), time);
	head = json_pack("{ss so so}", "time", time, "command",
	                 strings(command), "environment", strings(environment));
	text = json_dumps(head, JSON_COMPACT);
	line = sv_format("%s\n", text ? text : "{}");
	rc = sv_write(trace->index, line, strlen(line), trace->folder);
	free(line);
	free(text);
	json_decref(head);
	return rc ? EX_CANTCREAT : 0;
}

int trace_open(struct trace **made, const char *folder, const char *call,
               char *const environment[], char *const command[])
{
	struct trace *trace = sv_alloc(sizeof *trace);
	int rc;

	trace->folder = sv_format("%s/%s", folder, call);
	trace->start_ms = sv_now_ms();
	trace->index = -1;
	for (int fd = 0; fd < PIPES; fd++)
		trace->files[fd] = -1;
	rc = sv_folder_make(trace->folder);
	if (!rc) {
		trace->index = create(trace, "index.ndjson");
		rc = trace->index < 0 ? EX_CANTCREAT : 0;
	}
	if (!rc)
		rc = write_head(trace, environment, command);
	if (rc) {
		trace_close(trace);
		return rc;
	}
	*made = trace;
	return 0;
}

static void close_files(struct trace *trace)
{
	for (int fd = 0; fd < PIPES; fd++) {
		if (trace->files[fd] >= 0)
			close(trace->files[fd]);
		trace->files[fd] = -1;
	}
	if (trace->index >= 0)
		close(trace->index);
	trace->index = -1;
}

void trace_close(struct trace *trace)
{
	if (!trace)
		return;
	close_files(trace);
	free(trace->folder);
	free(trace);
}

static int keep(struct trace *trace, int fd, const void *data, size_t len)
{
	static const char *const names[PIPES] = { "0.pcm",    "1.pcm",
		                                  "2.log",    "3.ndjson",
		                                  "4.ndjson", "5.ndjson" };

	if (trace->files[fd] < 0)
		trace->files[fd] = create(trace, names[fd]);
	if (trace->files[fd] < 0)
		return EX_CANTCREAT;
	return sv_write(trace->files[fd], data, len, trace->folder);
}

static int note(struct trace *trace, int fd, size_t len, int64_t samples)
{
	char *line = sv_format(
		"{\"fd\":%d,\"bytes\":%zu,\"samples\":%lld,\"ms\":%lld}\n", fd,
		len, (long long)samples,
		(long long)(sv_now_ms() - trace->start_ms));
	int rc = sv_write(trace->index, line, strlen(line), trace->folder);

	free(line);
	return rc;
}

void trace_bytes(struct trace *trace, int fd, const void *data, size_t len,
                 int64_t samples)
{
	if (!trace || trace->broken || !len)
		return;
	if (!keep(trace, fd, data, len) && !note(trace, fd, len, samples))
		return;
	trace->broken = true;
	sv_warn("%s; the trace of this call ends here", sv_why());
	close_files(trace);
}
