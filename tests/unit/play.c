/*
 * play: a frame each 20 ms, no earlier and no later than it may be
 * uses: src/capture/play.c src/capture/tone.c
 */
#include "src/capture/play.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/tap.h"

enum { RATE = 8000, FRAME = 160, MS = 1000 };

static int sound[2];

static void begin(struct play *play, int64_t now_us)
{
	if (pipe2(sound, O_NONBLOCK))
		tap_failed++;
	play_init(play, sound[0], RATE, now_us);
}

static void end(void)
{
	close(sound[0]);
	close(sound[1]);
}

/* n samples of value into the pipe, if it has room for them */
static void give(int16_t value, int n)
{
	int16_t samples[10 * FRAME];

	for (int i = 0; i < n; i++)
		samples[i] = value;
	if (write(sound[1], samples, (size_t)n * sizeof *samples) < 0 &&
	    errno != EAGAIN)
		tap_failed++;
}

static void silence_without_sound(void)
{
	struct play play;
	int16_t frame[FRAME] = { 7 };

	begin(&play, 0);
	ok(play_wake_us(&play) == 0);
	ok(play_next(&play, 0, frame) == PLAY_FILL); /* at once */
	ok(!frame[0] && !frame[FRAME - 1]);
	ok(play_next(&play, 0, frame) == PLAY_WAIT);
	ok(play_wake_us(&play) == 120 * MS); /* the pipeline may yet begin */
	ok(play_next(&play, 119 * MS, frame) == PLAY_WAIT);
	ok(play_next(&play, 120 * MS, frame) == PLAY_FILL);
	ok(play_next(&play, 120 * MS, frame) == PLAY_WAIT);
	ok(play_wake_us(&play) == 140 * MS);
	give(5, FRAME);
	ok(play_read(&play, NULL, NULL));
	ok(play_next(&play, 130 * MS, frame) == PLAY_SOUND);
	ok(play_wake_us(&play) == 100 * MS); /* it has begun */
	end();
}

static void sound_leaves_at_once(void)
{
	struct play play;
	int16_t frame[FRAME];

	begin(&play, 0);
	play_next(&play, 0, frame);
	give(5, FRAME / 2);
	ok(play_wants(&play));
	ok(play_read(&play, NULL, NULL));
	ok(play_next(&play, 3 * MS, frame) == PLAY_WAIT); /* half a frame */
	give(5, FRAME / 2);
	ok(play_read(&play, NULL, NULL));
	ok(!play_wants(&play));
	ok(play_next(&play, 4 * MS, frame) == PLAY_SOUND);
	ok(frame[0] == 5 && frame[FRAME - 1] == 5);
	ok(play_place(&play) == FRAME && play_queued(&play) == 0);
	end();
}

static void never_a_burst(void)
{
	struct play play;
	int16_t frame[FRAME];
	int sent = 0, most = 0;

	begin(&play, 0);
	for (int64_t us = 0; us < 1000 * MS; us += 5 * MS) {
		int now = 0;

		give(9, 2 * FRAME); /* eight times too fast */
		play_read(&play, NULL, NULL);
		while (play_next(&play, us, frame) != PLAY_WAIT) {
			play_read(&play, NULL, NULL);
			now++;
		}
		sent += now;
		if (us && now > most)
			most = now;
	}
	ok(sent >= 50 && sent <= 51);
	ok(most == 1);
	end();
}

static void stall_is_not_made_up_for(void)
{
	struct play play;
	int16_t frame[FRAME];
	int past = 0, rest = 0;
	enum play_next next;

	begin(&play, 0);
	play_next(&play, 0, frame);
	play.spoken = true;
	give(9, 5 * FRAME);
	play_read(&play, NULL, NULL);
	while ((next = play_next(&play, 1000 * MS, frame)) != PLAY_WAIT) {
		past += next == PLAY_PAST;
		rest += next == PLAY_SOUND;
		play_read(&play, NULL, NULL);
	}
	ok(past == 45 && play.missed == past);
	ok(rest == 5);
	end();
}

