/*
 * echo.c: our own voice told from the caller's, by how loud both are
 *
 * echo_path.c knows when and how loud our voice comes back, if it does; a frame
 * that is no louder than that is an echo. As long as no way back is found
 * nothing is done.
 *
 * Frames that are echo are given the line's own noise in place of nothing at
 * all: what listens after us learns the noise of the line, and would take the
 * noise that returns after a digital silence for a voice. For the same reason
 * frames that hold nothing (lost on the way, or not sent) are given noise, too.
 */
#include "src/capture/echo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/pcm.h"

#include "src/capture/echo_path.h"

enum {
	RECENT = 6,  /* frames looked back on to hear the caller, */
	CALLER = 3,  /* of which so many must be louder than the echo */
	HOLD = 10,   /* frames passed on after that */
	PARTS = 7,   /* of the time looked back on for the noise, */
	PART = 15,   /* and their frames */
	NOISES = 16, /* frames of noise kept to fill in */
};

#define NOISE_DB 3.0f     /* above the noise: not told from it */
#define NEAR_DB 1.0f      /* hardly above it */
#define BELOW_DB 9.0f     /* below the noise: adds nothing to it */
#define LEAST_DB (-75.0f) /* no line is more silent */
#define KNOWN_DB (-45.0f) /* a noise as soft as this is one */
#define VOICE_DB (-55.0f) /* what is softer is no caller */

/* An echo is no louder than so much above what was expected of it, and its
 * tail dies away by so much a frame (a room's: 60 dB in 0.8 s). */
#define MARGIN_DB 5.5f
#define TAIL_DB 1.5f

/* the frame that is being filled */
struct part {
	double power;
	size_t n;
};

struct echo {
	struct echo_path path;
	size_t frame_len;
	struct part out, in;
	float expected_db; /* in the caller's frame */
	unsigned recent;   /* a bit for each that was louder */
	int hold;

	int64_t frames; /* heard so far */
	float least_db[PARTS];
	int16_t *frame; /* the one that is being filled, as heard */
	int16_t *noise; /* the last NOISES of those kept, */
	unsigned kept;  /* and the number of all */
};

struct echo *echo_new(int rate_hz)
{
	struct echo *echo = sv_alloc(sizeof *echo);

	echo_path_init(&echo->path);
	echo->frame_len = (size_t)sv_samples(SV_FRAME_MS, rate_hz);
	echo->expected_db = ECHO_SILENCE_DB;
	echo->frame = sv_calloc(echo->frame_len, sizeof *echo->frame);
	echo->noise = sv_calloc(NOISES * echo->frame_len, sizeof *echo->noise);
	return echo;
}

void echo_free(struct echo *echo)
{
	if (!echo)
		return;
	free(echo->frame);
	free(echo->noise);
	free(echo);
}

static double power_of(const int16_t *samples, size_t n)
{
	double power = 0;

	for (size_t i = 0; i < n; i++)
		power += (double)samples[i] * samples[i];
	return power;
}

static float decibel(const struct part *part)
{
	double power = part->power / (double)part->n;

	return (float)(10 * log10(power + 1)) + ECHO_SILENCE_DB;
}

void echo_sent(struct echo *echo, const int16_t *samples, size_t n)
{
	struct part *out = &echo->out;

	while (n) {
		size_t room = echo->frame_len - out->n;
		size_t part = n < room ? n : room;

		out->power += power_of(samples, part);
		out->n += part;
		samples += part;
		n -= part;
		if (out->n == echo->frame_len) {
			echo_path_sent(&echo->path, decibel(out));
			*out = (struct part){ 0 };
		}
	}
}

/* the softest that the line was in the last two seconds */
static float noise_db(const struct echo *echo)
{
	float least_db = 0;

	for (int i = 0; i < PARTS; i++)
		least_db = fminf(least_db, echo->least_db[i]);
	return fmaxf(least_db, LEAST_DB);
}

