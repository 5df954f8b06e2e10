/* chat_stream: bodies as servers send them, and as they should not */
#include "lib/chat_stream.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

static struct chat_stream stream;
static char said[4096];

static int text(void *arg, const char *bytes, size_t len)
{
	(void)arg;
	strncat(said, bytes, len);
	return 0;
}

/* what becomes of a body: 0, or a code */
static int body(const char *bytes)
{
	int rc;

	chat_stream_release(&stream);
	chat_stream_init(&stream, text, NULL);
	*said = '\0';
	rc = chat_stream_feed(&stream, bytes, strlen(bytes));
	return rc ? rc : chat_stream_end(&stream);
}

/* the same of chunks whose choice has such a delta, up to [DONE] */
static int delta(const char *one, const char *two)
{
	char *all =
		sv_format("data: {\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n"
	                  "data: {\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n"
	                  "data: [DONE]\n\n",
	                  one, two);
	int rc = body(all);

	free(all);
	chat_uses_close(&stream.uses, NULL, false);
	return rc;
}

static const char *arguments(size_t i)
{
	return i < stream.uses.n ? sv_buf_str(&stream.uses.list[i]->arguments)
	                         : NULL;
}

static void words(void)
{
	ok(!delta("{\"role\":\"assistant\",\"content\":null}",
	          "{\"content\":\"да\"}"));
	is(said, "да");
	ok(stream.pieces == 1 && stream.done && !stream.finish);
	ok(!delta("{\"content\":\"\"}", "{}") && !stream.pieces);
	ok(!delta("{\"reasoning\":\"a\",\"reasoning_content\":\"b\"}",
	          "{\"thinking\":\"c\"}"));
	ok(!*said && !stream.pieces);
	ok(!delta("{\"content\":[{\"type\":\"text\",\"text\":\"ча\"},{"
	          "\"type\":\"thinking\",\"thinking\":[]}]}",
	          "{\"content\":[{\"type\":\"text\",\"text\":\"сть\"}]}"));
	is(said, "часть");
	ok(!delta("{\"content\":5}", "{\"content\":{\"a\":1}}") && !*said);
	ok(!delta("null", "[]") && !*said);
	ok(!delta("{\"content\":\"a\\ud83d\"}", "{\"content\":\"\\u0000b\"}"));
	is(said, "a\xef\xbf\xbd\xef\xbf\xbd"
	         "b");
	ok(!delta("{\"content\":\"a\xff\"}", "{}"));
	is(said, "a\xef\xbf\xbd");
	ok(!delta("{\"refusal\":\"нет\"}", "{\"refusal\":null}"));
	is(sv_buf_str(&stream.refusal), "нет");
}

static void ends(void)
{
	ok(!body("data: {\"choices\":[{\"delta\":{\"content\":\"x\"},"
	         "\"finish_reason\":\"length\"}]}"));
	is(said, "x");
	ok(stream.finish == CHAT_LENGTH);
	ok(!body("\xef\xbb\xbf"
	         "data: [DONE]\n\n"));
	ok(body("data: {\"choices\":[{\"delta\":{\"content\":\"x\"},"
	        "\"finish_reason\":null}]}\n\n") == EX_UNAVAILABLE);
	is(sv_why(), "the answer ends before it is complete");
	ok(body("") == EX_UNAVAILABLE);
	ok(body("<html>") == EX_UNAVAILABLE);
	ok(body("data: {}\n\ndata: {\"choices\":null}\n\ndata: "
	        "{\"choices\":[],\"prompt_filter_results\":[]}\n\ndata: "
	        "[DONE]\n\n") == 0);
	ok(body("data: [1]\n\n") == EX_UNAVAILABLE);
	is(sv_why(), "an event of the stream is no JSON object");
	/* of several answers the first */
	ok(!body("data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":"
	         "\"b\"}},{\"index\":0,\"delta\":{\"content\":\"a\"},"
	         "\"finish_reason\":\"eos\"}]}\n\n"));
	is(said, "a");
	ok(stream.finish == CHAT_STOP);
	/* nothing behind the end counts */
	ok(!body("data: [DONE]\n\ndata: nonsense\n\n{\"error\":\"late\"}\n"));
}

static void errors(void)
{
	static const char *const bodies[] = {
		"data: {\"error\":{\"message\":\"m\",\"code\":null}}\n\n",
		"event: error\ndata: {\"error\":{\"message\":\"m\"}}\n\n",
		"data: {\"error\":\"m\"}\n\n",
		"{\"error\":\"m\"}\n",
		": ping\n\n{\"error\":\"m\"}\n",
		"{\"error\":{\"message\":\"m\"}}",
		"data: {\"object\":\"error\",\"message\":\"m\",\"code\":400}\n\n",
		"data: {\"detail\":\"m\"}\n\n",
	};

	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		ok(body(bodies[i]) == EX_UNAVAILABLE);
		is(json_string_value(json_object_get(stream.error, "message")),
		   "m");
	}
}

static void calls(void)
{
	char many[4096] = "{\"tool_calls\":[";

	/* what servers get wrong about indexes and ids */
	ok(!delta("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{"
	          "\"name\":\"f\",\"arguments\":\"{\"}}]}",
	          "{\"tool_calls\":[{\"index\":0,\"id\":null,\"function\":{"
	          "\"name\":null,\"arguments\":\"}\"}}]}"));
	ok(stream.uses.n == 1);
	is(arguments(0), "{}");
	ok(!delta("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{"
	          "\"name\":\"f\",\"arguments\":\"{}\"}}]}",
	          "{\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{"
	          "\"name\":\"f\",\"arguments\":\"{}\"}}]}"));
	ok(stream.uses.n == 2);
	ok(!delta("{\"tool_calls\":[{\"function\":{\"name\":\"f\","
	          "\"arguments\":{\"a\":1}}}]}",
	          "{\"tool_calls\":[{\"function\":{\"name\":\"g\"}}]}"));
	ok(stream.uses.n == 2 && strlen(stream.uses.list[1]->id) > 10);
	is(arguments(0), "{\"a\":1}");
	is(arguments(1), "{}");
	ok(!delta("{\"tool_calls\":[null,5,{}]}", "{\"tool_calls\":{}}"));
	is(stream.uses.n ? stream.uses.list[0]->name : "", "");
	for (int i = 0; i < 40; i++)
		snprintf(many + strlen(many), 64,
		         "%s{\"index\":%d,\"id\":\"%d\"}", i ? "," : "", i, i);
	strncat(many, "]}", 3);
	ok(delta(many, "{}") == EX_UNAVAILABLE);
	is(sv_why(), "the answer's calls of tools: more than 32 of them");
}

static void counts(void)
{
	ok(!body("data: {\"model\":\"m-1\",\"choices\":[],\"usage\":{"
	         "\"prompt_tokens\":10,\"completion_tokens\":-5,"
	         "\"prompt_tokens_details\":{\"cached_tokens\":99}}}\n\n"
	         "data: {\"usage\":null}\n\ndata: [DONE]\n\n"));
	ok(stream.counted && stream.input == 10 && !stream.output);
	ok(stream.cached == 10);
	is(stream.model, "m-1");
}

int main(void)
{
	words();
	ends();
	errors();
	calls();
	counts();
	chat_stream_release(&stream);
	return tap_end();
}
