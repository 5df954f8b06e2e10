/* summary.c: what was said long ago, in a few sentences */
#include <stdlib.h>
#include <string.h>

#include "src/dialog/messages.h"
#include "src/dialog/thinking.h"

/* How many turns of the history the first n of its messages are. */
static size_t turns_of(const struct history *history, size_t n)
{
	struct history part = { .turns = json_array() };
	json_t *messages = json_array();
	size_t turns = 0, size = json_array_size(history->turns);

	while (turns < size && json_array_size(messages) < n) {
		json_array_clear(messages);
		json_array_append(part.turns,
		                  json_array_get(history->turns, turns++));
		history_messages(&part, messages);
	}
	json_decref(part.turns);
	json_decref(messages);
	return turns;
}

void summary_begin(struct thinking *thinking)
{
	struct conversation *conversation = thinking->conversation;
	const struct model *model = &conversation->scenario->model;
	json_t *messages = json_array();
	size_t n;

	history_messages(&conversation->history, messages);
	/* to half of it, so that this is not done at each turn */
	n = sv_chat_overflow(thinking->mind->chat, messages,
	                     (size_t)model->context);
	if (n)
		n = sv_chat_overflow(thinking->mind->chat, messages,
		                     (size_t)model->context / 2);
	json_decref(messages);
	if (!n || thinking->summary || conversation->ended)
		return;
	thinking->folded = turns_of(&conversation->history, n);
	thinking->summary = asking_start(
		thinking, FOR_SUMMARY,
		messages_summary(conversation, thinking->veil, n), false);
}

/* Without one, what is too old is left out of the requests (messages.c). */
void summary_over(struct thinking *thinking)
{
	struct asking *summary = thinking->summary;
	struct history *history = &thinking->conversation->history;

	thinking->summary = NULL;
	if (!summary->code && summary->text.len)
		history_fold(
			history, thinking->folded,
			veil_lift(thinking->veil, sv_buf_str(&summary->text)));
	asking_free(summary);
}