static void lateness_is_lost_in_silence(void)
{
	struct play play;
	int16_t frame[FRAME];

	begin(&play, 0);
	play_next(&play, 0, frame);
	give(0, 5 * FRAME);
	play_read(&play, NULL, NULL);
	ok(play_next(&play, 5 * MS, frame) == PLAY_SOUND);
	ok(play.trimmed == 3 * FRAME && play_queued(&play) == FRAME);
	give(1, 2 * FRAME); /* it is no silence any more */
	play_read(&play, NULL, NULL);
	ok(play_next(&play, 25 * MS, frame) == PLAY_SOUND);
	ok(play.trimmed == 3 * FRAME && play_queued(&play) == 2 * FRAME);
	ok(play_place(&play) == 5 * FRAME);
	end();
}

/* A pipeline that is late in mid-speech has more kept of what it has ready. */
static void gaps_are_learnt_from(void)
{
	struct play play;
	int16_t frame[FRAME];
	int64_t us = 60 * MS;

	begin(&play, 0);
	play_next(&play, 0, frame);
	ok(play.spare == PLAY_SPARE_MIN);
	for (int i = 0; i < 20; i++, us += 40 * MS) {
		give(1, FRAME);
		play_read(&play, NULL, NULL);
		ok(play_next(&play, us, frame) == PLAY_SOUND);
		ok(play_next(&play, us + 20 * MS, frame) == PLAY_FILL);
	}
	ok(play.spare == PLAY_SPARE_MAX);
	give(0, FRAME);
	play_read(&play, NULL, NULL);
	play_next(&play, us, frame); /* the end of it, in good time */
	for (int i = 0; i < 5000; i++, us += 20 * MS)
		play_next(&play, us, frame);
	ok(play.spare == PLAY_SPARE_MAX - 3);
	end();
}

/* What was written before the pause fades out; what came after it stays. */
static void hush(void)
{
	struct play play;
	int16_t frame[FRAME];
	size_t unread;

	begin(&play, 0);
	play_next(&play, 0, frame);
	give(1000, 10 * FRAME);
	play_read(&play, NULL, NULL);
	unread = play_unread(&play);
	ok(unread == 4 * FRAME * sizeof *frame);
	give(7, FRAME);
	play_hush(&play, unread);
	ok(play_queued(&play) == FRAME);
	ok(play_unread(&play) == FRAME * sizeof *frame);
	ok(play_next(&play, 5 * MS, frame) == PLAY_SOUND);
	ok(frame[0] == 1000 && frame[40] > 400 && frame[40] < 600);
	ok(frame[79] > 0 && frame[79] < 20 && !frame[80]);
	ok(play_place(&play) == 10 * FRAME);
	play_read(&play, NULL, NULL);
	ok(play_next(&play, 25 * MS, frame) == PLAY_SOUND && frame[0] == 7);
	play_hush(&play, 0); /* of nothing nothing is left out */
	ok(!play_queued(&play));
	end();
}

static void end_of_the_sound(void)
{
	struct play play;
	int16_t frame[FRAME];

	begin(&play, 0);
	play_next(&play, 0, frame);
	give(3, 100);
	ok(play_read(&play, NULL, NULL));
	close(sound[1]);
	ok(!play_read(&play, NULL, NULL));
	play.fd = -1;
	ok(play_next(&play, 10 * MS, frame) == PLAY_SOUND);
	ok(frame[99] == 3 && frame[100] == 0);
	ok(play_wake_us(&play) == 40 * MS);
	ok(play_next(&play, 40 * MS, frame) == PLAY_FILL);
	close(sound[0]);
}

static void keys_go_first(void)
{
	struct play play;
	int16_t frame[FRAME];
	int tones = 0;

	begin(&play, 0);
	play_next(&play, 0, frame);
	give(3, FRAME);
	play_read(&play, NULL, NULL);
	ok(tone_add(&play.tone, "1") == 1);
	for (int64_t us = 5 * MS; us < 205 * MS; us += 20 * MS)
		tones += play_next(&play, us, frame) == PLAY_TONE;
	ok(tones == 10);
	ok(play_next(&play, 205 * MS, frame) == PLAY_SOUND);
	ok(frame[0] == 3);
	end();
}

int main(void)
{
	silence_without_sound();
	sound_leaves_at_once();
	never_a_burst();
	stall_is_not_made_up_for();
	lateness_is_lost_in_silence();
	gaps_are_learnt_from();
	hush();
	end_of_the_sound();
	keys_go_first();
	return tap_end();
}
