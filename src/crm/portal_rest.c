/* portal_rest: sv-crm rest: the portal's methods, for scripts and people */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/start.h"

#include "src/crm/command.h"
#include "src/crm/portal.h"

enum { LINE_MAX_LEN = 1 << 20, BLOCK = 65536, KEY = 16 };

/* requests that have been read and not been asked yet */
struct rest {
	struct portal *portal;
	struct portal_command commands[PORTAL_BATCH];
	json_t *lines[PORTAL_BATCH]; /* what they lend from */
	char keys[PORTAL_BATCH][KEY];
	size_t n;
	long line;
	int code; /* of the first that failed */
	char *why;
};

/* What only reads may be asked twice. */
static enum portal_kind kind_of(const char *method)
{
	static const char *const reads[] = { "get",     "list",  "fields",
		                             "current", "scope", "profile",
		                             "methods", "types", "findbycomm" };
	const char *dot = strrchr(method, '.');
	const char *verb = dot ? dot + 1 : method;

	for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
		if (!strcasecmp(verb, reads[i]))
			return PORTAL_READ;
	}
	return PORTAL_WRITE;
}

/* --- what is told --- */

static int tell(const json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15));
	char *whole = sv_format("%s\n", text ? text : "{}");
	int rc = sv_write(STDOUT_FILENO, whole, strlen(whole), "stdout");

	free(text);
	free(whole);
	return rc;
}

static json_t *told(const char *method, const struct portal_answer *answer)
{
	json_t *line = json_pack("{ss}", "method", method);

	if (answer->result)
		json_object_set(line, "result", answer->result);
	if (answer->total >= 0)
		json_object_set_new(line, "total", json_integer(answer->total));
	if (answer->next >= 0)
		json_object_set_new(line, "next", json_integer(answer->next));
	return line;
}

static void add_failure(json_t *line, const struct portal_answer *answer,
                        int code, const char *why)
{
	json_object_set_new(line, "error", json_string(answer->error));
	json_object_set_new(line, "message", json_string(why));
	json_object_set_new(line, "code", json_integer(code));
	if (answer->unknown)
		json_object_set_new(line, "unknown", json_true());
	if (answer->wait_ms)
		json_object_set_new(line, "wait_ms",
		                    json_integer(answer->wait_ms));
}

/* --- one request --- */

static int ask_one(struct portal *portal, const char *method, const char *text,
                   bool dry_run)
{
	struct portal_answer answer = { 0 };
	json_error_t error;
	json_t *params = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	json_t *line;
	int rc;

	if (!json_is_object(params)) {
		json_decref(params);
		return sv_fail(EX_USAGE,
		               "rest %s: the parameters are not a JSON object: "
		               "%s",
		               method, params ? "another value" : error.text);
	}
	rc = portal_call(portal, method, params, kind_of(method), &answer);
	line = told(method, &answer);
	if (!rc && !dry_run)
		rc = tell(line);
	json_decref(line);
	json_decref(params);
	portal_release(&answer);
	return rc;
}

/* --- many, from stdin --- */

static void note(struct rest *rest, int code, const char *why)
{
	if (rest->code)
		return;
	rest->code = code;
	rest->why = sv_strdup(why);
}

static int tell_command(struct rest *rest, const struct portal_command *command)
{
	json_t *line = told(command->method, &command->answer);
	int rc;

	if (command->code) {
		note(rest, command->code, command->reason);
		add_failure(line, &command->answer, command->code,
		            command->reason);
	}
	rc = tell(line);
	json_decref(line);
	return rc;
}

static int ask_all(struct rest *rest, bool dry_run)
{
	int rc = 0;

	if (rest->n) /* each command has its code */
		portal_batch(rest->portal, rest->commands, rest->n, false);
	for (size_t i = 0; i < rest->n; i++) {
		if (!rc && !dry_run)
			rc = tell_command(rest, &rest->commands[i]);
		json_decref(rest->lines[i]);
	}
	portal_release_batch(rest->commands, rest->n);
	rest->n = 0;
	return rc;
}

