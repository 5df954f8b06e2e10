/* agi: the commands of an AGI session, one at a time, and what comes back */
#include "src/capture/agi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"

#include "src/capture/agi_reply.h"

enum { AGI_IN_MAX = 2 * AGI_REPLY_MAX, AGI_OUT_MAX = AGI_LINE_MAX };

struct command {
	char *line;
	bool interruptible;
	int (*done)(void *arg, const struct agi_reply *reply);
	void *arg;
	struct command *next;
};

struct agi {
	struct sv_buf in;   /* read, and not yet looked at */
	struct sv_buf text; /* the reply under way */
	struct sv_buf out;
	struct agi_variable variables[AGI_VARIABLES_MAX];
	size_t n_variables;
	bool greeted, hung_up;
	struct command *first, **end;
	size_t n;
	bool busy; /* the first is with the exchange */
	/* An interruption is a command with an answer of its own, by which
	 * to tell whether the interrupted one still had its reply. */
	int marks, marks_back;
};

struct agi *agi_new(void)
{
	struct agi *agi = sv_alloc(sizeof *agi);

	sv_buf_init(&agi->in, AGI_IN_MAX);
	sv_buf_init(&agi->text, AGI_REPLY_MAX);
	sv_buf_init(&agi->out, AGI_OUT_MAX);
	agi->end = &agi->first;
	return agi;
}

static struct command *take_first(struct agi *agi)
{
	struct command *command = agi->first;

	agi->first = command->next;
	if (!agi->first)
		agi->end = &agi->first;
	agi->n--;
	agi->busy = false;
	return command;
}

static void command_free(struct command *command)
{
	free(command->line);
	free(command);
}

void agi_free(struct agi *agi)
{
	if (!agi)
		return;
	while (agi->first)
		command_free(take_first(agi));
	for (size_t i = 0; i < agi->n_variables; i++) {
		free(agi->variables[i].name);
		free(agi->variables[i].value);
	}
	sv_buf_release(&agi->in);
	sv_buf_release(&agi->text);
	sv_buf_release(&agi->out);
	free(agi);
}

/* --- what is to be said --- */

static void send_next(struct agi *agi)
{
	if (!agi->greeted || agi->busy || !agi->first ||
	    agi->marks != agi->marks_back)
		return;
	agi->busy = true;
	sv_buf_puts(&agi->out, agi->first->line);
}

static bool begins(const char *line, const char *words)
{
	return !strncasecmp(line, words, strlen(words));
}

static bool interruptible(const char *line)
{
	return begins(line, "STREAM FILE ") || begins(line, "SAY ") ||
	       begins(line, "GET DATA ") || begins(line, "WAIT FOR DIGIT ");
}

int agi_ask_line(struct agi *agi, const char *line,
                 int (*done)(void *arg, const struct agi_reply *reply),
                 void *arg)
{
	size_t len = strlen(line);
	struct command *command;

	if (!len || strpbrk(line, "\r\n"))
		return sv_fail(EX_DATAERR, "an AGI command is one line");
	if (len >= AGI_LINE_MAX)
		return sv_fail(EX_DATAERR,
		               "an AGI command of %zu bytes; at most %d are "
		               "read",
		               len, AGI_LINE_MAX - 1);
	if (agi->n == AGI_WAITING_MAX)
		return sv_fail(EX_DATAERR, "%d AGI commands wait already",
		               AGI_WAITING_MAX);
	command = sv_alloc(sizeof *command);
	command->line = sv_format("%s\n", line);
	command->interruptible = interruptible(line);
	command->done = done;
	command->arg = arg;
	*agi->end = command;
	agi->end = &command->next;
	agi->n++;
	send_next(agi);
	return 0;
}

void agi_interrupt(struct agi *agi)
{
	if (!agi->busy || !agi->first->interruptible || agi->out.len)
		return;
	sv_buf_printf(&agi->out, "GET FULL VARIABLE sv%d\n", ++agi->marks);
}

bool agi_idle(const struct agi *agi)
{
	return !agi->first && agi->marks == agi->marks_back;
}

const char *agi_out(const struct agi *agi, size_t *len)
{
	*len = agi->out.len;
	return sv_buf_str(&agi->out);
}

void agi_wrote(struct agi *agi, size_t n)
{
	sv_buf_drop(&agi->out, n);
}

/* --- what is heard --- */

