/* post.c: a conversation's outbox, out into the stream */
#include "src/dialog/post.h"

#include <stdlib.h>
#include <string.h>

#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/dialog/checkpoint.h"

/* the outbox as lines, which number the events; NULL when one cannot be */
static json_t *make_lines(struct conversation *conversation)
{
	struct outbox *out = &conversation->out;
	json_t *lines = json_array();
	bool good = true;
	size_t i;

	for (i = 0; i < out->n; i++) {
		char *line = good ? sv_event_line(conversation->call,
		                                  conversation->t,
		                                  out->items[i].type,
		                                  out->items[i].fields)
		                  : NULL;

		if (good)
			out->items[i].fields = NULL; /* it was taken */
		good = line != NULL;
		json_array_append_new(lines, json_string(line ? line : ""));
		free(line);
	}
	outbox_release(out);
	if (good)
		return lines;
	json_decref(lines);
	return NULL;
}

static int write_lines(const json_t *lines)
{
	int rc = 0;
	size_t i;

	for (i = 0; !rc && i < json_array_size(lines); i++) {
		const char *line = json_string_value(json_array_get(lines, i));

		if (line && *line)
			rc = sv_event_pass(&(struct sv_event){
				.line = line, .len = strlen(line) });
	}
	return rc;
}

/* the first code of a checkpoint that could not be written, or 0 */
static int unsaved;

/* A disk that is full must not end a call. What is saved of an earlier turn
 * would say again what was said since, so it goes. */
static void go_on_without(const struct conversation *conversation,
                          const char *folder, int code)
{
	if (!unsaved) {
		sv_warn("%s; going on without checkpoints", sv_why());
		unsaved = code;
	}
	checkpoint_drop(folder, conversation->call);
}

int post_code(void)
{
	return unsaved ? sv_fail(unsaved, "not every turn could be saved: "
	                                  "a conversation that is killed "
	                                  "begins anew")
	               : 0;
}

/* A call that is over needs no checkpoint. Until then it had one: were we
 * killed between these lines, the next of us sends the end again. */
static void settle(const struct conversation *conversation, const char *folder)
{
	int rc = 0;

	if (conversation->parting != PART_DONE)
		rc = checkpoint_mark(folder, conversation->call);
	else
		checkpoint_drop(folder, conversation->call);
	if (rc)
		go_on_without(conversation, folder, rc);
}

int post_send(struct conversation *conversation, const char *folder, bool turn)
{
	bool keep = turn && folder;
	json_t *lines;
	int rc = 0;

	if (!conversation->out.n)
		return 0;
	lines = make_lines(conversation);
	if (!lines)
		return EX_SOFTWARE;
	if (keep)
		rc = checkpoint_save(folder, conversation, lines);
	if (rc) {
		go_on_without(conversation, folder, rc);
		keep = false;
	}
	rc = write_lines(lines);
	if (!rc && keep)
		settle(conversation, folder);
	json_decref(lines);
	return rc;
}

int post_again(const struct conversation *conversation, const char *folder,
               const json_t *lines)
{
	int rc = write_lines(lines);

	if (!rc)
		settle(conversation, folder);
	return rc;
}
