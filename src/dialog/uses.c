/* uses.c: what a model wants done, done */
#include <stdlib.h>

#include "lib/alloc.h"

#include "src/dialog/thinking.h"

bool uses_wait(const struct asking *asking)
{
	size_t i;

	for (i = 0; i < asking->n_uses; i++)
		if (!asking->uses[i].result)
			return asking->message != NULL;
	return false;
}

void uses_note(struct thinking *thinking)
{
	struct history *history = &thinking->conversation->history;
	const struct asking *asking = thinking->now;
	json_t *calls = json_object_get(asking->message, "tool_calls");
	size_t i;

	if (!calls)
		return;
	history_calls(history, calls);
	for (i = 0; i < asking->n_uses; i++)
		history_result(history, asking->uses[i].id,
		               asking->uses[i].result
		                       ? asking->uses[i].result
		                       : "not known yet: the caller spoke; do "
		                         "not say that it is done");
}

static void on_tool(void *arg, const char *text)
{
	struct use *use = arg;
	struct thinking *thinking = use->asking->thinking;

	use->result = sv_strdup(text);
	if (thinking->begun && !uses_wait(use->asking))
		thinking_go_on(thinking);
}

/* A tool of the scenario's. What does not fit the placeholders may fit what
 * they stand for: the toolbox looks at that. */
static void use_tool(struct thinking *thinking, struct use *use)
{
	const struct tool *tool =
		toolbox_find(thinking->conversation, use->name);
	json_t *arguments;

	if (!tool || !use->value) {
		use->result = sv_strdup(
			use->wrong ? use->wrong : "there is no such function");
		return;
	}
	arguments = veil_lift_json(thinking->veil, use->value);
	toolbox_use(thinking->toolbox,
	            &(struct toolbox_order){ .tool = tool,
	                                     .id = use->id,
	                                     .arguments = arguments,
	                                     .done = on_tool,
	                                     .arg = use });
	json_decref(arguments);
}

static void do_one(struct thinking *thinking, struct use *use)
{
	const struct sv_chat_use call = { use->id, use->name, use->arguments,
		                          use->value, use->wrong };

	use->result = functions_do(thinking->conversation, &call, thinking_lift,
	                           thinking, &thinking->deeds);
	use->tool = !use->result;
	if (use->tool)
		use_tool(thinking, use);
}

void uses_do(struct thinking *thinking)
{
	struct asking *asking = thinking->now;
	size_t i;

	thinking->begun = false;
	for (i = 0; i < asking->n_uses; i++)
		do_one(thinking, &asking->uses[i]);
	thinking->begun = true;
	thinking_post(thinking, false);
	if (!uses_wait(asking))
		thinking_go_on(thinking);
}

bool uses_ran(const struct asking *asking)
{
	size_t i;

	for (i = 0; i < asking->n_uses; i++)
		if (asking->uses[i].tool)
			return true;
	return false;
}
