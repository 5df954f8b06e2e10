/* toolbox.c: tools, within what a call may have of them */
#include "src/dialog/toolbox.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/conform.h"
#include "lib/fail.h"

#include "src/dialog/answer.h"
#include "src/dialog/approval.h"
#include "src/dialog/tool.h"

/* one use of a tool, from its beginning to its end */
struct errand {
	struct errand *next;
	struct toolbox *toolbox;
	const struct tool *tool;
	char *id;
	json_t *arguments;
	struct approval *approval;                 /* a person is asked */
	struct tool_run *run;                      /* or it runs */
	void (*done)(void *arg, const char *text); /* NULL: nobody waits */
	void *arg;
};

struct toolbox {
	struct sv_loop *loop;
	struct conversation *conversation;
	void (*told)(void *arg);
	void *arg;
	int *runs; /* of each tool */
	struct errand *errands;
	const struct tool *asked; /* the caller was to be asked about it, */
	json_t *about;            /* with these arguments, */
	int asked_at;             /* when they had said so much */
};

struct toolbox *toolbox_new(struct sv_loop *loop,
                            struct conversation *conversation,
                            void (*told)(void *arg), void *arg)
{
	struct toolbox *toolbox = sv_alloc(sizeof *toolbox);

	toolbox->loop = loop;
	toolbox->conversation = conversation;
	toolbox->told = told;
	toolbox->arg = arg;
	toolbox->runs = sv_calloc(conversation->scenario->n_tools + 1,
	                          sizeof *toolbox->runs);
	return toolbox;
}

static void release_errand(struct errand *errand)
{
	approval_cancel(errand->approval);
	if (errand->run)
		tool_cancel(errand->run);
	json_decref(errand->arguments);
	free(errand->id);
	free(errand);
}

static void free_errand(struct errand *errand)
{
	struct errand **at = &errand->toolbox->errands;

	while (*at && *at != errand)
		at = &(*at)->next;
	if (*at)
		*at = errand->next;
	release_errand(errand);
}

void toolbox_free(struct toolbox *toolbox)
{
	struct errand *errand, *next;

	if (!toolbox)
		return;
	for (errand = toolbox->errands; errand; errand = next) {
		next = errand->next;
		release_errand(errand);
	}
	json_decref(toolbox->about);
	free(toolbox->runs);
	free(toolbox);
}

void toolbox_forsake(struct toolbox *toolbox)
{
	struct errand *errand;

	for (errand = toolbox->errands; errand; errand = errand->next)
		errand->done = NULL;
}

const struct tool *toolbox_find(const struct conversation *conversation,
                                const char *name)
{
	const struct scenario *scenario = conversation->scenario;
	const struct state *state = &scenario->states[conversation->state];
	size_t i;

	for (i = 0; i < state->tools.n; i++) {
		int index = state->tools.items[i].index;

		if (index >= 0 && !strcmp(scenario->tools[index].name, name))
			return &scenario->tools[index];
	}
	return NULL;
}

/* Ends an errand with what the model is to be told. */
static void tell(struct errand *errand, const char *text)
{
	void (*done)(void *arg, const char *text) = errand->done;
	void *arg = errand->arg;

	errand->run = NULL;
	free_errand(errand);
	if (done)
		done(arg, text);
}

/* {"ok":false,"error":WHY}: the model is not to say that it is done. */
static void refuse(struct errand *errand, const char *why)
{
	json_t *object = json_pack("{s:b, s:s}", "ok", 0, "error", why);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	tell(errand, text ? text : "{\"ok\":false}");
	json_decref(object);
	free(text);
}

static void write_result(const struct errand *errand,
                         const struct tool_end *end)
{
	struct toolbox *toolbox = errand->toolbox;
	json_t *fields =
		json_pack("{s:s, s:s, s:i, s:i}", "tool", errand->tool->name,
	                  "id", errand->id, "ms", end->ms, "code", end->code);

	if (end->result)
		json_object_set_new(fields, "result",
		                    json_deep_copy(end->result));
	if (end->why)
		json_object_set_new(fields, "error", json_string(end->why));
	conversation_write(toolbox->conversation, "tool.result", fields);
	toolbox->told(toolbox->arg);
}

