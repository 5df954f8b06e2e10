/*
 * When a prompt is being heard.
 *
 * uses: src/asr/barge_in.c
 */
#include "src/asr/barge_in.h"

#include "lib/fail.h"

#include "tests/unit/tap.h"

/* what the events, one letter each, leave: is a prompt being heard? */
static bool after(const char *events)
{
	struct barge_in barge_in = { 0 };
	bool heard = false;

	for (; *events; events++) {
		const char *type = *events == 's'   ? "tts.start"
		                   : *events == 'e' ? "tts.end"
		                   : *events == 'i' ? "tts.interrupted"
		                   : *events == 'p' ? "tts.pause"
		                   : *events == 'r' ? "tts.resume"
		                                    : "tts.cancel";

		barge_in_event(&barge_in, type, &heard);
	}
	return heard;
}

int main(void)
{
	struct asr_config config = { .barge_in_ms = 140, .barge_in_db = 4 };
	struct vad_profile profile = barge_in_profile(&config);
	struct barge_in barge_in = { 0 };
	bool heard = true;
	int value = 0;

	ok(!after(""));
	ok(after("s"));
	ok(!after("se"));
	ok(!after("si"));
	ok(!after("sp"));
	ok(after("spr"));
	ok(!after("spi"));
	ok(!after("spe"));
	ok(after("spes")); /* the next one is not paused */
	ok(after("ses"));
	ok(!after("p") && !after("r") && !after("pr") && !after("ser"));
	ok(after("sc")); /* asked for, not yet done */
	ok(!barge_in_event(&barge_in, "asr.expect", &heard) && heard);

	ok(profile.sure == 7 && profile.start_db > 3.9f);
	ok(!barge_in_time("240ms", &value) && value == 240);
	ok(barge_in_time("260ms", &value) == EX_USAGE);
	ok(barge_in_time("0ms", &value) == EX_USAGE);
	ok(barge_in_time("30ms", &value) == EX_USAGE);
	ok(!barge_in_level("40", &value) && value == 40);
	ok(barge_in_level("0", &value) == EX_USAGE);
	ok(barge_in_level("41", &value) == EX_USAGE);
	ok(barge_in_level("loud", &value) == EX_USAGE);
	ok(barge_in_valid(140, 4) && !barge_in_valid(1, 4) &&
	   !barge_in_valid(140, -4));
	return tap_end();
}
