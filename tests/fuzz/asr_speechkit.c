/*
 * fuzz: whatever SpeechKit's sessions answer, utterances come out once each, in
 * order, as JSON
 *
 * uses: src/asr/speechkit_text.c src/asr/speechkit_utterance.c src/asr/speechkit_final.c src/asr/speechkit_words.c src/asr/speechkit.proto
 */
#include <stdlib.h>

#include "src/asr/speechkit_text.h"

enum { STEP_MS = 500 };

/* what is begun, sent, cut and ended by us, as the bytes will have it */
struct world {
	struct sk_text text;
	int64_t ms[2]; /* sent to each of two sessions */
	int now;
	bool open;
	size_t begun, told;
};

static void look(struct world *world)
{
	json_t *fields;
	char *dump;

	sk_text_settle(&world->text, (int64_t)world->told * 100);
	while ((fields = sk_text_result(&world->text))) {
		dump = json_dumps(fields, 0);
		if (!dump || ++world->told > world->begun)
			abort();
		free(dump);
		json_decref(fields);
	}
}

static void hear(struct world *world, int64_t at_ms)
{
	sk_utterance_hear(world->text.last, world->now, world->ms[world->now],
	                  at_ms);
	world->ms[world->now] += STEP_MS;
}

static void cut(struct world *world)
{
	sk_utterance_cut(world->text.last, world->now, world->ms[world->now]);
}

/* one thing that we do between answers */
static void act(struct world *world, unsigned char what)
{
	struct sk_utterance *utterance;

	if (!world->open) {
		sk_text_begin(&world->text);
		world->open = true;
		world->begun++;
		hear(world, 0);
	} else if (what & 1) {
		cut(world);
		sk_text_finish(&world->text, world->ms[0]);
		world->open = false;
	} else if (what & 2) {
		cut(world);
		world->now = !world->now;
		hear(world, STEP_MS / 2);
	}
	if (what & 4 && sk_text_end(&world->text, what >> 7, what & 8))
		for (utterance = world->text.first; utterance;
		     utterance = utterance->next)
			if (utterance->unheard_ms >= 0)
				sk_utterance_hear(utterance, world->now,
				                  world->ms[world->now],
				                  utterance->unheard_ms);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct world world = { 0 };

	sk_text_init(&world.text, size && data[0] & 1, size && data[0] & 2);
	while (size > 2) {
		size_t len = data[1] < size - 2 ? data[1] : size - 2;
		Sk__StreamingResponse *response;

		act(&world, data[0]);
		response = sk__streaming_response__unpack(NULL, len, data + 2);
		if (response)
			sk_text_take(&world.text, data[0] >> 6 & 1, response,
			             100);
		if (response)
			sk__streaming_response__free_unpacked(response, NULL);
		look(&world);
		data += len + 2;
		size -= len + 2;
	}
	sk_text_release(&world.text);
	return 0;
}
