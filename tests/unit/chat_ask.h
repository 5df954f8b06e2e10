/* chat_ask.h: requests to tests/peers/chat, and what came of them */
#ifndef CHAT_ASK_H
#define CHAT_ASK_H

#include <stdlib.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/chat.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "tests/unit/peer.h"
#include "tests/unit/tap.h"

static struct peer peer;
static struct sv_loop *loop;
static struct sv_chat *chat;

/* what came of a request */
static struct got {
	struct sv_chat_call *call;
	char text[1 << 16];
	int pieces, uses, done, code, failovers, costs, first_ms, tries;
	bool bad_utf8, handed, too_long, counted, estimated;
	char use_id[8][128], use_name[8][128], use_arguments[8][4096];
	char use_wrong[8][256];
	enum sv_chat_reason reason;
	char why[512], engine[64], model[128], refusal[512], id[64];
	char from[64], to[64], told[512];
	json_t *message, *answer;
	int64_t input, output, cached, cost_input, cost_output, cost_cached;
	int stop_after, cancel_after; /* pieces; 0: never */
	int64_t first_at, done_at;
} got;

static json_t *messages;

static inline int on_text(void *arg, const char *text, size_t len)
{
	size_t had = strlen(got.text);

	(void)arg;
	if (!got.pieces++)
		got.first_at = sv_now_ms();
	if (had + len < sizeof got.text)
		memcpy(got.text + had, text, len + 1);
	if (strlen(text) != len)
		got.bad_utf8 = true;
	if (got.cancel_after == got.pieces) {
		sv_chat_cancel(got.call);
		got.call = NULL;
		return 0;
	}
	if (got.stop_after == got.pieces)
		return sv_fail(EX_IOERR, "enough");
	return 0;
}

static inline void on_use(void *arg, const struct sv_chat_use *use)
{
	int i = got.uses++ % 8;

	(void)arg;
	snprintf(got.use_id[i], sizeof got.use_id[i], "%s", use->id);
	snprintf(got.use_name[i], sizeof got.use_name[i], "%s", use->name);
	snprintf(got.use_arguments[i], sizeof got.use_arguments[i], "%s",
	         use->arguments);
	snprintf(got.use_wrong[i], sizeof got.use_wrong[i], "%s",
	         use->wrong ? use->wrong : "");
}

static inline const char *field(const json_t *fields, const char *key)
{
	const char *text = json_string_value(json_object_get(fields, key));

	return text ? text : "";
}

static inline void on_event(void *arg, const char *type, json_t *fields)
{
	const char *unit = field(fields, "unit");
	int64_t amount =
		(int64_t)json_number_value(json_object_get(fields, "amount"));

	(void)arg;
	if (!strcmp(type, "engine.failover")) {
		got.failovers++;
		snprintf(got.from, sizeof got.from, "%s",
		         field(fields, "from"));
		snprintf(got.to, sizeof got.to, "%s", field(fields, "to"));
		snprintf(got.told, sizeof got.told, "%s",
		         field(fields, "reason"));
	} else if (!strcmp(type, "cost")) {
		got.costs++;
		got.estimated |=
			json_is_true(json_object_get(fields, "estimated"));
		if (!strcmp(unit, "input_tokens"))
			got.cost_input += amount;
		if (!strcmp(unit, "output_tokens"))
			got.cost_output += amount;
		if (!strcmp(unit, "cached_tokens"))
			got.cost_cached += amount;
	}
	json_decref(fields);
}

static inline void on_done(void *arg, const struct sv_chat_end *end)
{
	(void)arg;
	got.done++;
	got.done_at = sv_now_ms();
	got.call = NULL;
	got.code = end->code;
	got.reason = end->reason;
	got.handed = end->handed;
	got.too_long = end->too_long;
	got.counted = end->counted;
	got.first_ms = end->first_ms;
	got.tries = end->tries;
	got.input = end->input_tokens;
	got.output = end->output_tokens;
	got.cached = end->cached_tokens;
	snprintf(got.why, sizeof got.why, "%s", end->code ? sv_why() : "");
	snprintf(got.engine, sizeof got.engine, "%s", end->engine);
	snprintf(got.model, sizeof got.model, "%s", end->model);
	snprintf(got.refusal, sizeof got.refusal, "%s", end->refusal);
	snprintf(got.id, sizeof got.id, "%s", end->request_id);
	json_decref(got.message);
	json_decref(got.answer);
	got.message = json_incref(end->message);
	got.answer = json_incref(end->answer);
}

