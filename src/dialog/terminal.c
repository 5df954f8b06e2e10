/* terminal.c: the conversation in a terminal */
#include "src/dialog/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"
#include "lib/ulid.h"
#include "lib/utf8.h"

enum { LINE_MAX_BYTES = 4096 };

static const char *text_of(const json_t *fields, const char *key)
{
	const char *text = json_string_value(json_object_get(fields, key));

	return text ? text : "";
}

/* a value as a person reads it: strings without quotes */
static void print_value(const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		fputs(json_string_value(value), stdout);
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
	fputs(text ? text : "?", stdout);
	free(text);
}

static void print_slots(const json_t *slots)
{
	json_t *slot;
	size_t i;
	void *at = json_object_iter((json_t *)(uintptr_t)slots);

	for (i = 0; at; i++) {
		slot = json_object_iter_value(at);
		printf("  %s: ", json_object_iter_key(at));
		print_value(slot);
		putchar('\n');
		at = json_object_iter_next((json_t *)(uintptr_t)slots, at);
	}
	if (!i)
		puts("  (no slot is filled)");
}

static void print_letter(const struct letter *letter)
{
	const json_t *fields = letter->fields;

	if (!strcmp(letter->type, "dialog.say")) {
		printf("> %s\n", text_of(fields, "text"));
	} else if (!strcmp(letter->type, "dialog.handoff")) {
		printf("* to %s: %s\n  %s\n", text_of(fields, "target"),
		       text_of(fields, "reason"),
		       text_of(json_object_get(fields, "brief"), "text"));
	} else if (!strcmp(letter->type, "dialog.end")) {
		printf("* %s\n", text_of(fields, "outcome"));
		print_slots(json_object_get(fields, "slots"));
	} else if (!strcmp(letter->type, "dialog.slot") && sv_logs(SV_INFO)) {
		printf("  [%s = ", text_of(fields, "slot"));
		print_value(json_object_get(fields, "value"));
		puts("]");
	} else if (!strcmp(letter->type, "dialog.state") && sv_logs(SV_INFO)) {
		printf("  [%s, %s]\n", text_of(fields, "state"),
		       text_of(fields, "reason"));
	}
}

static void print_intents(const struct conversation *conversation)
{
	const struct meaning *meaning = &conversation->meaning;
	size_t i;

	for (i = 0; sv_logs(SV_INFO) && i < meaning->n_intents; i++)
		printf("  [%s %.2f]\n",
		       conversation->scenario
		               ->intents[meaning->intents[i].intent]
		               .name,
		       meaning->intents[i].score);
}

static int flush(struct conversation *conversation)
{
	size_t i;

	print_intents(conversation);
	for (i = 0; i < conversation->out.n; i++)
		print_letter(&conversation->out.items[i]);
	outbox_release(&conversation->out);
	conversation->meaning.n_intents = 0;
	if (!fflush(stdout))
		return 0;
	return errno == EPIPE ? SV_GONE : sv_fail(EX_IOERR, "write stdout:");
}

/* Returns false when the person wants to leave. */
static bool obey(const struct conversation *conversation, const char *line)
{
	const struct scenario *scenario = conversation->scenario;
	json_t *slots;

	if (!strcmp(line, ":quit") || !strcmp(line, ":q"))
		return false;
	if (!strcmp(line, ":slots")) {
		slots = conversation_slots(conversation);
		print_slots(slots);
		json_decref(slots);
	} else if (!strcmp(line, ":state")) {
		printf("  %s, turn %d\n",
		       scenario->states[conversation->state].name,
		       conversation->turn);
	} else {
		puts("  :slots  what is known\n"
		     "  :state  where we are\n"
		     "  :quit   hang up\n"
		     "  an empty line is silence, #12 presses keys");
	}
	return true;
}

static int hear(struct conversation *conversation, const char *line)
{
	struct hearing hearing = { .text = line,
		                   .confidence = 1,
		                   .language =
		                           conversation->scenario->language };
	time_t now = time(NULL);
	struct tm tm;

	if (!localtime_r(&now, &tm) ||
	    !strftime(hearing.today, sizeof hearing.today, "%F", &tm))
		hearing.today[0] = '\0';
	if (!line[strspn(line, " \t")]) {
		conversation_silence(conversation);
		return 0;
	}
	if (line[0] == '#') {
		hearing.keys = true;
		hearing.text = line + 1;
	}
	return conversation_hear(conversation, &hearing);
}

/* one line, cut where it is too long; false at the end */
static bool read_line(char *line, size_t size)
{
	size_t len;
	int c;

	if (sv_stopping() || !fgets(line, (int)size, stdin))
		return false;
	len = strlen(line);
	if (len && line[len - 1] == '\n') {
		line[len - 1] = '\0';
		return true;
	}
	do
		c = getchar();
	while (c != EOF && c != '\n');
	line[sv_utf8_cut(line, len, size)] = '\0';
	return true;
}

/* What is done with a line; *more becomes false when the person leaves. */
static int take_line(struct conversation *conversation,
                     struct thinking *thinking, const char *line, bool *more)
{
	int rc;

	if (sv_utf8_check(line, strlen(line)) < strlen(line)) {
		sv_warn("this line is not UTF-8, and was not heard");
		sv_bad_input();
		return 0;
	}
	if (!isatty(STDIN_FILENO))
		printf("< %s\n", line);
	if (line[0] == ':') {
		*more = obey(conversation, line);
		return 0;
	}
	rc = hear(conversation, line);
	if (!rc)
		rc = flush(conversation);
	if (rc || !thinking)
		return rc;
	thinking_follow(thinking);
	return thinking_wait(thinking);
}

static int converse(struct conversation *conversation,
                    struct thinking *thinking)
{
	char line[LINE_MAX_BYTES];
	int rc = flush(conversation);
	bool more = true;

	while (!rc && more && !conversation->ended) {
		if (isatty(STDIN_FILENO)) {
			fputs("< ", stdout);
			fflush(stdout);
		}
		if (!read_line(line, sizeof line))
			break;
		rc = take_line(conversation, thinking, line, &more);
	}
	return rc;
}

/* a model's doing is seen as it comes */
static int show(void *arg, bool turn)
{
	(void)turn;
	return flush(arg);
}

int terminal_run(const struct live *live)
{
	struct conversation *conversation;
	struct thinking *thinking = NULL;
	char call[SV_ULID_LEN];
	int rc;

	sv_ulid(call);
	conversation = conversation_new(live->scenario, live->type,
	                                live->engine, call);
	if (live->mind)
		thinking = thinking_new(live->mind, conversation, show,
		                        conversation);
	conversation_begin(conversation);
	rc = converse(conversation, thinking);
	thinking_free(thinking);
	if (!rc) {
		conversation_end(conversation, "abandoned");
		rc = flush(conversation);
	}
	conversation_free(conversation);
	return rc;
}