static int done(struct agi *agi, const struct agi_reply *reply)
{
	struct command *command = take_first(agi);
	int rc = 0;

	if (command->done)
		rc = command->done(command->arg, reply);
	command_free(command);
	return rc;
}

static int interrupted(struct agi *agi)
{
	struct agi_reply none = { .result = "", .endpos = -1, .text = "" };

	return done(agi, &none);
}

/* whether that is the answer to an interruption, and to the how manieth */
static bool is_mark(const struct agi *agi, const struct agi_reply *reply)
{
	char name[16];

	if (agi->marks == agi->marks_back || reply->code != 200)
		return false;
	snprintf(name, sizeof name, "sv%d", agi->marks_back + 1);
	return reply->data && !strcmp(reply->data, name);
}

static int dispatch(struct agi *agi, const struct agi_reply *reply)
{
	if (agi->out.len)
		return 0; /* nobody has asked yet */
	if (is_mark(agi, reply)) {
		agi->marks_back++;
		return agi->busy ? interrupted(agi) : 0;
	}
	if (agi->busy)
		return done(agi, reply);
	if (agi->marks != agi->marks_back)
		agi->marks_back++; /* refused: the channel is dead */
	return 0;
}

static int take_reply(struct agi *agi, const char *line)
{
	struct agi_reply reply;
	char *text, *kept;
	int rc;

	if (!agi_reply_line(&agi->text, line))
		return 0;
	text = sv_strdup(sv_buf_str(&agi->text));
	kept = sv_strdup(text);
	sv_buf_cut(&agi->text, 0);
	agi_reply_read(kept, &reply);
	reply.text = text;
	rc = dispatch(agi, &reply);
	free(kept);
	free(text);
	if (!rc)
		send_next(agi);
	return rc;
}

static int take_variable(struct agi *agi, const char *line)
{
	const char *colon = strchr(line, ':');
	struct agi_variable *variable;

	if (!*line && agi->n_variables) {
		agi->greeted = true;
		send_next(agi);
		return 0;
	}
	if (!colon || strncmp(line, "agi_", 4) != 0)
		return sv_fail(EX_UNAVAILABLE,
		               "AGI: a line that is no variable");
	if (agi->n_variables == AGI_VARIABLES_MAX)
		return sv_fail(EX_UNAVAILABLE, "AGI: more than %d variables",
		               AGI_VARIABLES_MAX);
	variable = &agi->variables[agi->n_variables++];
	variable->name = sv_strndup(line, (size_t)(colon - line));
	colon++;
	variable->value = sv_strdup(colon + strspn(colon, " "));
	return 0;
}

static int take_line(struct agi *agi, const char *line)
{
	if (!agi->greeted)
		return take_variable(agi, line);
	if (!strcmp(line, "HANGUP")) { /* anywhere, a 520's lines too */
		agi->hung_up = true;
		return 0;
	}
	return take_reply(agi, line);
}

int agi_feed(struct agi *agi, const void *data, size_t len)
{
	char *newline;
	int rc = 0;

	if (sv_buf_add(&agi->in, data, len))
		return sv_fail(EX_UNAVAILABLE, "AGI: a line without an end");
	while (!rc && agi->in.len) {
		size_t n;
		char *line;

		newline = memchr(agi->in.data, '\n', agi->in.len);
		if (!newline)
			break;
		n = (size_t)(newline - agi->in.data);
		line = sv_strndup(agi->in.data, n); /* up to a NUL */
		sv_buf_drop(&agi->in, n + 1);
		rc = take_line(agi, line);
		free(line);
	}
	if (!rc && agi->in.len >= AGI_REPLY_MAX)
		return sv_fail(EX_UNAVAILABLE, "AGI: a line without an end");
	return rc;
}

int agi_gone(struct agi *agi)
{
	int rc = 0;

	agi->hung_up = true;
	agi->marks_back = agi->marks;
	sv_buf_cut(&agi->out, 0);
	while (!rc && agi->first)
		rc = interrupted(agi);
	return rc;
}

bool agi_greeted(const struct agi *agi)
{
	return agi->greeted;
}

bool agi_hung_up(const struct agi *agi)
{
	return agi->hung_up;
}

const char *agi_get(const struct agi *agi, const char *name)
{
	for (size_t i = 0; i < agi->n_variables; i++)
		if (!strcmp(agi->variables[i].name, name))
			return agi->variables[i].value;
	return NULL;
}

const struct agi_variable *agi_variables(const struct agi *agi, size_t *n)
{
	*n = agi->n_variables;
	return agi->variables;
}
