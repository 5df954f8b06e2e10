/* chat_faults: what services do that they should not, and what comes of it */
#include "tests/unit/chat_ask.h"

static const char said[] =
	"Здравствуйте! Окно 3.5 м² — 12 000 ₽ 🪟.";

/* the same words, whatever the stream looks like */
static void same_words(void)
{
	static const char *const faults[] = {
		"bytes",        "crlf",       "cr",       "comments",
		"spaceless",    "no-done",    "no-usage", "usage-each",
		"reasoning",    "no-finish",  "open",     "bytes crlf comments",
		"no-done open", "whole-json", "bytes cr", "late=300",
	};
	static const char *const engines[] = { "openai", "vllm", "llama",
		                               "ollama", "yandexgpt" };

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		char *order = sv_format("@fault %s\n@say %s", faults[i], said);

		chain(engines[i % 5], NULL, 0);
		ask(order);
		if (!is(got.text, said) || !ok(!got.code && got.done == 1))
			printf("# %s: %s\n", faults[i], got.why);
		ok(got.reason == SV_CHAT_STOP && !got.bad_utf8);
		free(order);
	}
	chain("openai", NULL, 0);
	ask("@fault surrogate\n@say Окна из дерева");
	ok(!got.code && !got.bad_utf8);
	is(got.text, "Окна\xef\xbf\xbd из дерева\xef\xbf\xbd");
}

static void finishes(void)
{
	chain("openai", NULL, 0);
	ask("@fault length\n@say один два три четыре");
	ok(got.reason == SV_CHAT_LENGTH && !got.code && *got.text);
	ask("@fault filter\n@say один два");
	ok(got.reason == SV_CHAT_FILTERED);
	ask("@fault refusal");
	ok(got.reason == SV_CHAT_REFUSED && !got.pieces);
	is(got.refusal, "Я не могу с этим помочь.");
}

static void fragments(void)
{
	static const char *const faults[] = {
		"index=zero",
		"index=none",
		"index=wild",
		"id=repeat",
		"id=empty",
		"id=late",
		"interleave",
		"whole-calls",
		"bytes interleave",
		"id=repeat index=none interleave",
		"whole-calls id=none index=none",
		"named id=repeat",
	};
	struct sv_chat_tool tools[] = { { "first", NULL, NULL },
		                        { "second", NULL, NULL } };
	json_t *any = json_pack("{ss}", "type", "object");

	tools[0].parameters = tools[1].parameters = any;
	chain("openai", NULL, 0);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		char *order = sv_format("@fault %s\n@tool first {\"a\": \"раз, "
		                        "два\"}\n@tool second {\"b\":[1, 2]}",
		                        faults[i]);

		ask_tools(order, tools, 2, NULL);
		printf("# %s\n", faults[i]);
		ok(got.uses == 2 && got.reason == SV_CHAT_TOOLS);
		is(got.use_name[0], "first");
		is(got.use_arguments[0], "{\"a\": \"раз, два\"}");
		is(got.use_name[1], "second");
		is(got.use_arguments[1], "{\"b\":[1, 2]}");
		ok(!*got.use_wrong[0] && *got.use_id[0] && *got.use_id[1]);
		ok(strcmp(got.use_id[0], got.use_id[1]) != 0);
		free(order);
	}
	ask_tools("@fault truncated\n@tool first {\"a\": \"раз, два\"}", tools,
	          2, NULL);
	ok(got.uses == 1 && !got.code);
	is(got.use_wrong[0], "the arguments were cut off: use fewer words");
	json_decref(any);
}

/* --- before the first word --- */

static void again(void)
{
	chain("openai", NULL, 0);
	ask("@fault status=500 times=1\n@say да");
	is(got.text, "да");
	ok(got.tries == 2 && !got.failovers);
	ask("@fault drop times=1\n@say да, и");
	is(got.text, "да, и");
	ok(got.tries == 2);
	ask("@fault status=429 wait=120 times=2\n@say после");
	is(got.text, "после");
	ok(got.tries == 3 && got.first_ms >= 240);
	ask("@fault status=429 wait=9000 times=1\n@say поздно");
	ok(got.code == EX_TEMPFAIL && got.tries == 1);
	forget();
	ask("@fault status=400 should-retry=true times=1\n@say ну");
	is(got.text, "ну");
	ask("@fault status=500 should-retry=false times=1\n@say нет");
	ok(got.code == EX_TEMPFAIL && got.tries == 1);
	forget();
	ask("@fault error=0 times=1\n@say всё же");
	is(got.text, "всё же");
	ask("@fault eof=0 times=1\n@say и так");
	is(got.text, "и так");
	ask("@fault garbage=0 times=1\n@say и вот");
	is(got.text, "и вот");
}

