/*
 * Recorded voices as prompts and as callers, on a line that echoes: what is
 * the detector of speech told, and is the caller ever cut?
 *
 * uses: src/capture/echo.c src/capture/echo_path.c src/asr/vad.c
 */
#include "src/capture/echo.h"

#include <math.h>
#include <stdlib.h>

#include "lib/alloc.h"

#include "src/asr/vad.h"
#include "tests/unit/tap.h"

enum { RATE = 8000, FRAME = RATE / 50, SECONDS = 16, N = SECONDS * RATE };

#define NONE (-200.0) /* dB: nothing of it */

/* a line: what comes back after delay_ms, so much louder, with a noise; and
 * a caller so much louder than the prompt */
struct line {
	int delay_ms;
	double echo_db, noise_db, caller_db;
	int from_ms; /* the caller's first word */
};

/* what the detector has made of it */
struct heard {
	int early, late; /* beginnings of speech in and after two seconds */
	int first_ms;    /* of the caller's, since his first word */
	int echoes;      /* frames taken out */
	bool changed;    /* anything at all */
};

static int16_t prompt[N], caller[N];

/* noise that is the same in each run */
static double noise(void)
{
	static unsigned long state;

	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (double)(state >> 33) / (double)(1UL << 30) - 1;
}

static double gain(double db)
{
	return db <= NONE ? 0 : pow(10, db / 20);
}

/* one recording after the other until the buffer is full; how loud, in dB */
static double record(int16_t *samples, const char *const names[])
{
	double power = 0;
	size_t n = 0;
	size_t loud = 0;

	for (int i = 0; n < N; i = names[i + 1] ? i + 1 : 0) {
		char *path = sv_format("/usr/share/asterisk/sounds/en/%s.wav",
		                       names[i]);
		FILE *file = fopen(path, "rb");

		if (!file || fseek(file, 44, SEEK_SET))
			exit(1);
		n += fread(samples + n, sizeof *samples, N - n, file);
		fclose(file);
		free(path);
	}
	for (n = 0; n < N; n++) {
		if (abs(samples[n]) > 100) {
			power += (double)samples[n] * samples[n];
			loud++;
		}
	}
	return 10 * log10(power / (double)loud);
}

/* what comes in at sample i */
static int16_t mix(const struct line *line, int i)
{
	int sent = i - line->delay_ms * RATE / 1000;
	int said = i - line->from_ms * RATE / 1000;
	double sum = gain(line->noise_db) * 32768 * sqrt(3) * noise();

	if (sent >= 0)
		sum += gain(line->echo_db) * prompt[sent];
	if (said >= 0)
		sum += gain(line->caller_db) * caller[said];
	return (int16_t)fmax(-32768, fmin(32767, sum));
}

static void count(struct vad *vad, const struct line *line, int at,
                  struct heard *heard)
{
	int ms = at / (RATE / 1000);

	if (!vad_began(vad))
		return;
	vad_heard(vad, false);
	heard->early += ms < 2000;
	heard->late += ms >= 2000;
	if (ms > line->from_ms && !heard->first_ms)
		heard->first_ms = ms - line->from_ms;
}

/* frames from .. to of the line; without a guard when echo is NULL */
static void play(struct echo *echo, struct vad *vad, const struct line *line,
                 int from, struct heard *heard)
{
	int16_t frame[FRAME], before[FRAME];

	for (int at = from; at < from + N / 2; at += FRAME) {
		for (int i = 0; i < FRAME; i++)
			frame[i] = before[i] = mix(line, at + i);
		if (echo) {
			echo_sent(echo, prompt + at, FRAME);
			heard->echoes += echo_heard(echo, frame, FRAME);
		}
		heard->changed |= memcmp(frame, before, sizeof frame) != 0;
		vad_frame(vad, frame);
		count(vad, line, at, heard);
	}
}

static struct heard listen(struct line line, bool guarded)
{
	struct echo *echo = guarded ? echo_new(RATE) : NULL;
	struct vad *vad = vad_new(RATE);
	struct heard heard = { 0 };

