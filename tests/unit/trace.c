/*
 * trace: every byte on every pipe, and when
 * uses: src/capture/trace.c
 */
#include "src/capture/trace.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"

#include "tests/unit/tap.h"

static char folder[] = "/tmp/trace-XXXXXX";

static const char *content(const char *name)
{
	static struct sv_buf text;
	char *path = sv_format("%s/CALL/%s", folder, name);

	sv_buf_release(&text);
	sv_buf_init(&text, 1 << 16);
	if (sv_file_read(path, &text))
		sv_buf_puts(&text, "(none)");
	free(path);
	return sv_buf_str(&text);
}

static void remove_all(void)
{
	static const char *const names[] = { "index.ndjson", "0.pcm", "2.log",
		                             "4.ndjson", "" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = sv_format("%s/CALL/%s", folder, names[i]);

		if (remove(path))
			tap_failed++;
		free(path);
	}
	rmdir(folder);
}

int main(void)
{
	char set[] = "SV_CALL_ID=CALL", bad[] = "SV_CALLER=\xff";
	char sh[] = "sh", c[] = "-c";
	char *const environment[] = { set, bad, NULL };
	char *const command[] = { sh, c, NULL };
	struct trace *trace = NULL;
	struct stat info;
	json_t *head;
	const char *text, *line;

	if (!mkdtemp(folder))
		return 1;
	ok(!trace_open(&trace, folder, "CALL", environment, command));
	trace_bytes(trace, 0, "ab", 2, 0);
	trace_bytes(trace, 4, "{}\n", 3, 160);
	trace_bytes(trace, 0, "cd", 2, 320);
	trace_bytes(trace, 0, "", 0, 320); /* nothing is no piece */
	trace_bytes(trace, 2, "oops\n", 5, 480);
	trace_close(trace);
	is(content("0.pcm"), "abcd");
	is(content("4.ndjson"), "{}\n");
	is(content("2.log"), "oops\n");
	is(content("1.pcm"), "(none)");
	text = content("index.ndjson");
	head = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
	is(json_string_value(
		   json_array_get(json_object_get(head, "command"), 1)),
	   "-c");
	is(json_string_value(
		   json_array_get(json_object_get(head, "environment"), 0)),
	   set);
	json_decref(head);
	line = strchr(text, '\n') + 1;
	ok(!strncmp(line, "{\"fd\":0,\"bytes\":2,\"samples\":0,\"ms\":", 35));
	line = strchr(line, '\n') + 1;
	ok(!strncmp(line, "{\"fd\":4,\"bytes\":3,\"samples\":160,", 31));
	ok(!stat(folder, &info));

	ok(trace_open(&trace, "/dev/null/x", "CALL", environment, command) ==
	   EX_CANTCREAT);
	trace_bytes(NULL, 0, "a", 1, 0);
	trace_close(NULL);
	remove_all();
	return tap_end();
}
