/* play.c: pacing of what the caller hears */
#include "src/capture/play.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void play_init(struct play *play, int fd, int rate_hz, int64_t now_us)
{
	*play = (struct play){
		.fd = fd,
		.frame = (size_t)sv_samples(SV_FRAME_MS, rate_hz),
		.start_us = now_us,
		.spare = PLAY_SPARE_MIN,
		.gap = -1,
		.calm_us = now_us,
	};
	tone_init(&play->tone, rate_hz);
}

static size_t frame_bytes(const struct play *play)
{
	return play->frame * sizeof(int16_t);
}

static int64_t due_us(const struct play *play)
{
	return play->start_us + play->frames * PLAY_FRAME_US;
}

bool play_read(struct play *play, const uint8_t **data, size_t *n)
{
	size_t room = PLAY_AHEAD * frame_bytes(play) - play->len;
	ssize_t got;

	if (n)
		*n = 0;
	if (play->fd < 0)
		return false;
	if (!room)
		return true;
	got = read(play->fd, play->queue + play->len, room);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n) {
		*data = play->queue + play->len;
		*n = (size_t)got;
	}
	/* half a sample stays half until its other half comes */
	play->read = play->read + (int64_t)(play->len % 2 + (size_t)got) / 2;
	play->len += (size_t)got;
	return got > 0;
}

static bool whole(const struct play *play)
{
	return play->len >= frame_bytes(play);
}

bool play_wants(const struct play *play)
{
	return play->fd >= 0 && !whole(play);
}

static void drop(struct play *play, size_t n)
{
	play->len -= n;
	memmove(play->queue, play->queue + n, play->len);
}

static bool silent(const uint8_t *data, size_t n)
{
	return !*data && !memcmp(data, data + 1, n - 1);
}

size_t play_unread(const struct play *play)
{
	int n = 0;

	if (play->fd < 0 || ioctl(play->fd, FIONREAD, &n) || n < 0)
		return 0;
	return (size_t)n;
}

/* the queue becomes one frame: its first ms fading, and silence */
static void fade(struct play *play)
{
	int16_t samples[SV_RATE_MAX / 1000 * SV_FRAME_MS] = { 0 };
	size_t n = play->frame * PLAY_FADE_MS / SV_FRAME_MS;

	if (n > play->len / sizeof *samples)
		n = play->len / sizeof *samples;
	memcpy(samples, play->queue, n * sizeof *samples);
	for (size_t i = 0; i < n; i++)
		samples[i] = (int16_t)(samples[i] * (int)(n - i) / (int)n);
	play->len = frame_bytes(play);
	memcpy(play->queue, samples, play->len);
}

void play_hush(struct play *play, size_t unread)
{
	uint8_t rest[4096];
	size_t before = play->len;
	ssize_t n = 1;

	/* in the middle of a sample nothing can be left out */
	if (play->fd < 0 || (before + unread) % 2)
		return;
	play_read(play, NULL, NULL);
	unread -= play->len - before < unread ? play->len - before : unread;
	while (unread && n > 0) {
		n = read(play->fd, rest,
		         unread < sizeof rest ? unread : sizeof rest);
		unread -= n > 0 ? (size_t)n : 0;
		play->read += n > 0 ? n / (ssize_t)sizeof(int16_t) : 0;
	}
	if (play->len >= sizeof(int16_t))
		fade(play);
}

/* A pipeline that was late once stays late by as much for the whole call,
 * each frame waiting behind the one before. Where it is silent it can catch
 * up, and nobody hears it; but for what is kept against its being late again. */
static void catch_up(struct play *play)
{
	size_t n = frame_bytes(play);

	while (play->len >= (size_t)(2 + play->spare) * n &&
	       silent(play->queue, 2 * n)) {
		drop(play, n);
		play->trimmed += (int64_t)play->frame;
	}
}

/* Silence in the middle of sound is a pipeline that was late: from now on more
 * of what it has ready is kept, and less again when it has been in time for
 * long. */
static void note_gap(struct play *play, enum play_next next,
                     const int16_t *samples, int64_t now_us)
{
	bool sound = next == PLAY_SOUND &&
	             !silent((const uint8_t *)samples, frame_bytes(play));

	if (next == PLAY_FILL && play->gap >= 0) {
		play->gap++;
	} else if (next == PLAY_SOUND || next == PLAY_TONE) {
		if (sound && play->gap > 0 && play->gap <= PLAY_SPARE_MAX) {
			play->spare += play->spare < PLAY_SPARE_MAX;
			play->calm_us = now_us;
		}
		play->gap = sound ? 0 : -1; /* a gap in silence is none */
	}
	if (now_us - play->calm_us < PLAY_CALM_US)
		return;
	play->spare -= play->spare > PLAY_SPARE_MIN;
	play->calm_us = now_us;
}

/* Takes a frame of the queue; at the sound's end it may be half a one. */
static bool take(struct play *play, int16_t *samples)
{
	size_t n = frame_bytes(play), some = n;

	if (play->fd < 0 && play->len < n)
		some = play->len / 2 * 2;
	if (!some || play->len < some)
		return false;
	memcpy(samples, play->queue, some);
	memset((char *)samples + some, 0, n - some);
	drop(play, some);
	if (play->fd < 0 && play->len < 2)
		play->len = 0;
	return true;
}

/* how late a frame may be for its sound */
static int64_t late_max_us(const struct play *play)
{
	return play->spoken ? PLAY_LATE_US : PLAY_START_US;
}

/* How long after it is due its sound is waited for: not at all for the first,
 * the line is open; nor when none will come. */
static int64_t patience_us(const struct play *play)
{
	return play->fd < 0 || !play->frames ? 0 : late_max_us(play);
}

/* what the frame has in it, once it may leave */
static enum play_next fill(struct play *play, int64_t late_us, int16_t *samples)
{
	bool wait = late_us < patience_us(play);

	if (tone_fill(&play->tone, samples, play->frame))
		return PLAY_TONE;
	catch_up(play);
	if (take(play, samples)) {
		play->spoken = true;
		return PLAY_SOUND;
	}
	if (wait)
		return PLAY_WAIT;
	memset(samples, 0, frame_bytes(play));
	return PLAY_FILL;
}

enum play_next play_next(struct play *play, int64_t now_us, int16_t *samples)
{
	int64_t late_us = now_us - due_us(play);
	enum play_next next = PLAY_WAIT;

	if (late_us > late_max_us(play) + PLAY_STALL_US) {
		memset(samples, 0, frame_bytes(play));
		play->missed++;
		next = PLAY_PAST;
	} else if (late_us >= -PLAY_EARLY_US) {
		next = fill(play, late_us, samples);
	}
	play->frames += next != PLAY_WAIT;
	note_gap(play, next, samples, now_us);
	return next;
}

int64_t play_wake_us(const struct play *play)
{
	int64_t due = due_us(play);

	if (whole(play) || play->tone.keys[0])
		return due - PLAY_EARLY_US;
	return due + patience_us(play);
}

int64_t play_queued(const struct play *play)
{
	return (int64_t)(play->len / sizeof(int16_t));
}

int64_t play_place(const struct play *play)
{
	return play->read - play_queued(play);
}
