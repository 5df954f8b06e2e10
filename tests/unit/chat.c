/* chat: models of all makers are asked, and answer */
#include "tests/unit/chat_ask.h"

static json_t *json(const char *text)
{
	return json_loads(text, 0, NULL);
}

static void plain(const char *engine, const char *model)
{
	chain(engine, NULL, 0);
	ask("привет");
	is(got.text, "Вы сказали: привет");
	is(got.engine, engine);
	is(got.model, model);
	ok(got.done == 1 && !got.code && got.reason == SV_CHAT_STOP);
	ok(got.pieces > 1 && got.first_ms >= 0 && got.tries == 1);
	is(json_string_value(json_object_get(got.message, "content")),
	   "Вы сказали: привет");
	is(json_string_value(json_object_get(got.message, "role")),
	   "assistant");
	ok(!json_object_get(got.message, "tool_calls"));
}

static void makers(void)
{
	plain("openai", "gpt-test");
	ok(got.counted && got.input > 0 && got.output > 0 && got.cached > 0);
	ok(got.cost_input == got.input && got.cost_output == got.output);
	ok(!got.cost_cached && !got.estimated && !got.failovers);
	ok(!strncmp(got.id, "req_", 4));
	plain("vllm", "test-model");
	ok(got.counted);
	plain("llama", "default");
	ok(got.counted);
	plain("ollama", "llama-test");
	plain("yandexgpt", "gpt://b1gfolder/yandexgpt/latest");
	ok(!got.counted && got.input > 0 && got.output > 0 && got.estimated);
}

/* a server of a name nobody knows */
static void others(void)
{
	char *url = sv_format("mine.url=http://127.0.0.1:%s/v1",
	                      peer_port(&peer, "vllm"));
	const char *settings[] = { url, "mine.model=test-model",
		                   "mine.extra={\"top_k\":20}" };

	ok(!chain("mine", settings, 3));
	ask("привет");
	is(got.text, "Вы сказали: привет");
	settings[1] = "mine.dialect=vllm";
	ok(chain("mine", settings, 2) == EX_CONFIG);
	is(sv_why(), "mine: no model is set: -p mine.model=NAME");
	settings[0] = "mine.model=x";
	ok(chain("mine", settings, 1) == EX_CONFIG);
	settings[0] = "openai.dialect=klingon";
	ok(chain("openai", settings, 1) == EX_USAGE);
	settings[0] = "openai.temperature=hot";
	ok(chain("openai", settings, 1) == EX_USAGE);
	settings[0] = "openai.extra=[]";
	ok(chain("openai", settings, 1) == EX_USAGE);
	settings[0] = "openai.structure=xml";
	ok(chain("openai", settings, 1) == EX_USAGE);
	settings[0] = "openai.auth=a: b";
	ok(chain("openai", settings, 1) == EX_USAGE);
	settings[0] = "openai.auth=api-key";
	ok(!chain("openai", settings, 1));
	ask("привет");
	is(got.text, "Вы сказали: привет");
	free(url);
}

static const char *const schema_text =
	"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},"
	"\"n\":{\"type\":\"integer\",\"minimum\":1}},"
	"\"required\":[\"city\",\"n\"],\"additionalProperties\":false}";

static void one_tool(const char *engine)
{
	json_t *schema = json(schema_text);
	struct sv_chat_tool tools[] = {
		{ "stock", "what is there", schema },
		{ "bye", NULL, NULL },
	};

	chain(engine, NULL, 0);
	ask_tools("@tool stock {\"city\": \"Уфа\",  \"n\":2}", tools, 2, NULL);
	ok(got.uses == 1 && got.reason == SV_CHAT_TOOLS && !got.code);
	is(got.use_name[0], "stock");
	is(got.use_arguments[0], "{\"city\": \"Уфа\",  \"n\":2}");
	is(got.use_wrong[0], "");
	ok(!sv_chat_check(messages));
	json_array_append(messages, got.message);
	ok(sv_chat_check(messages) == EX_SOFTWARE);
	sv_chat_result(messages, got.use_id[0], "3 окна");
	ok(!sv_chat_check(messages));
	json_incref(messages);
	{
		json_t *kept = messages;
		struct sv_chat_request request = { .tools = tools,
			                           .n_tools = 2 };

		begin_with("x");
		json_decref(messages);
		messages = kept;
		start(&request);
		wait_done();
	}
	is(got.text, "Ответ: 3 окна");
	json_decref(schema);
}

static void tools(void)
{
	json_t *schema = json(schema_text);
	struct sv_chat_tool all[] = {
		{ "stock", "what is there", schema },
		{ "bye", NULL, NULL },
	};

	one_tool("openai");
	one_tool("vllm");
	one_tool("llama");
	one_tool("ollama");
	one_tool("yandexgpt");
	chain("openai", NULL, 0);
	ask_tools("@say Минуту.\n@tool stock {\"city\":\"Уфа\",\"n\":0}\n"
	          "@tool bye \n@tool steal {}",
	          all, 2, "auto");
	is(got.text, "Минуту.");
	ok(got.uses == 3);
	is(got.use_wrong[0],
	   "the arguments are not what they are to be: /n is too small");
	is(got.use_arguments[1], "{}");
	is(got.use_wrong[1], "");
	is(got.use_wrong[2], "there is no such tool");
	ask_tools("@tool stock [1]\n@tool stock {\"city\":", all, 2, NULL);
	is(got.use_wrong[0], "the arguments are no JSON object");
	is(got.use_wrong[1], "the arguments are no JSON object");
	is(got.use_arguments[1], "{\"city\":");
	/* the model is made to call one */
	ask_tools("привет", all, 2, "required");
	ok(got.uses == 1);
	is(got.use_name[0], "stock");
	ask_tools("привет", all, 2, "bye");
	is(got.use_name[0], "bye");
	ask_tools("привет", all, 2, "none");
	is(got.text, "Вы сказали: привет");
	chain("llama", NULL, 0);
	ask_tools("привет", all, 2, "bye");
	is(got.use_name[0], "bye");
	chain("yandexgpt", NULL, 0);
	ask_tools("привет", all, 2, "bye");
	is(got.text, "Вы сказали: привет");
	json_decref(schema);
}