static void refusals(void)
{
	chain("openai", NULL, 0);
	ask("@fault quota should-retry=true");
	ok(got.code == EX_TEMPFAIL && got.tries == 1);
	ok(strstr(got.why, "quota") != NULL);
	forget();
	ask("@fault status=403 echo-key");
	ok(got.code == EX_NOPERM && !strstr(got.why, "sk-peer"));
	ok(!strstr(got.told, "sk-peer"));
	forget();
	ask("@fault status=400");
	ok(got.code == EX_CONFIG && got.tries == 1 && !got.too_long);
	ask("@fault html");
	ok(got.code == EX_UNAVAILABLE);
	ok(strstr(got.why, "the answer ends before it is complete") != NULL);
	forget();
}

static void too_long(void)
{
	static const char *const engines[] = { "openai", "vllm", "llama" };
	char *many = sv_alloc(60000);

	for (size_t i = 0; i < 59990; i += 10)
		memcpy(many + i, "0123456789", 11);
	for (size_t i = 0; i < 3; i++) {
		chain(engines[i], NULL, 0);
		ask(many);
		ok(got.code == EX_CONFIG && got.too_long && got.tries == 1);
	}
	free(many);
}

/* --- the next in line --- */

static const char *const hasty[] = {
	"openai.budget.first=400ms",
	"openai.budget.stall=300ms",
	"openai.retries=0",
};

static void next_in_line(void)
{
	static const struct {
		const char *fault, *reason;
	} all[] = {
		{ "status=503 only=openai", "overloaded" },
		{ "status=401 only=openai", "key" },
		{ "status=400 only=openai", "refused" },
		{ "quota only=openai", "quota" },
		{ "silent only=openai", "not a word of" },
		{ "stall=0 only=openai", "not a word of" },
		{ "stall=1 only=openai", "not a word of" },
		{ "eof=1 only=openai", "ends before it is complete" },
		{ "cut=1 only=openai", "" },
		{ "bare=1 only=openai", "running the model" },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char *order = sv_format("@fault %s\n@say %zu", all[i].fault, i);
		char digits[8];

		chain("openai,vllm", hasty, 3);
		ask(order);
		snprintf(digits, sizeof digits, "%zu", i);
		is(got.text, digits);
		is(got.engine, "vllm");
		is(got.from, "openai");
		is(got.to, "vllm");
		if (!ok(got.failovers == 1 && !got.code &&
		        strstr(got.told, all[i].reason)))
			printf("# %s: %s\n", all[i].fault, got.told);
		free(order);
		forget();
	}
}

/* What was not handed out may be had from another: half a call of a tool, half
 * of an answer that is to be JSON. */
static void half_done(void)
{
	json_t *any = json_pack("{ss}", "type", "object");
	struct sv_chat_tool tool = { "first", NULL, any };
	struct sv_chat_request request = { .schema = any };

	chain("openai,vllm", hasty, 3);
	ask_tools("@fault stall=3 only=openai\n@tool first {\"a\":[1,2,3,4]}",
	          &tool, 1, NULL);
	ok(got.uses == 1 && got.failovers == 1 && !got.code);
	is(got.engine, "vllm");
	is(got.use_arguments[0], "{\"a\":[1,2,3,4]}");
	ok(got.costs == 4 && got.estimated); /* of both of them */
	begin_with("@fault eof=3 only=openai\n@say {\"a\": [1, 2]}");
	start(&request);
	wait_done();
	ok(!got.code && got.failovers == 1 && !got.pieces);
	ok(json_array_size(json_object_get(got.answer, "a")) == 2);
	is(got.engine, "vllm");
	json_decref(any);
	forget();
}

static void nobody_there(void)
{
	const char *settings[] = { "dead.url=http://127.0.0.1:1/v1",
		                   "dead.model=x", "dead.retries=0" };

	chain("dead,vllm", settings, 3);
	ask("привет");
	is(got.text, "Вы сказали: привет");
	is(got.engine, "vllm");
	ok(got.failovers == 1 && got.tries == 2);
	is(got.from, "dead");
	is(got.to, "vllm");
	/* three failures, and it is left alone: told of once */
	ask("привет");
	ask("привет");
	ask("привет");
	ok(got.failovers == 1 && got.tries == 1);
	ok(strstr(got.told, "left alone") != NULL);
	ask("привет");
	ok(got.failovers == 0 && got.tries == 1);
	/* with nobody else it is asked all the same */
	chain("dead", settings, 3);
	ask("привет");
	ok(got.code == EX_UNAVAILABLE && got.tries == 1 && !got.handed);
	is(got.to, "");
	forget();
}

/* --- after the first word --- */