static bool is_empty(float db)
{
	return db <= ECHO_SILENCE_DB;
}

/* whether no echo can be in the frame */
static bool is_free(const struct echo *echo)
{
	if (echo->path.found)
		return echo->expected_db < noise_db(echo) - BELOW_DB;
	return !echo_path_busy(&echo->path);
}

/* Kept are soft frames without an echo; if we spoke from the first moment on,
 * the very softest will do for a start. */
static void learn_noise(struct echo *echo, float db)
{
	float *least_db = &echo->least_db[echo->frames / PART % PARTS];
	float known_db = noise_db(echo);
	bool empty = is_empty(db);
	float above_db;

	/* that nothing came does not tell what the line is like */
	if (empty && known_db < KNOWN_DB)
		db = known_db;
	if (echo->frames % PART == 0 || db < *least_db)
		*least_db = db;
	above_db = db - noise_db(echo);
	if (empty || above_db > NOISE_DB)
		return;
	if (!is_free(echo) && (echo->kept >= NOISES || above_db > NEAR_DB))
		return;
	memcpy(echo->noise + echo->kept++ % NOISES * echo->frame_len,
	       echo->frame, echo->frame_len * sizeof *echo->frame);
}

/* the most that echo and noise make together */
static float most_db(const struct echo *echo)
{
	float power = powf(10, echo->expected_db / 10) +
	              powf(10, noise_db(echo) / 10);

	return 10 * log10f(power) + MARGIN_DB;
}

/* Is the caller louder than our echo? */
static void listen(struct echo *echo, float db)
{
	bool louder = db > fmaxf(most_db(echo), VOICE_DB);

	echo->recent = (echo->recent << 1 | louder) & ((1U << RECENT) - 1);
	if (__builtin_popcount(echo->recent) >= CALLER)
		echo->hold = HOLD;
	else if (echo->hold)
		echo->hold--;
}

static void expect(struct echo *echo)
{
	echo->expected_db = fmaxf(echo_path_expect(&echo->path),
	                          echo->expected_db - TAIL_DB);
}

static bool is_echo(const struct echo *echo, float db)
{
	return echo->path.found && !echo->hold &&
	       echo->expected_db > noise_db(echo) - BELOW_DB &&
	       db <= most_db(echo);
}

static void fill(const struct echo *echo, int16_t *samples, size_t n)
{
	int64_t have = echo->kept < NOISES ? echo->kept : NOISES;
	size_t at = have ? (size_t)(echo->frames % have) * echo->frame_len : 0;

	memcpy(samples, echo->noise + at + echo->in.n, n * sizeof *samples);
}

/* A frame is complete. */
static void learn(struct echo *echo, float db)
{
	learn_noise(echo, db);
	listen(echo, db);
	echo_path_heard(&echo->path, db, noise_db(echo) + NOISE_DB);
	echo->frames++;
}

/* A piece of a frame, mostly all of it: was it an echo? */
static bool take(struct echo *echo, int16_t *samples, size_t n)
{
	struct part in = { echo->in.power + power_of(samples, n),
		           echo->in.n + n };
	bool whole = in.n == echo->frame_len;
	float db = decibel(&in);
	bool echoes;

	memcpy(echo->frame + echo->in.n, samples, n * sizeof *samples);
	if (!echo->in.n)
		expect(echo);
	if (whole)
		learn(echo, db);
	echoes = is_echo(echo, db);
	if (echoes || is_empty(db))
		fill(echo, samples, n);
	if (whole)
		in = (struct part){ 0 };
	echo->in = in;
	return echoes;
}

bool echo_heard(struct echo *echo, int16_t *samples, size_t n)
{
	bool echoes = false;

	while (n) {
		size_t room = echo->frame_len - echo->in.n;
		size_t part = n < room ? n : room;

		echoes |= take(echo, samples, part);
		samples += part;
		n -= part;
	}
	return echoes;
}
