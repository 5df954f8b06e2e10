/* chat_dialect: what endpoints of different makers know */
#include <string.h>

#include "lib/chat_inside.h"

/* llama.cpp ignores the name of a tool to call, Ollama all of tool_choice,
 * YandexGPT knows auto and none alone. max_tokens is what all but OpenAI know;
 * it has another key for it. */
static const struct chat_dialect dialects[] = {
	{ .name = "openai",
	  .url = "https://api.openai.com/v1",
	  .most = "max_completion_tokens",
	  .usage = true,
	  .parallel = true,
	  .strict = true,
	  .choice = CHAT_NAMED },
	{ .name = "vllm",
	  .url = "http://127.0.0.1:8000/v1",
	  .most = "max_tokens",
	  .usage = true,
	  .parallel = true,
	  .strict = true,
	  .choice = CHAT_NAMED },
	{ .name = "llama",
	  .url = "http://127.0.0.1:8080/v1",
	  .most = "max_tokens",
	  .model = "default",
	  .usage = true,
	  .parallel = true,
	  .choice = CHAT_REQUIRED },
	{ .name = "ollama",
	  .url = "http://127.0.0.1:11434/v1",
	  .most = "max_tokens",
	  .usage = true,
	  .choice = CHAT_FREE },
	{ .name = "yandexgpt",
	  .url = "https://llm.api.cloud.yandex.net/v1",
	  .keyed = true,
	  .most = "max_tokens",
	  .model = "yandexgpt/latest",
	  .bare_schema = true,
	  .choice = CHAT_AUTO },
};

const struct chat_dialect chat_plain = {
	.name = "plain",
	.most = "max_tokens",
	.choice = CHAT_AUTO,
};

const struct chat_dialect *chat_dialect(const char *name)
{
	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
		if (!strcmp(dialects[i].name, name))
			return &dialects[i];
	return strcmp(name, chat_plain.name) ? NULL : &chat_plain;
}