static void bad_line(struct rest *rest, const char *reason)
{
	sv_fail(EX_DATAERR, "line %ld: %s", rest->line, reason);
	note(rest, EX_DATAERR, sv_why());
}

/* {"method":…,"params":{…}}, as -n prints them; and a key, if later ones refer
 * to it. */
static int add_line(struct rest *rest, const char *text, size_t len,
                    bool dry_run)
{
	json_t *line = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const char *method = json_string_value(json_object_get(line, "method"));
	const char *key = json_string_value(json_object_get(line, "key"));
	const json_t *params = json_object_get(line, "params");
	struct portal_command *command = &rest->commands[rest->n];

	if (!method || !portal_is_method(method) ||
	    (params && !json_is_object(params))) {
		json_decref(line);
		bad_line(rest, "this is not {\"method\":…,\"params\":{…}}");
		return 0;
	}
	snprintf(rest->keys[rest->n], KEY, "r%zu", rest->n);
	*command = (struct portal_command){
		.key = key && *key ? key : rest->keys[rest->n],
		.method = method,
		.params = params,
		.kind = kind_of(method),
	};
	rest->lines[rest->n++] = line;
	return rest->n == PORTAL_BATCH ? ask_all(rest, dry_run) : 0;
}

/* the whole lines at the beginning of input; what is left stays there */
static int take_lines(struct rest *rest, struct sv_buf *input, bool end,
                      bool dry_run)
{
	int rc = 0;

	while (!rc && input->len) {
		char *newline = memchr(input->data, '\n', input->len);
		size_t len =
			newline ? (size_t)(newline - input->data) : input->len;

		if (!newline && !end)
			return 0;
		rest->line++;
		if (len)
			rc = add_line(rest, input->data, len, dry_run);
		sv_buf_drop(input, newline ? len + 1 : len);
	}
	return rc;
}

static int read_stdin(struct rest *rest, bool dry_run)
{
	static char block[BLOCK];
	struct sv_buf input;
	ssize_t n = 1;
	int rc = 0;

	sv_buf_init(&input, LINE_MAX_LEN + BLOCK);
	while (!rc && n > 0) {
		n = sv_read(STDIN_FILENO, block, sizeof block, "stdin");
		if (n < 0)
			rc = EX_IOERR;
		else if (sv_buf_add(&input, block, (size_t)n))
			rc = sv_fail(EX_DATAERR,
			             "line %ld has more than %d bytes",
			             rest->line + 1, LINE_MAX_LEN);
		else
			rc = take_lines(rest, &input, !n, dry_run);
	}
	sv_buf_release(&input);
	return rc;
}

static int ask_stdin(struct portal *portal, bool dry_run)
{
	struct rest rest = { .portal = portal };
	int rc = read_stdin(&rest, dry_run), asked;

	asked = ask_all(&rest, dry_run);
	if (!rc)
		rc = asked;
	if (!rc && rest.code)
		rc = sv_fail(rest.code, "%s", rest.why);
	free(rest.why);
	return rc;
}

static int run(const struct crm_options *options, char **operands, int n)
{
	const struct crm_engine *engine;
	struct portal *portal = NULL;
	int rc;

	if (n > 2)
		return sv_fail(EX_USAGE, "rest: METHOD and its parameters as a "
		                         "JSON object, or neither");
	rc = crm_find(&engine, "bitrix24", &options->settings);
	if (!rc)
		rc = portal_open(&portal, &options->settings);
	if (rc)
		return rc;
	portal_show(portal, options->dry_run);
	if (n)
		portal_limit(portal, options->timeout_ms);
	rc = n ? ask_one(portal, operands[0], n > 1 ? operands[1] : "{}",
	                 options->dry_run)
	       : ask_stdin(portal, options->dry_run);
	portal_close(portal);
	return rc;
}

const struct crm_command crm_rest = {
	.name = "rest",
	.operands = "[METHOD [PARAMS]]",
	.about = "ask the portal's own methods; requests as NDJSON from stdin",
	.run = run,
};