	play(echo, vad, &line, 0, &heard);
	play(echo, vad, &line, N / 2, &heard);
	vad_free(vad);
	echo_free(echo);
	return heard;
}

/* Before the way back is known, in the first second or two of our voice, there
 * is nothing to tell an echo by. */
static void an_echo_is_no_speech(double noise_db)
{
	static const int delays_ms[] = { 0, 40, 190, 200, 600 };
	static const int losses_db[] = { 6, 12, 20, 30, 40 };
	int worst = 0;

	for (int i = 0; i < 5; i++) {
		for (int k = 0; k < 5; k++) {
			struct line line = { delays_ms[i], -losses_db[k],
				             noise_db, NONE, 0 };
			struct heard raw = listen(line, false);
			struct heard heard = listen(line, true);

			if (heard.late > worst)
				worst = heard.late;
			if (heard.late || heard.early > raw.early)
				printf("# %d ms -%d dB: %d of %d, %d of %d\n",
				       delays_ms[i], losses_db[k], heard.early,
				       raw.early, heard.late, raw.late);
		}
	}
	ok(worst == 0);
}

/* in a noise in which the echo of soft sounds drowns */
static void a_noisy_echo_is_no_speech(void)
{
	static const int noises_db[] = { -50, -45, -40 };
	static const int losses_db[] = { 6, 12, 20 };
	int worst = 0;

	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 3; k++) {
			struct heard heard =
				listen((struct line){ 190, -losses_db[k],
			                              noises_db[i], NONE, 0 },
			               true);

			if (heard.late > worst)
				worst = heard.late;
		}
	}
	ok(worst == 0);
}

/* The delay until his speech is sure, over that on a line without echo. */
static int late_by_ms(int delay_ms, double echo_db, double caller_db,
                      double noise_db)
{
	struct line line = { delay_ms, echo_db, noise_db, caller_db, 5000 };
	struct heard heard = listen(line, true);

	line.echo_db = NONE;
	return heard.first_ms - listen(line, false).first_ms;
}

static void a_caller_over_the_prompt_is_heard(double level_db)
{
	int worst_ms = 0;
	int most_ms = 0;

	for (int loss_db = 6; loss_db <= 30; loss_db += 6) {
		for (int delay_ms = 40; delay_ms <= 200; delay_ms += 160) {
			int ms = late_by_ms(delay_ms, -loss_db, level_db, -62);
			/* as loud as the echo, and 6 dB below */
			int same_ms = late_by_ms(delay_ms, -loss_db,
			                         level_db - loss_db, -62);

			if (ms > worst_ms)
				worst_ms = ms;
			if (same_ms > most_ms)
				most_ms = same_ms;
		}
	}
	printf("# %.0f dB: %d ms later, %d ms against the echo's level\n",
	       level_db, worst_ms, most_ms);
	ok(worst_ms <= 100);
	ok(most_ms <= 600);
}

/* What he says while nothing comes back is left alone to the last bit. */
static void without_an_echo_nothing_is_changed(void)
{
	for (int db = 0; db >= -18; db -= 6) {
		for (int from_ms = 0; from_ms < 6000; from_ms += 1100)
			ok(!listen((struct line){ 0, NONE, -60, db, from_ms },
			           true)
			            .changed);
	}
	ok(!listen((struct line){ 0, NONE, NONE, 0, 0 }, true).changed);
}

/* A line with a noise on which frames are lost: what is put in their place must
 * not make a voice of the noise that returns, nor let the echo through. */
