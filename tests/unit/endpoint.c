/*
 * When an utterance is over.
 *
 * uses: src/asr/endpoint.c src/asr/expect.c
 */
#include "src/asr/endpoint.h"

#include <stdlib.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

static struct asr_config config = {
	.language = "en",
	.expect = "free",
	.utterance_ms = 8000,
};

static const char *reached(const struct endpoint *endpoint, int length_ms,
                           int silence_ms)
{
	const char *reason = endpoint_reached(endpoint, length_ms, silence_ms);

	return reason ? reason : "goes on";
}

static void expect(struct endpoint *endpoint, const char *json)
{
	json_t *fields = json_loads(json, 0, NULL);

	endpoint_expect(endpoint, fields);
	json_decref(fields);
}

static void each_question_has_its_pause(void)
{
	struct endpoint endpoint;

	endpoint_init(&endpoint, &config);
	is(reached(&endpoint, 2000, 680), "goes on");
	is(reached(&endpoint, 2000, 700), "silence");
	expect(&endpoint, "{\"expect\":\"yesno\"}");
	is(reached(&endpoint, 2000, 400), "silence");
	expect(&endpoint, "{\"expect\":\"phone\"}");
	is(reached(&endpoint, 2000, 1480), "goes on");
	is(reached(&endpoint, 2000, 1500), "silence");
	expect(&endpoint, "{\"expect\":\"riddle\"}");
	is(reached(&endpoint, 2000, 700), "silence");
	endpoint_release(&endpoint);
}

static void complete_digits_need_no_long_pause(void)
{
	struct endpoint endpoint;

	endpoint_init(&endpoint, &config);
	expect(&endpoint, "{\"expect\":\"digits\",\"digits\":4}");
	endpoint_begin(&endpoint);
	endpoint_text(&endpoint, "one two three");
	is(reached(&endpoint, 2000, 400), "goes on");
	endpoint_text(&endpoint, "one two three four");
	is(reached(&endpoint, 2000, 280), "goes on");
	is(reached(&endpoint, 2000, 300), "complete");
	endpoint_begin(&endpoint);
	is(reached(&endpoint, 2000, 300), "goes on");
	endpoint_release(&endpoint);
}

static void a_long_utterance_ends_in_any_pause(void)
{
	struct endpoint endpoint;

	endpoint_init(&endpoint, &config);
	is(reached(&endpoint, 5900, 260), "goes on");
	is(reached(&endpoint, 6000, 260), "too_long");
	is(reached(&endpoint, 6000, 120), "goes on");
	is(reached(&endpoint, 7000, 120), "too_long");
	is(reached(&endpoint, 7000, 0), "goes on");
	is(reached(&endpoint, 8000, 0), "too_long");
	endpoint_release(&endpoint);
}

static void options_are_read_or_refused(void)
{
	struct asr_config own = config;
	struct endpoint endpoint;
	const char *kind = NULL;
	int length_ms = 0;

	ok(endpoint_silence("free=1.5s", &own.silence) == 0);
	ok(endpoint_silence("yesno=200ms", &own.silence) == 0);
	ok(endpoint_silence("free", &own.silence) == EX_USAGE);
	ok(endpoint_silence("=1s", &own.silence) == EX_USAGE);
	ok(endpoint_silence("riddle=1s", &own.silence) == EX_USAGE);
	ok(endpoint_silence("free=99ms", &own.silence) == EX_USAGE);
	ok(endpoint_silence("free=11s", &own.silence) == EX_USAGE);
	ok(endpoint_silence("free=soon", &own.silence) == EX_USAGE);
	ok(own.silence.n == 2);
	ok(endpoint_kind("email", &kind) == 0);
	is(kind, "email");
	ok(endpoint_kind("", &kind) == EX_USAGE);
	ok(endpoint_length("999ms", &length_ms) == EX_USAGE);
	ok(endpoint_length("20s", &length_ms) == 0 && length_ms == 20000);
	own.expect = kind;
	endpoint_init(&endpoint, &own);
	is(reached(&endpoint, 3000, 1480), "goes on");
	expect(&endpoint, "{}");
	is(reached(&endpoint, 3000, 1480), "goes on");
	is(reached(&endpoint, 3000, 1500), "silence");
	endpoint_release(&endpoint);
	free(own.silence.items);
}

int main(void)
{
	each_question_has_its_pause();
	complete_digits_need_no_long_pause();
	a_long_utterance_ends_in_any_pause();
	options_are_read_or_refused();
	return tap_end();
}
