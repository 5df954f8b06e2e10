/* says.c: the prompts on their way to the caller's ear */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/live.h"

void floor_forget(struct call *call, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(call->says[i].text);
	call->n_says -= n;
	memmove(call->says, call->says + n, call->n_says * sizeof *call->says);
}

static bool is_filler(const json_t *fields)
{
	const char *prompt =
		json_string_value(json_object_get(fields, "prompt"));

	return prompt && !strcmp(prompt, "filler.say");
}

void floor_note(struct call *call)
{
	const struct outbox *out = &call->conversation->out;
	size_t i;

	for (i = 0; i < out->n; i++) {
		const json_t *fields = out->items[i].fields;
		struct say *say;

		if (strcmp(out->items[i].type, "dialog.say") != 0 || !fields)
			continue;
		call->moved = true;
		if (call->n_says == SAYS_MAX)
			continue;
		say = &call->says[call->n_says++];
		snprintf(say->id, sizeof say->id, "%s",
		         json_string_value(json_object_get(fields, "say")));
		say->interruptible =
			json_is_true(json_object_get(fields, "interruptible"));
		say->started = false;
		say->filler = is_filler(fields);
		say->len = json_string_length(json_object_get(fields, "text"));
		say->text = sv_strdup(
			json_string_value(json_object_get(fields, "text")));
	}
	/* without a voice's reports nothing is known to be playing */
	if (!call->live->timed && call->n_says == SAYS_MAX)
		floor_forget(call, call->n_says);
}

struct say *floor_front(struct call *call)
{
	size_t i;

	if (call->live->timed)
		return call->n_says ? &call->says[0] : NULL;
	for (i = 0; i < call->n_says; i++)
		if (call->says[i].started)
			return &call->says[i];
	return NULL;
}