static void on_end(void *arg, const struct tool_end *end)
{
	struct errand *errand = arg;
	char *text;

	errand->run = NULL;
	write_result(errand, end);
	if (end->why) {
		refuse(errand, end->why);
		return;
	}
	text = json_dumps(end->result, JSON_COMPACT | JSON_ENCODE_ANY);
	tell(errand, text ? text : "{}");
	free(text);
}

static void run(struct errand *errand)
{
	struct toolbox *toolbox = errand->toolbox;
	struct conversation *conversation = toolbox->conversation;
	char *input = json_dumps(errand->arguments, JSON_COMPACT);

	conversation_write(conversation, "tool.call",
	                   json_pack("{s:s, s:s, s:O}", "tool",
	                             errand->tool->name, "id", errand->id,
	                             "arguments", errand->arguments));
	conversation_say(conversation, &errand->tool->say);
	toolbox->told(toolbox->arg);
	errand->run =
		tool_start(toolbox->loop,
	                   &(struct tool_order){ .tool = errand->tool,
	                                         .call = conversation->call,
	                                         .input = input ? input : "{}",
	                                         .done = on_end,
	                                         .arg = errand });
	free(input);
	if (!errand->run)
		on_end(errand,
		       &(struct tool_end){ .why = sv_why(), .code = EX_OSERR });
}

static void on_approval(void *arg, enum approved approved)
{
	struct errand *errand = arg;

	errand->approval = NULL;
	if (approved == APPROVED)
		run(errand);
	else
		refuse(errand, approved == APPROVAL_DENIED
		                       ? "a person has refused it"
		                       : "nobody has approved it in time");
}

/* Whether the caller has just said yes to the very same. */
static bool agreed(const struct toolbox *toolbox, const struct errand *errand)
{
	const struct conversation *conversation = toolbox->conversation;
	struct words words;

	if (toolbox->asked != errand->tool ||
	    !json_equal(toolbox->about, errand->arguments) ||
	    conversation->heard != toolbox->asked_at + 1)
		return false;
	words_init(&words, conversation->last_words);
	return answer_from(&words) == ANSWER_YES;
}

static void ask_caller(struct toolbox *toolbox, struct errand *errand)
{
	json_decref(toolbox->about);
	toolbox->asked = errand->tool;
	toolbox->about = json_incref(errand->arguments);
	toolbox->asked_at = toolbox->conversation->heard;
	refuse(errand,
	       "not done: tell the caller what would be done and ask for "
	       "a yes; after it, make the same call once more");
}

static void confirm(struct toolbox *toolbox, struct errand *errand)
{
	switch (errand->tool->confirm) {
	case CONFIRM_CALLER:
		if (agreed(toolbox, errand))
			run(errand);
		else
			ask_caller(toolbox, errand);
		return;
	case CONFIRM_OPERATOR:
		errand->approval = approval_ask(
			toolbox->loop,
			&(struct approval_order){
				.tool = errand->tool,
				.call = toolbox->conversation->call,
				.arguments = errand->arguments,
				.done = on_approval,
				.arg = errand });
		if (!errand->approval)
			refuse(errand, "nobody can be asked to approve it");
		return;
	default:
		run(errand);
	}
}

void toolbox_use(struct toolbox *toolbox, const struct toolbox_order *order)
{
	const struct tool *tool = order->tool;
	const struct scenario *scenario = toolbox->conversation->scenario;
	int *runs = &toolbox->runs[tool - scenario->tools];
	struct errand *errand = sv_alloc(sizeof *errand);

	*errand =
		(struct errand){ .next = toolbox->errands,
		                 .toolbox = toolbox,
		                 .tool = tool,
		                 .id = sv_strdup(order->id),
		                 .arguments = json_deep_copy(order->arguments),
		                 .done = order->done,
		                 .arg = order->arg };
	toolbox->errands = errand;
	if (sv_conform(tool->arguments, errand->arguments)) {
		refuse(errand, sv_why());
	} else if (*runs >= tool->limit) {
		refuse(errand, "it was run often enough in this call");
	} else {
		++*runs;
		confirm(toolbox, errand);
	}
}
