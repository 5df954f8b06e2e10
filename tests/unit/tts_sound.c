/*
 * tts_sound: what was heard is whole words, whoever made the sound
 * uses: src/tts/sound.c
 */
#include "lib/fail.h"
#include "lib/loop.h"

#include "src/tts/sound.h"
#include "tests/unit/tap.h"

static const char text[] = "раз два три";
static int16_t silence[16000];

static int times;

static int stop_third(void *arg)
{
	(void)arg;
	return ++times == 3 ? 7 : 0;
}

static void heard_by_marks(void)
{
	struct tts_sound sound;

	tts_sound_init(&sound, 8000);
	ok(!tts_sound_from(&sound, 16000));
	tts_sound_mark(&sound, 0, 0);
	tts_sound_mark(&sound, 4000, 7);
	tts_sound_mark(&sound, 3000, 9); /* earlier: left out */
	tts_sound_mark(&sound, 5000, 7); /* the same word: left out */
	tts_sound_mark(&sound, 8000, 14);
	ok(!tts_sound_add(&sound, silence, 12000));
	ok(!tts_sound_end(&sound));
	ok(sound.n == 6000 && sound.n_marks == 3 && sound.whole);
	ok(sound.marks[1].sample == 2000 && sound.marks[2].sample == 4000);

	ok(tts_sound_heard(&sound, text, sizeof(text) - 1) == 0);
	sound.played = 1999;
	ok(tts_sound_heard(&sound, text, sizeof(text) - 1) == 0);
	sound.played = 2000;
	ok(tts_sound_heard(&sound, text, sizeof(text) - 1) == 7);
	sound.played = 5999;
	ok(tts_sound_heard(&sound, text, sizeof(text) - 1) == 14);
	tts_sound_rewind(&sound);
	ok(sound.played == 4000);
	sound.played = 6000;
	ok(tts_sound_heard(&sound, text, sizeof(text) - 1) == 20);
	tts_sound_rewind(&sound);
	ok(sound.played == 6000);
	tts_sound_release(&sound);
	ok(!sound.n && !sound.samples && sound.rate_hz == 8000);
}

static void heard_by_share(void)
{
	struct tts_sound sound;

	tts_sound_init(&sound, 16000);
	ok(!tts_sound_add(&sound, silence, 10000));
	sound.played = 9000;
	/* who knows how long: not more than a slow voice has said */
	ok(tts_sound_heard(&sound, text, 20) == 6);
	ok(!tts_sound_end(&sound));
	ok(tts_sound_heard(&sound, text, 20) == 13);
	sound.played = 1000;
	ok(tts_sound_heard(&sound, text, 20) == 0);
	tts_sound_rewind(&sound);
	ok(sound.played == 1000);
	tts_sound_release(&sound);
}

static void stops(void)
{
	struct tts_sound sound;
	int rc = 0, n = 0;

	times = 0;

	tts_sound_init(&sound, 16000);
	sound.grew = stop_third;
	ok(!tts_sound_add(&sound, silence, 10));
	ok(!tts_sound_add(&sound, silence, 10));
	ok(tts_sound_add(&sound, silence, 10) == 7);
	sound.grew = NULL;
	for (; !rc; n++)
		rc = tts_sound_add(&sound, silence, 16000);
	ok(rc == EX_SOFTWARE && n == TTS_SOUND_S);
	tts_sound_release(&sound);
}

static void bytes_cut_anywhere(void)
{
	static const unsigned char bytes[] = { 1, 2, 0xff, 0xff, 0, 0x80, 9 };
	struct tts_sound sound;
	size_t i;

	tts_sound_init(&sound, 8000);
	for (i = 0; i < sizeof(bytes); i++)
		ok(!tts_sound_add_bytes(&sound, bytes + i, 1));
	ok(sound.n == 3 && sound.samples[0] == 0x201);
	ok(sound.samples[1] == -1 && sound.samples[2] == -32768);
	ok(!tts_sound_add_bytes(&sound, bytes, 4) && sound.n == 5);
	ok(sound.samples[3] == 0x109 && sound.samples[4] == -254);
	ok(!tts_sound_add_bytes(&sound, bytes + 1, 0) && sound.n == 5);
	ok(!tts_sound_end(&sound) && sound.n == 5);
	tts_sound_release(&sound);
}

static int set(void *arg)
{
	bool *done = arg;

	*done = true;
	return 0;
}

static void waits_breathing(void)
{
	struct sv_loop *loop = sv_loop_new();
	struct sv_timer timer = { .fire = set };
	struct tts_sound sound;
	bool done = false;

	timer.arg = &done;
	tts_sound_init(&sound, 8000);
	sv_loop_arm(loop, &timer, 0);
	ok(!tts_sound_wait(&sound, loop, &done) && done);
	done = false;
	times = 0;
	sound.grew = stop_third;
	ok(tts_sound_wait(&sound, loop, &done) == 7 && times == 3);
	tts_sound_release(&sound);
	sv_loop_free(loop);
}

int main(void)
{
	bytes_cut_anywhere();
	waits_breathing();
	heard_by_marks();
	heard_by_share();
	stops();
	return tap_end();
}
