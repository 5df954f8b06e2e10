/*
 * chat_llama: a real llama.cpp server, by lib/chat: the tests that are named on
 * the command line, at the port of SV_LLAMA_PORT; none without one, see
 * tests/e2e/llama.bats
 */
#include "tests/unit/chat_ask.h"

static char url[96];

static void open_chain(const char *more)
{
	const char *settings[] = { url, "llama.budget.first=60s",
		                   "llama.budget.stall=60s", more };

	chain("llama", settings, more ? 4 : 3);
}

static void streaming(void)
{
	struct sv_chat_request request = { .max_tokens = 40 };

	open_chain("llama.extra={\"ignore_eos\":true}");
	begin_with("привет");
	start(&request);
	wait_done();
	ok(!got.code && got.reason == SV_CHAT_LENGTH && got.pieces > 5);
	ok(!got.bad_utf8 && got.counted && got.output == 40);
	ok(got.input > 20 && got.cost_output == 40 && !got.estimated);
	/* a conversation goes on */
	json_array_append(messages, got.message);
	sv_chat_say(messages, "user", "и ещё");
	got.done = got.pieces = 0;
	start(&request);
	wait_done();
	ok(!got.code && got.pieces > 5);
}

static json_t *schema(void)
{
	return json_pack("{ss s{s{ss si si} s{s[ss]}} s[ss] sb}", "type",
	                 "object", "properties", "n", "type", "integer",
	                 "minimum", 1, "maximum", 9, "city", "enum", "Уфа",
	                 "Пермь", "required", "n", "city",
	                 "additionalProperties", 0);
}

static void structured(void)
{
	json_t *wanted = schema();
	struct sv_chat_request request = { .schema = wanted,
		                           .max_tokens = 400 };

	open_chain(NULL);
	for (int i = 0; i < 5; i++) {
		begin_with("сколько и куда?");
		start(&request);
		wait_done();
		ok(!got.code && got.tries == 1 && got.answer);
	}
	json_decref(wanted);
}

static void tools(void)
{
	json_t *wanted = schema();
	struct sv_chat_tool tool = { "stock", "what is there", wanted };
	struct sv_chat_request request = { .tools = &tool,
		                           .n_tools = 1,
		                           .choice = "required",
		                           .one_use = true,
		                           .max_tokens = 400 };

	open_chain(NULL);
	begin_with("сколько окон в Уфе?");
	start(&request);
	wait_done();
	ok(!got.code && got.uses >= 1 && got.reason == SV_CHAT_TOOLS);
	is(got.use_name[0], "stock");
	is(got.use_wrong[0], "");
	ok(*got.use_id[0]);
	/* and what it says to the tool's answer */
	json_array_append(messages, got.message);
	for (int i = 0; i < got.uses && i < 8; i++)
		sv_chat_result(messages, got.use_id[i], "{\"windows\":3}");
	ok(!sv_chat_check(messages));
	got.done = got.code = 0;
	request.choice = NULL;
	start(&request);
	wait_done();
	ok(!got.code);
	json_decref(wanted);
}

static void cancelled(void)
{
	struct sv_chat_request request = { .max_tokens = 3000 };

	open_chain("llama.extra={\"ignore_eos\":true}");
	begin_with("говори");
	got.cancel_after = 3;
	start(&request);
	while (got.call)
		sv_loop_step(loop, 500);
	ok(got.pieces == 3 && !got.done && got.costs == 2 && got.estimated);
	/* there is room for the next at once */
	request.max_tokens = 5;
	begin_with("ещё");
	start(&request);
	wait_done();
	ok(!got.code && got.output == 5);
}

static void too_long(void)
{
	char *many = sv_alloc(40001);

	memset(many, 'x', 40000);
	open_chain(NULL);
	ask(many);
	ok(got.code == EX_CONFIG && got.too_long && got.tries == 1);
	printf("# %s\n", got.why);
	free(many);
}

static void run(const char *name)
{
	static const struct {
		const char *name;
		void (*test)(void);
	} tests[] = {
		{ "streaming", streaming }, { "structured", structured },
		{ "tools", tools },         { "cancelled", cancelled },
		{ "too_long", too_long },
	};

	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		if (!strcmp(tests[i].name, name))
			tests[i].test();
}

int main(int argc, char *argv[])
{
	const char *port = getenv("SV_LLAMA_PORT");

	if (!port)
		return tap_end();
	snprintf(url, sizeof url, "llama.url=http://127.0.0.1:%s/v1", port);
	setup();
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	return teardown();
}
