/*
 * chat: answers that stream at once, by lib/chat with their sentences cut, or
 * by lib/http alone: CPU time for a piece of text, and how late it is
 *
 *     chat ours|bare PORT STREAMS
 *
 * The text tells when each word is due, in ms since the answer began, so that
 * lateness is that of the server and ours together; bare has the server's.
 */
#include "lib/chat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/sentence.h"

enum { WORDS = 300, PIECES = 1 << 18 };

struct stream {
	struct sv_sentences cut;
	int64_t begun_ms;
	int pieces;
};

static struct sv_loop *loop;
static int left;
static double lates[PIECES];
static size_t n_pieces;
static int per_second;

static double cpu(void)
{
	struct timespec at;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* pieces come at a steady pace from the first one on */
static void note(struct stream *stream)
{
	int64_t now = sv_now_ms();

	if (!stream->pieces++)
		stream->begun_ms = now;
	if (n_pieces < PIECES)
		lates[n_pieces++] = (double)(now - stream->begun_ms) -
		                    (stream->pieces - 1) * 1000.0 / per_second;
}

static int got(void *arg, const char *text, size_t len)
{
	(void)arg;
	(void)text;
	(void)len;
	return 0;
}

static int on_text(void *arg, const char *text, size_t len)
{
	struct stream *stream = arg;

	note(stream);
	return sv_sentences_feed(&stream->cut, text, len);
}

static void on_end(void *arg, const struct sv_chat_end *end)
{
	(void)arg;
	if (end->code)
		fprintf(stderr, "chat: an answer failed\n");
	left--;
}

static int on_data(void *arg, const char *data, size_t len)
{
	for (size_t i = 0; i + 5 < len; i++)
		if (!memcmp(data + i, "data:", 5))
			note(arg);
	return 0;
}

static void on_done(void *arg, const struct sv_http_answer *answer)
{
	(void)arg;
	if (answer->code)
		fprintf(stderr, "chat: an answer failed\n");
	left--;
}

static struct sv_chat *chain(const char *port)
{
	static const char *names[] = { "vllm" };
	static const char *items[2] = { NULL, "vllm.model=test-model" };
	static struct sv_list engines = { .items = names, .n = 1 };
	static struct sv_list settings = { .items = items, .n = 2 };
	struct sv_chat_setup setup = { .loop = loop,
		                       .engines = &engines,
		                       .settings = &settings };
	struct sv_chat *chat = NULL;

	items[0] = sv_format("vllm.url=http://127.0.0.1:%s/v1", port);
	if (sv_chat_new(&chat, &setup))
		exit(69);
	return chat;
}

static void ours(const char *port, struct stream *streams, int n,
                 json_t *messages)
{
	struct sv_chat *chat = chain(port);
	struct sv_chat_request request = { .messages = messages,
		                           .text = on_text,
		                           .done = on_end };

	for (int i = 0; i < n; i++) {
		request.arg = &streams[i];
		sv_sentences_init(&streams[i].cut, got, NULL);
		sv_chat_start(chat, &request);
	}
	while (left)
		sv_loop_step(loop, 1000);
	sv_chat_free(chat);
	for (int i = 0; i < n; i++)
		sv_sentences_release(&streams[i].cut);
}

static void bare(const char *port, struct stream *streams, int n,
                 json_t *messages)
{
	json_t *body = json_pack("{ss sO sb}", "model", "test-model",
	                         "messages", messages, "stream", 1);
	char *text = json_dumps(body, JSON_COMPACT);
	struct sv_service service = { .name = "bare", .connect_ms = 5000 };
	struct sv_http_request request = { .service = &service,
		                           .path = "/chat/completions",
		                           .body = text,
		                           .len = strlen(text),
		                           .data = on_data,
		                           .done = on_done };
	struct sv_http *http;

	service.url = sv_format("http://127.0.0.1:%s/v1", port);
	if (sv_http_new(&http, loop))
		exit(69);
	for (int i = 0; i < n; i++) {
		request.arg = &streams[i];
		sv_http_start(http, &request);
	}
	while (left)
		sv_loop_step(loop, 1000);
	sv_http_free(http);
	free(service.url);
	free(text);
	json_decref(body);
}

static int compare(const void *a, const void *b)
{
	const double *one = a, *two = b;

	return (*one > *two) - (*one < *two);
}

int main(int argc, char *argv[])
{
	int n = argc > 4 ? (int)strtol(argv[3], NULL, 10) : 0;
	struct stream *streams = sv_calloc((size_t)n + 1, sizeof *streams);
	json_t *messages = json_array();
	char say[WORDS * 16] = "@say ";
	double took;

	if (!n)
		return 64;
	per_second = (int)strtol(argv[4], NULL, 10);
	for (int i = 0; i < WORDS; i++)
		strncat(say, i % 8 ? "слово " : "да. ", 16);
	sv_chat_say(messages, "user", say);
	loop = sv_loop_new();
	left = n;
	took = cpu();
	(strcmp(argv[1], "ours") ? bare : ours)(argv[2], streams, n, messages);
	took = cpu() - took;
	qsort(lates, n_pieces, sizeof *lates, compare);
	printf("%.1f %.1f %.1f\n", took * 1e6 / (double)n_pieces,
	       lates[n_pieces / 2], lates[n_pieces * 95 / 100]);
	sv_loop_free(loop);
	json_decref(messages);
	free(streams);
	return 0;
}