/* --- the chain --- */

static inline int chain(const char *names, const char *const *settings,
                        size_t n)
{
	static char copy[256];
	static struct sv_list engines;
	static const char *all[32];
	static char urls[5][96];
	static const char *const doors[] = { "openai", "vllm", "llama",
		                             "ollama", "yandexgpt" };
	static struct sv_list list = { .items = all };
	struct sv_chat_setup setup = { .engines = &engines, .settings = &list };

	sv_chat_free(chat);
	chat = NULL;
	if (!loop)
		loop = sv_loop_new();
	setup.loop = loop;
	snprintf(copy, sizeof copy, "%s", names);
	list.n = 0;
	for (size_t i = 0; i < 5; i++) {
		snprintf(urls[i], sizeof urls[i],
		         "%s.url=http://127.0.0.1:%s/v1", doors[i],
		         peer_port(&peer, doors[i]));
		all[list.n++] = urls[i];
	}
	all[list.n++] = "openai.model=gpt-test";
	all[list.n++] = "vllm.model=test-model";
	all[list.n++] = "ollama.model=llama-test";
	all[list.n++] = "yandexgpt.folder=b1gfolder";
	for (size_t i = 0; i < n; i++)
		all[list.n++] = settings[i];
	if (sv_names(copy, &engines))
		return -1;
	return sv_chat_new(&chat, &setup);
}

static inline void begin_with(const char *said)
{
	json_decref(got.message);
	json_decref(got.answer);
	got = (struct got){ .reason = SV_CHAT_FAILED };
	json_decref(messages);
	messages = json_array();
	sv_chat_say(messages, "system", "Ты продаёшь окна.");
	sv_chat_say(messages, "user", said);
}

static inline void wait_done(void)
{
	int64_t until = sv_now_ms() + 60000;

	while (!got.done && sv_now_ms() < until)
		sv_loop_step(loop, 500);
}

static inline void linger(int ms)
{
	int64_t until = sv_now_ms() + ms;

	while (sv_now_ms() < until)
		sv_loop_step(loop, 10);
}

static inline void start(struct sv_chat_request *request)
{
	request->messages = messages;
	request->text = on_text;
	request->use = on_use;
	request->event = on_event;
	request->done = on_done;
	got.call = sv_chat_start(chat, request);
}

/* the model's answer to that, all of it */
static inline void ask(const char *said)
{
	struct sv_chat_request request = { .max_tokens = 200 };

	begin_with(said);
	start(&request);
	wait_done();
}

static inline void ask_tools(const char *said, const struct sv_chat_tool *tools,
                             size_t n, const char *choice)
{
	struct sv_chat_request request = { .tools = tools,
		                           .n_tools = n,
		                           .choice = choice };

	begin_with(said);
	start(&request);
	wait_done();
}

static inline void setup(void)
{
	static char run[] = "/tmp/sv-chat-XXXXXX";

	setenv("SV_OPENAI_API_KEY", "sk-peer", 1);
	setenv("SV_YANDEXGPT_API_KEY", "sk-peer", 1);
	setenv("SV_RUN", mkdtemp(run) ? run : "/tmp", 1);
	unsetenv("PEER_KEY");
	if (peer_start(&peer, "chat", "--doors"))
		exit(EX_UNAVAILABLE);
}

/* breakers are closed again */
static inline void forget(void)
{
	char *command = sv_format("%s/breakers", getenv("SV_RUN"));
	pid_t pid = fork();

	if (!pid) {
		execlp("rm", "rm", "-rf", command, (char *)NULL);
		_exit(127);
	}
	free(command);
	waitpid(pid, NULL, 0);
}

static inline int teardown(void)
{
	sv_chat_free(chat);
	sv_loop_free(loop);
	json_decref(got.message);
	json_decref(got.answer);
	json_decref(messages);
	forget();
	rmdir(getenv("SV_RUN"));
	peer_stop(&peer);
	return tap_end();
}

#endif
