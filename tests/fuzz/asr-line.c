/*
 * Any audio in any pieces at any rate, with expectations and keys between:
 * events come in order, each vad.start has its vad.end and asr.final, and no
 * time lies outside of the audio.
 *
 * uses: src/asr/barge_in.c src/asr/line.c src/asr/reel.c src/asr/ended.c src/asr/failover.c src/asr/takeover.c src/asr/watch.c src/asr/seat.c src/asr/utterance.c src/asr/patience.c src/asr/spent.c src/asr/vad.c src/asr/endpoint.c src/asr/expect.c src/asr/loudness.c
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "src/asr/line.h"
#include "src/asr/loudness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct state {
	struct asr_line *line;
	const char *last;
	int64_t t;
};

static int check(void *arg, int64_t t, const char *type, json_t *fields)
{
	static const char *const order[] = { "vad.start", "vad.end",
		                             "asr.final", "vad.start" };
	struct state *state = arg;
	int i = 0;

	assert(fields);
	assert(t >= state->t && t <= asr_line_ms(state->line));
	state->t = t;
	while (strcmp(order[i], state->last) != 0)
		i++;
	assert(!strcmp(order[i + 1], type));
	state->last = order[i + 1];
	json_decref(fields);
	return 0;
}

/* One step: a byte says what and how long, then come its bytes. */
static size_t step(struct asr_line *line, const uint8_t *data, size_t size)
{
	int16_t samples[8 * 64] = { 0 };
	size_t len = data[0] / 4;
	json_t *expect;
	size_t i;

	if (len > size - 1)
		len = size - 1;
	if (data[0] % 4 == 3) {
		expect = json_loadb((const char *)data + 1, len, 0, NULL);
		assert(!asr_line_expect(line, expect));
		json_decref(expect);
		assert(len || !asr_line_dtmf(line));
		asr_line_prompted(line, len % 2);
		return len + 1;
	}
	/* each byte eight times, or speech would be too dear to find */
	for (i = 0; i < 8 * len; i++)
		samples[i] = (int16_t)((data[1 + i / 8] - 128) * 256 *
		                       (i % 2 ? 1 : -1));
	for (i = 0; i <= (size_t)data[0] % 4 * 20; i++)
		assert(!asr_line_feed(line, samples, 8 * len));
	return len + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int rates[] = { 8000, 16000, 24000, 48000 };
	const struct asr_config config = { .language = "en",
		                           .expect = "free",
		                           .utterance_ms = 1000,
		                           .barge_in_ms = 140,
		                           .barge_in_db = 4 };
	struct asr_loaded loaded = { { { .engine = &asr_loudness } }, 1 };
	struct state state = { .last = "asr.final" };
	struct asr_line_setup setup = {
		.config = &config,
		.loaded = &loaded,
		.channel = -1,
		.sink = { &state, check },
	};
	size_t at = 1;

	if (!size)
		return 0;
	setup.rate_hz = rates[data[0] % 4];
	setup.live = data[0] & 4;
	asr_loudness.load(&loaded.links[0].model, &config);
	assert(!asr_line_new(&state.line, &setup));
	while (at < size)
		at += step(state.line, data + at, size - at);
	assert(!asr_line_finish(state.line));
	assert(!strcmp(state.last, "asr.final"));
	asr_line_free(state.line);
	asr_loudness.unload(loaded.links[0].model);
	return 0;
}