static void half_said(void)
{
	static const char *const faults[] = {
		"eof=4", "cut=4", "error=4", "bare=4", "garbage=4", "stall=4"
	};

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		char *order = sv_format("@fault %s\n@say один два три четыре "
		                        "пять шесть",
		                        faults[i]);

		chain("openai,vllm", hasty, 3);
		ask(order);
		if (!is(got.text, "один два три"))
			printf("# %s: %s\n", faults[i], got.why);
		ok(got.handed && got.code && got.tries == 1);
		ok(got.reason == SV_CHAT_FAILED && got.failovers == 1);
		is(got.to, "");
		ok(got.estimated && got.cost_input && got.cost_output);
		free(order);
		forget();
	}
}

static void budgets(void)
{
	const char *settings[] = { "openai.budget.total=500ms",
		                   "openai.budget.stall=0",
		                   "openai.retries=0" };

	chain("openai", settings, 3);
	ask("@fault endless\n@speed 20");
	ok(got.code == EX_TEMPFAIL && got.handed);
	ok(strstr(got.why, "not all of an answer") != NULL);
	forget();
}

/* no answer can fill the memory */
static void ceilings(void)
{
	chain("openai", NULL, 0);
	ask("@fault endless");
	ok(got.code == EX_UNAVAILABLE && got.handed);
	ok(strstr(got.why, "more than 262144 bytes") != NULL);
	forget();
}

/* --- broken off --- */

static void stopped(void)
{
	struct sv_chat_request request = { 0 };

	chain("openai,vllm", NULL, 0);
	begin_with("@say один два три");
	got.stop_after = 2;
	start(&request);
	wait_done();
	ok(got.code == EX_IOERR && got.pieces == 2 && got.failovers == 0);
	is(got.why, "enough");
	begin_with("@say один два три");
	got.cancel_after = 2;
	start(&request);
	linger(200);
	ok(!got.done && got.pieces == 2 && got.costs == 2 && got.estimated);
	/* before anything came, and before anything was sent */
	begin_with("@fault silent\n@say один");
	start(&request);
	linger(100);
	sv_chat_cancel(got.call);
	ok(!got.done && got.costs == 1 && got.estimated);
	begin_with("x");
	start(&request);
	sv_chat_cancel(got.call);
	linger(50);
	ok(!got.done && !got.costs);
	/* all that goes on ends with the chain */
	begin_with("@fault stall=3\n@say один два три");
	start(&request);
	linger(100);
	sv_chat_free(chat);
	chat = NULL;
	ok(got.pieces == 2 && !got.done);
}

static void many(void)
{
	struct sv_chat_request request = { 0 };

	chain("openai", NULL, 0);
	begin_with("@say один два");
	for (int i = 0; i < 100; i++)
		start(&request);
	while (got.done < 100)
		sv_loop_step(loop, 1000);
	ok(got.done == 100 && got.uses == 0 && got.pieces == 200);
}

/* --- connections --- */

static json_t *told;

static void took(void *arg, const struct sv_http_answer *answer)
{
	(void)arg;
	told = json_loadb(answer->body, answer->len, 0, NULL);
	got.done = 1;
}

/* the connection by which the request before the last `back` came */
static json_int_t connection(size_t back)
{
	struct sv_http *http;
	struct sv_service service = { .name = "control", .connect_ms = 5000 };
	struct sv_http_request request = { .service = &service,
		                           .path = "/control/asked",
		                           .most = 8 << 20,
		                           .done = took };
	json_int_t number;

	service.url =
		sv_format("http://127.0.0.1:%s", peer_port(&peer, "openai"));
	got.done = 0;
	if (sv_http_new(&http, loop))
		return 0;
	sv_http_start(http, &request);
	wait_done();
	number = json_integer_value(json_object_get(
		json_array_get(told, json_array_size(told) - 1 - back),
		"connection"));
	json_decref(told);
	sv_http_free(http);
	free(service.url);
	return number;
}

/* An answer's connection is kept, though nobody waits for its end; and one is
 * there before the first request. */
static void kept(void)
{
	json_int_t first;

	chain("openai", NULL, 0);
	sv_chat_warm(chat);
	linger(200);
	ask("@say раз");
	first = connection(0);
	for (int i = 0; i < 5; i++)
		ask("@say два");
	ok(first > 0 && connection(0) == first && connection(4) == first);
	/* what is broken off takes its connection with it */
	begin_with("@fault stall=3\n@say один два три");
	got.cancel_after = 2;
	{
		struct sv_chat_request request = { 0 };

		start(&request);
	}
	linger(200);
	ask("@say четыре");
	ok(!got.code && connection(0) != first);
}

int main(void)
{
	setup();
	same_words();
	finishes();
	fragments();
	again();
	refusals();
	too_long();
	next_in_line();
	half_done();
	nobody_there();
	half_said();
	budgets();
	ceilings();
	stopped();
	many();
	kept();
	return teardown();
}
