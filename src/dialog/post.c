/* post.c: a conversation's outbox, out into the stream */
#include "src/dialog/post.h"

#include <stdlib.h>
#include <string.h>

#include "lib/event.h"
#include "lib/fail.h"

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

/* A call that is over needs no checkpoint. Until then it had one: were we
 * killed between these lines, the next of us sends the end again. */
static int settle(const struct conversation *conversation, const char *folder)
{
	if (conversation->parting != PART_DONE)
		return checkpoint_mark(folder, conversation->call);
	checkpoint_drop(folder, conversation->call);
	return 0;
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
	if (!rc)
		rc = write_lines(lines);
	if (!rc && keep)
		rc = settle(conversation, folder);
	json_decref(lines);
	return rc;
}

int post_again(const struct conversation *conversation, const char *folder,
               const json_t *lines)
{
	int rc = write_lines(lines);

	return rc ? rc : settle(conversation, folder);
}
