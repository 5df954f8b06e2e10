/* media.c: the sound of a call, both ways */
#include <poll.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/capture/inside.h"

enum { BLOCK = SV_RATE_MAX / 1000 * SV_FRAME_MS };

/* --- from the caller --- */

static void watch_room(struct call *call)
{
	if (call->hear.backlog.len && call->hear.fd >= 0)
		sv_loop_watch(call->loop, call->hear.fd, POLLOUT, media_room,
		              call);
}

/* The pipeline no longer listens: that is its own affair, its end is not. */
static void not_heard(struct call *call)
{
	if (call->pipeline.fds[0] >= 0)
		sv_loop_unwatch(call->loop, call->pipeline.fds[0]);
	pipeline_shut(&call->pipeline, 0);
	call->hear.fd = -1;
}

int media_room(void *arg, short revents)
{
	struct call *call = arg;

	(void)revents;
	if (!hear_flush(&call->hear, sv_now_us()))
		not_heard(call);
	else if (!call->hear.backlog.len)
		sv_loop_unwatch(call->loop, call->hear.fd);
	return 0;
}

/* what the recording could not take is said once; it is over then */
static void recorded(struct call *call, int rc)
{
	if (rc)
		talk_error(call, rc, "recording");
}

/* a block at most, which may be changed */
static void hear_block(struct call *call, int16_t *samples, size_t n,
                       int64_t now_us)
{
	if (call->record)
		recorded(call, record_heard(call->record, samples, n));
	if (call->echo)
		echo_heard(call->echo, samples, n);
	if (call->hear.fd >= 0)
		trace_bytes(call->trace, 0, samples, n * sizeof *samples,
		            call->hear.clock);
	if (!hear_write(&call->hear, samples, n, now_us))
		not_heard(call);
}

/* samples NULL: silence */
static void hear_all(struct call *call, const int16_t *samples, size_t n,
                     int64_t now_us)
{
	int16_t block[BLOCK];

	while (n) {
		size_t some = n < BLOCK ? n : BLOCK;

		if (samples)
			memcpy(block, samples, some * sizeof *block);
		else
			memset(block, 0, some * sizeof *block);
		hear_block(call, block, some, now_us);
		if (samples)
			samples += some;
		n -= some;
	}
	watch_room(call);
}

static void tell_left_out(struct call *call)
{
	if (call->hear.excess && !call->told_excess) {
		call->told_excess = true;
		sv_fail(EX_DATAERR, "the far end's sound comes faster than it "
		                    "is spoken, or too late: some of it is "
		                    "left out");
		talk_error(call, EX_DATAERR, call->via->scheme);
	}
	if (call->hear.lost && !call->told_lost) {
		call->told_lost = true;
		sv_fail(EX_IOERR, "the pipeline does not read as fast as is "
		                  "spoken: it has missed some of it");
		talk_error(call, EX_IOERR, "the pipeline");
	}
}

int call_heard(struct call *call, const int16_t *samples, size_t n)
{
	int64_t now_us = sv_now_us();
	size_t skip, taken;

	if (call->phase > CALL_PARTING)
		return 0;
	hear_all(call, NULL, hear_gap(&call->hear, now_us), now_us);
	skip = hear_admit(&call->hear, now_us, n, &taken);
	hear_all(call, samples + skip, taken, now_us);
	tell_left_out(call);
	return 0;
}

void media_record(struct call *call)
{
	static const int16_t silence[BLOCK];

	/* what was sent when there was no recording yet */
	for (int64_t i = 0; i < call->play.frames; i++)
		recorded(call,
		         record_sent(call->record, silence, call->play.frame));
}

void media_end(struct call *call)
{
	int64_t now_us = sv_now_us();
	int64_t sent = call->play.frames * (int64_t)call->play.frame;
	size_t gap = hear_behind(&call->hear, now_us);

	/* a frame leaves up to 20 ms early: it was sent, and is recorded */
	if (sent > call->hear.clock + (int64_t)gap)
		gap = (size_t)(sent - call->hear.clock);
	if (!call->facts.silent)
		hear_all(call, NULL, gap, now_us);
}

/* --- to the caller --- */

static bool is_silence(const int16_t *samples, size_t n)
{
	return !*samples &&
	       !memcmp(samples, samples + 1, (n - 1) * sizeof *samples);
}