static void ask_json(const char *said, const char *schema_json)
{
	json_t *schema = json(schema_json);
	struct sv_chat_request request = { .schema = schema };

	begin_with(said);
	start(&request);
	json_decref(schema);
	wait_done();
}

static void structured(void)
{
	static const char *const engines[] = { "openai", "vllm", "llama",
		                               "ollama", "yandexgpt" };
	const char *settings[] = { "openai.structure=none",
		                   "openai.retries=1" };

	for (size_t i = 0; i < 5; i++) {
		chain(engines[i], NULL, 0);
		ask_json("привет", schema_text);
		ok(!got.code && !got.pieces);
		ok(json_integer_value(json_object_get(got.answer, "n")) == 1);
	}
	/* where it is refused it is asked for in another way */
	chain("openai", NULL, 0);
	ask_json("@fault no-schema\n@say {\"city\":\"Уфа\",\"n\":7}",
	         schema_text);
	ok(!got.code && got.tries == 2 && !got.failovers);
	ok(json_integer_value(json_object_get(got.answer, "n")) == 7);
	/* and the next time, at once */
	ask_json("@fault no-schema\n@say {\"city\":\"Уфа\",\"n\":8}",
	         schema_text);
	ok(!got.code && got.tries == 1);
	chain("openai", NULL, 0);
	ask_json("@fault no-format\n@say Вот: ```json\\n{\"city\":\"Уфа\","
	         "\"n\":9}\\n```",
	         schema_text);
	ok(!got.code && got.tries == 3);
	ok(json_integer_value(json_object_get(got.answer, "n")) == 9);
	/* what is not as it should be is no answer */
	chain("openai", settings, 2);
	ask_json("@say {\"city\":\"Уфа\"}", schema_text);
	ok(got.code == EX_DATAERR && got.tries == 2 && !got.answer);
	is(got.why, "openai: the answer is not what it is to be: it has no "
	            "\"n\"");
	ask_json("@say нет", schema_text);
	ok(got.code == EX_DATAERR);
	is(got.why, "openai: the answer is no JSON object");
	/* a schema that is not strict */
	ask_json("@say {\"a\":1}", "{\"type\":\"object\"}");
	ok(!got.code);
}

/* what is asked wrongly is not asked */
static void conversations(void)
{
	chain("openai", NULL, 0);
	begin_with("x");
	sv_chat_result(messages, "call_1", "nobody asked");
	ok(sv_chat_check(messages) == EX_SOFTWARE);
	is(sv_why(), "chat: message 2: it answers no call of a tool");
	{
		struct sv_chat_request request = { 0 };

		start(&request);
		ok(!got.done);
		wait_done();
	}
	ok(got.code == EX_SOFTWARE && got.reason == SV_CHAT_FAILED);
	is(got.why, "chat: message 2: it answers no call of a tool");
	ok(got.tries == 0);
	begin_with("bad \xff bytes");
	ok(!sv_chat_check(messages));
	sv_chat_say(messages, "klingon", "nuqneH");
	ok(sv_chat_check(messages) == EX_SOFTWARE);
}

static void heard(void)
{
	json_t *message = json("{\"role\":\"assistant\",\"content\":\"a b\"}");

	sv_chat_heard(message, "a");
	is(json_string_value(json_object_get(message, "content")), "a");
	sv_chat_heard(message, "");
	is(json_string_value(json_object_get(message, "content")), "");
	json_object_set_new(message, "tool_calls", json_array());
	sv_chat_heard(message, "");
	ok(json_is_null(json_object_get(message, "content")));
	json_decref(message);
}

static void lengths(void)
{
	static const char ru[] = "Здравствуйте, сколько стоит доставка окон?";
	static const char en[] = "Hello, how much is the delivery of windows?";
	size_t tokens, before;

	chain("openai", NULL, 0);
	tokens = sv_chat_tokens(chat, ru, strlen(ru));
	ok(tokens > 10 && tokens < 30);
	tokens = sv_chat_tokens(chat, en, strlen(en));
	ok(tokens > 7 && tokens < 20);
	ok(!sv_chat_tokens(chat, "", 0));
	ok(sv_chat_context(chat) == 8192);
	before = sv_chat_tokens(chat, ru, strlen(ru));
	ask("@fault usage-each\nпривет");
	ok(sv_chat_tokens(chat, ru, strlen(ru)) != before);
	begin_with("один два три четыре");
	for (int i = 0; i < 10; i++) {
		sv_chat_say(messages, "assistant", "пять шесть семь восемь");
		sv_chat_say(messages, "user", "один два три четыре");
	}
	ok(!sv_chat_overflow(chat, messages, 10000));
	ok(sv_chat_overflow(chat, messages, 1) == 20);
	tokens = sv_chat_tokens_of(chat, messages);
	ok(sv_chat_overflow(chat, messages, tokens - 1) == 2);
	ok(sv_chat_overflow(chat, messages, tokens / 2) % 2 == 0);
}

int main(void)
{
	setup();
	makers();
	others();
	tools();
	structured();
	conversations();
	heard();
	lengths();
	return teardown();
}