static void lost_frames_are_no_speech(double echo_db)
{
	struct line line = { 60, echo_db, -55, NONE, 0 };
	struct echo *echo = echo_new(RATE);
	struct vad *vad = vad_new(RATE);
	struct heard heard = { 0 };
	int16_t frame[FRAME];

	for (int at = 0; at < N; at += FRAME) {
		for (int i = 0; i < FRAME; i++)
			frame[i] = mix(&line, at + i);
		if (at / FRAME % 100 >= 90) /* 200 ms of each two seconds */
			memset(frame, 0, sizeof frame);
		if (echo_db > NONE)
			echo_sent(echo, prompt + at, FRAME);
		echo_heard(echo, frame, FRAME);
		vad_frame(vad, frame);
		count(vad, &line, at, &heard);
	}
	ok(heard.late == 0);
	vad_free(vad);
	echo_free(echo);
}

static void silence_of_ours_changes_nothing(void)
{
	struct echo *echo = echo_new(RATE);
	int16_t frame[FRAME];
	bool echoes = false;

	for (int at = 0; at < N; at += FRAME) {
		memcpy(frame, caller + at, sizeof frame);
		echoes |= echo_heard(echo, frame, FRAME);
		echoes |= memcmp(frame, caller + at, sizeof frame) != 0;
	}
	ok(!echoes);
	echo_free(echo);
}

/* A transfer, a headset laid aside: the echo comes back another way. */
static void another_way_is_learnt(struct line before, struct line after)
{
	struct echo *echo = echo_new(RATE);
	struct vad *vad = vad_new(RATE);
	struct heard heard = { 0 };
	int late;

	play(echo, vad, &before, 0, &heard);
	late = heard.late;
	play(echo, vad, &after, N / 2, &heard);
	heard.late -= late;
	late = heard.late;
	printf("# %d beginnings of speech until it is learnt\n", late);
	ok(late <= 40);
	heard.late = 0;
	play(echo, vad, &after, 0, &heard);
	ok(heard.late == 0);
	vad_free(vad);
	echo_free(echo);
}

/* Frames may come cut anywhere, ahead of ours or behind, at any rate. */
static void pieces_of_any_size_will_do(int rate_hz, int size)
{
	struct line line = { 100, -12, -60, NONE, 0 };
	struct echo *echo = echo_new(rate_hz);
	int16_t piece[960], ours[960];
	int times = rate_hz / RATE;
	int echoes = 0;
	int n = 0;

	for (int at = 0; at + size <= N * times; at += size, n++) {
		for (int i = 0; i < size; i++) {
			piece[i] = mix(&line, (at + i) / times);
			ours[i] = prompt[(at + i) / times];
		}
		echo_sent(echo, ours, (size_t)size);
		echoes += echo_heard(echo, piece, (size_t)size);
	}
	ok(echoes > n / 2);
	echo_free(echo);
}

int main(void)
{
	static const char *const prompts[] = { "vm-intro", "tt-weasels",
		                               "vm-enter-num-to-call",
		                               "demo-thanks", NULL };
	static const char *const callers[] = { "demo-congrats", NULL };
	double prompt_db = record(prompt, prompts);
	double caller_db = record(caller, callers);

	for (int i = 0; i < N; i++)
		caller[i] = (int16_t)(caller[i] * gain(prompt_db - caller_db));
	an_echo_is_no_speech(-62);
	an_echo_is_no_speech(NONE);
	a_noisy_echo_is_no_speech();
	a_caller_over_the_prompt_is_heard(0);
	a_caller_over_the_prompt_is_heard(-6);
	without_an_echo_nothing_is_changed();
	silence_of_ours_changes_nothing();
	lost_frames_are_no_speech(NONE);
	lost_frames_are_no_speech(-12);
	another_way_is_learnt((struct line){ 40, -12, -60, NONE, 0 },
	                      (struct line){ 200, -20, -60, NONE, 0 });
	another_way_is_learnt((struct line){ 200, -20, -60, NONE, 0 },
	                      (struct line){ 60, -10, -60, NONE, 0 });
	pieces_of_any_size_will_do(8000, 7);
	pieces_of_any_size_will_do(8000, 80);
	pieces_of_any_size_will_do(16000, 320);
	pieces_of_any_size_will_do(48000, 960);
	echo_free(NULL);
	return tap_end();
}
