/*
 * tts_stress: marks go into the text, and what is told of it is the phrase's
 * uses: src/tts/stress.c
 */
#include <stdlib.h>

#include "lib/fail.h"

#include "src/tts/stress.h"
#include "tests/unit/tap.h"

static const struct sv_note notes[] = {
	{ .kind = SV_STRESS, .at = 2 },
	{ .kind = SV_EMPHASIS, .at = 11, .len = 6 },
	{ .kind = SV_STRESS, .at = 11 }
};
static const struct tts_phrase phrase = { .text = "замок это",
	                                  .notes = notes,
	                                  .n_notes = 3 };

static void text(enum tts_stress how, const char *want)
{
	char *got = tts_stress_text(&phrase, how);

	is(got, want);
	free(got);
}

int main(void)
{
	enum tts_stress how;

	text(TTS_NO_STRESS, "замок это");
	text(TTS_PLUS, "з+амок +это");
	text(TTS_ACUTE, "за\u0301мок э\u0301то");
	ok(tts_stress_at(&phrase, TTS_NO_STRESS, 11) == 11);
	ok(tts_stress_at(&phrase, TTS_PLUS, 0) == 0);
	ok(tts_stress_at(&phrase, TTS_PLUS, 12) == 11);
	ok(tts_stress_at(&phrase, TTS_PLUS, 13) == 11);
	ok(tts_stress_at(&phrase, TTS_ACUTE, 13) == 11);
	ok(tts_stress_at(&phrase, TTS_ACUTE, 17) == 13);
	ok(!tts_stress_read("plus", "x", &how) && how == TTS_PLUS);
	ok(!tts_stress_read(NULL, "x", &how) && how == TTS_NO_STRESS);
	ok(tts_stress_read("both", "x", &how) == EX_USAGE);
	return tap_end();
}