static void send_frame(struct call *call, enum play_next what,
                       const int16_t *samples)
{
	size_t n = call->play.frame;
	bool silence = what != PLAY_TONE && is_silence(samples, n);
	int rc = 0;

	if (what != PLAY_PAST && call->via->send)
		rc = call->via->send(call->transport, samples, n);
	if (call->record)
		recorded(call, record_sent(call->record, samples, n));
	if (call->echo)
		echo_sent(call->echo, samples, n);
	if (what == PLAY_SOUND)
		route_sent(&call->route, play_place(&call->play), silence,
		           sv_now_us());
	if (what == PLAY_SOUND && call->phase == CALL_PARTING)
		call->left -= (int64_t)n;
	if (rc) {
		talk_error(call, rc, call->via->scheme);
		part_over(call, "error");
	}
}

/* whether the farewell was heard */
static bool played_out(const struct call *call)
{
	return call->phase == CALL_PARTING && call->left <= 0 &&
	       !call->play.tone.keys[0] &&
	       !(call->via->pressing && call->via->pressing(call->transport));
}

static void send_due(struct call *call)
{
	int16_t samples[BLOCK];
	enum play_next what = PLAY_FILL;

	while (what != PLAY_WAIT && call->phase <= CALL_PARTING) {
		what = play_next(&call->play, sv_now_us(), samples);
		if (what != PLAY_WAIT)
			send_frame(call, what, samples);
		if (played_out(call))
			part_leave(call);
	}
}

static void watch_sound(struct call *call)
{
	int fd = call->play.fd;

	if (fd < 0)
		return;
	if (call->phase > CALL_PARTING || play_wants(&call->play))
		sv_loop_watch(call->loop, fd, POLLIN, media_sound, call);
	else
		sv_loop_unwatch(call->loop, fd);
}

int media_run(struct call *call)
{
	int64_t next_ms = sv_now_ms() + IDLE_MS;

	if (call->phase <= CALL_PARTING && !call->facts.silent) {
		size_t gap = hear_gap(&call->hear, sv_now_us());

		hear_all(call, NULL, gap, sv_now_us());
		send_due(call);
	}
	part_watch(call);
	watch_sound(call);
	if (call->phase <= CALL_PARTING && !call->facts.silent)
		next_ms = (play_wake_us(&call->play) + 999) / 1000;
	if (call->route.more && !call->stuck_ms)
		next_ms = sv_now_ms();
	sv_loop_arm(call->loop, &call->tick, next_ms);
	return 0;
}

/* what is there of the pipeline's sound; what nobody will hear is read all the
 * same, so that who makes it can come to its end */
static void read_sound(struct call *call)
{
	const uint8_t *data = NULL;
	size_t n = 0;
	bool more;

	if (call->phase > CALL_PARTING)
		call->play.len = 0;
	more = play_read(&call->play, &data, &n);
	trace_bytes(call->trace, 1, data, n, call->hear.clock);
	if (more)
		return;
	sv_loop_unwatch(call->loop, call->play.fd);
	call->play.fd = -1;
	pipeline_shut(&call->pipeline, 1);
	/* who never spoke listens, and need not speak */
	if (call->play.read)
		part_pipeline_ends(call);
}

int media_sound(void *arg, short revents)
{
	(void)revents;
	read_sound(arg);
	return media_run(arg);
}

/* A frame is ready: how much is there behind it tells whether to catch up. */
static int on_tick(void *arg)
{
	struct call *call = arg;

	if (call->play.fd >= 0 && !play_wants(&call->play))
		read_sound(call);
	if (call->route.more)
		command_events(call);
	return media_run(call);
}

/* The place in the pipeline's sound where what it writes from now on begins,
 * or began a moment ago: the event that asks was written just before. */
static int64_t place(void *arg)
{
	struct call *call = arg;

	return call->play.read +
	       (int64_t)(play_unread(&call->play) / sizeof(int16_t)) -
	       (int64_t)call->play.frame;
}

static int64_t now_ms(void *arg)
{
	return call_now_ms(arg);
}

void media_open(struct call *call)
{
	int64_t now_us = sv_now_us();

	call->tick = (struct sv_timer){ .fire = on_tick, .arg = call };
	hear_init(&call->hear, call->facts.rate_hz, now_us);
	play_init(&call->play, -1, call->facts.rate_hz, now_us);
	call->play.frames = call->facts.begun;
	if (call->config->echo_guard && !call->facts.silent)
		call->echo = echo_new(call->facts.rate_hz);
	call->route.place = place;
	call->route.now_ms = now_ms;
}

int64_t call_now_ms(const struct call *call)
{
	return call->facts.silent ? sv_now_ms() - call->start_ms
	                          : hear_ms(&call->hear);
}
