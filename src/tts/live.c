/* live.c: the loop between what is to be said and the sound */
#include "src/tts/live.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/loop.h"
#include "lib/pcm.h"

#include "src/tts/desk.h"
#include "src/tts/pace.h"
#include "src/tts/player.h"
#include "src/tts/source.h"

/* A pipe that poll(2) calls writable takes a page without blocking. */
enum { CHUNK = 4096 / sizeof(int16_t), AHEAD = 1 };

/* no call is as long: its t is none */
enum { DAYS_MS = 1 << 30 };

struct live {
	const struct tts_stage *stage;
	struct tts_source *source;
	struct tts_desk desk;
	struct tts_calls calls;
	struct tts_player player;
	struct tts_pace pace;
	struct sv_loop *loop;
	struct sv_timer timer;
	size_t made; /* samples, when an engine let us breathe last */
	int failed;  /* to write the sound, */
	char *why;
};

/* The reader of the sound has left, or its disk is full: what waits was not
 * heard. While somebody reads the events they are passed on to their end: the
 * outcome of the call is among them. */
static int go_mute(struct live *live)
{
	live->desk.mute = true;
	tts_player_cancel_all(&live->player);
	live->player.tail_n = live->player.tail_at = 0;
	sv_loop_disarm(live->loop, &live->timer);
	sv_loop_unwatch(live->loop, live->stage->sound);
	if (live->player.rc)
		return live->player.rc;
	return live->stage->heard ? 0 : SV_GONE;
}

static int put(struct live *live, const int16_t *samples, size_t n)
{
	int rc = sv_pcm_write(live->stage->sound, samples, n,
	                      live->stage->sound_name);

	if (!rc)
		return 0;
	if (rc != SV_GONE && !live->failed) {
		live->failed = rc;
		live->why = sv_strdup(sv_why());
	}
	return go_mute(live);
}

/* bytes in a pipe that its reader has not taken; 0 where that is unknown */
static int64_t unread(const struct live *live)
{
	int n = 0;

	if (ioctl(live->stage->sound, FIONREAD, &n) < 0 || n < 0)
		return 0;
	return n / (int64_t)sizeof(int16_t);
}

static bool writable(const struct live *live)
{
	struct pollfd out = { .fd = live->stage->sound, .events = POLLOUT };

	return poll(&out, 1, 0) > 0;
}

static int put_frame(struct live *live)
{
	int16_t frame[SV_RATE_MAX * SV_FRAME_MS / 1000];
	size_t n = (size_t)sv_samples(SV_FRAME_MS, live->player.rate_hz);
	size_t given = tts_player_fill(&live->player, frame, n);

	memset(frame + given, 0, (n - given) * sizeof(*frame));
	tts_player_silence(&live->player, n - given);
	return live->player.rc ? live->player.rc : put(live, frame, n);
}

/* the frames that are due by now, with that lead */
static int put_due(struct live *live, int64_t lead)
{
	int64_t frame = sv_samples(SV_FRAME_MS, live->player.rate_hz);
	int64_t missed, due;
	int rc = 0;

	live->pace.lead = lead;
	due = tts_pace_due(&live->pace, sv_now_us(), unread(live), &missed);
	tts_player_silence(&live->player, (size_t)missed);
	for (; !rc && due >= frame && !live->desk.mute && writable(live);
	     due -= frame)
		rc = put_frame(live);
	/* a pipe may be small: what does not fit is late, so it is missed */
	tts_player_silence(&live->player, (size_t)due);
	return rc;
}

/* What is said goes ahead by the lead; silence by a frame, for what is said
 * next would have to wait behind it. */
static int keep_pace(struct live *live)
{
	int64_t frame = sv_samples(SV_FRAME_MS, live->player.rate_hz);
	int64_t most = sv_samples(live->player.lead_ms, live->player.rate_hz);
	int64_t lead = most < frame ? most : frame;
	int rc = 0;

	if (!live->desk.mute)
		rc = put_due(live, lead);
	while (!rc && !live->desk.mute && lead < most &&
	       tts_player_speaks(&live->player, (size_t)frame)) {
		lead = lead + frame < most ? lead + frame : most;
		rc = put_due(live, lead);
	}
	return rc;
}

/* By the call's clock: the frames until then, with what is played in them
 * made as it is needed, however long that takes; then our own clock event. */
static int on_clock(void *arg, const struct sv_event *event)
{
	struct live *live = arg;
	int64_t frame = sv_samples(SV_FRAME_MS, live->player.rate_hz);
	int64_t missed = 0, due;
	int rc = 0;

	due = event->t < DAYS_MS
	              ? tts_pace_due(&live->pace, event->t * 1000, 0, &missed)
	              : 0;
	tts_player_silence(&live->player, (size_t)missed);
	for (; !rc && due >= frame; due -= frame) {
		rc = tts_player_prepare(&live->player, AHEAD);
		if (!rc) /* one a call */
			rc = tts_player_prepare(&live->player, AHEAD);
		if (!rc && !live->desk.mute)
			rc = put_frame(live);
	}
	return rc ? rc
	          : tts_report(event->call, event->t, "clock", json_object());
}

/* Hands on what was read: all of it in real time; else until there is
 * something to say, which comes before the next event. *all: there is no
 * more. */
static int take_in(struct live *live, bool *all)
{
	int n = 1, rc = 0;

	while (n > 0 && (live->player.paced || !tts_player_busy(&live->player)))
		n = tts_source_next(live->source, &rc);
	*all = n == 0;
	return rc;
}

static int on_input(void *arg, short revents);

static int on_output(void *arg, short revents);

/* What to wait for next; nothing, when all was said. Without --pace either
 * for a reader of the sound or for an event, never for both. */
static void attend(struct live *live)
{
	bool busy = tts_player_busy(&live->player);
	bool writing = busy && !live->player.paced;
	int in = tts_source_fd(live->source);

	if (writing)
		sv_loop_watch(live->loop, live->stage->sound, POLLOUT,
		              on_output, live);
	else
		sv_loop_unwatch(live->loop, live->stage->sound);
	if (in >= 0 && !writing)
		sv_loop_watch(live->loop, in, POLLIN, on_input, live);
	else
		sv_loop_unwatch(live->loop, STDIN_FILENO);
	if (in < 0 && (!busy || live->desk.mute))
		sv_loop_stop(live->loop);
}

/* After each thing that happened: hand on, make what is played next. A prompt
 * that no engine can speak is gone by then, and the next event's turn comes. */
static int settle(struct live *live)
{
	bool all = false;
	int rc = 0;

	while (!rc && !all) {
		rc = take_in(live, &all);
		/* nobody is left who could resume it */
		if (!rc && tts_source_ended(live->source) &&
		    live->player.paused)
			tts_player_cancel_all(&live->player);
		if (!rc)
			rc = tts_player_prepare(&live->player,
			                        live->player.paced ? AHEAD : 0);
		all |= tts_player_busy(&live->player);
	}
	if (!rc)
		attend(live);
	return rc;
}

static int on_input(void *arg, short revents)
{
	struct live *live = arg;
	int rc = tts_source_fill(live->source);

	(void)revents;
	if (!rc)
		rc = settle(live);
	/* what is ready to be said need not wait for the next tick */
	if (!rc && live->timer.armed)
		rc = keep_pace(live);
	return rc;
}

static int on_output(void *arg, short revents)
{
	struct live *live = arg;
	int16_t chunk[CHUNK];
	size_t n = tts_player_fill(&live->player, chunk, CHUNK);
	int rc = live->player.rc;

	(void)revents;
	if (!rc && n)
		rc = put(live, chunk, n);
	return rc ? rc : settle(live);
}

static int on_tick(void *arg)
{
	struct live *live = arg;
	int64_t now = sv_now_ms();
	int rc = keep_pace(live);

	if (!rc)
		tts_chain_tend(live->player.chain);
	if (!rc && !live->desk.mute)
		sv_loop_arm(live->loop, &live->timer,
		            now + SV_FRAME_MS - now % SV_FRAME_MS);
	return rc ? rc : settle(live);
}

static bool signalled(void)
{
	sigset_t pending;

	return !sigpending(&pending) && (sigismember(&pending, SIGTERM) ||
	                                 sigismember(&pending, SIGINT));
}

static int on_stop(void *arg);

/* While an engine is at work: the frames that are due, and what the dialog
 * wants. */
static int breathe(void *arg)
{
	struct live *live = arg;
	struct pollfd in = { .fd = tts_source_fd(live->source),
		             .events = POLLIN };
	bool all;
	int rc = 0;

	/* SIGTERM waits until our own loop goes on, which it does when the
	 * engine is told to stop */
	if (signalled())
		return on_stop(live);
	if (in.fd >= 0 && poll(&in, 1, 0) > 0)
		rc = tts_source_fill(live->source);
	if (!rc)
		rc = take_in(live, &all);
	return rc ? rc : keep_pace(live);
}

/* The same without --pace: what there is of the sound is written while the
 * rest is made, a page at a time, or what there is when the engine waits. */
static int pour(void *arg)
{
	struct live *live = arg;
	const struct tts_say *say = live->player.making;
	size_t made = say ? say->pieces[say->now].sound.n : 0;
	bool waits = made == live->made;
	int16_t chunk[CHUNK];
	size_t n = CHUNK;
	int rc = 0;

	live->made = made;
	if (say != live->player.first)
		return 0;
	while (!rc && n && !live->desk.mute && writable(live) &&
	       (waits || tts_player_speaks(&live->player, CHUNK))) {
		n = tts_player_fill(&live->player, chunk, CHUNK);
		rc = live->player.rc;
		if (!rc && n)
			rc = put(live, chunk, n);
	}
	return rc;
}

static int on_stop(void *arg)
{
	struct live *live = arg;

	tts_source_stop(live->source);
	/* in real time nobody waits for a minute of speech to end */
	if (live->player.paced)
		tts_player_cancel_all(&live->player);
	return live->player.rc ? live->player.rc : settle(live);
}

static int run(struct live *live, const struct tts_config *config)
{
	int rc = 0;

	if (config->pace || config->by_call) {
		live->player.paced = true;
		live->player.lead_ms = config->lead_ms;
		tts_pace_init(&live->pace, config->rate_hz, config->lead_ms,
		              config->by_call ? 0 : sv_now_us());
	}
	if (config->by_call) {
		live->desk.clock = on_clock;
		live->desk.arg = live;
		rc = settle(live);
	} else if (config->pace) {
		live->player.breathe = breathe;
		live->player.arg = live;
		live->timer.fire = on_tick;
		live->timer.arg = live;
		rc = on_tick(live);
	} else {
		live->player.breathe = pour;
		live->player.arg = live;
		rc = settle(live);
	}
	sv_loop_on_stop(live->loop, on_stop, live);
	return rc ? rc : sv_loop_run(live->loop);
}

int tts_live_run(const struct tts_config *config, struct tts_chain *chain,
                 const struct tts_stage *stage, char **words, int n)
{
	struct live live = { .stage = stage };
	int rc;

	live.loop = sv_loop_new();
	tts_player_init(&live.player, chain, &live.calls, config->rate_hz);
	live.desk = (struct tts_desk){ .config = config,
		                       .player = &live.player,
		                       .calls = &live.calls };
	live.source = tts_source_new(&live.desk, words, n);
	rc = run(&live, config);
	if (live.failed && rc <= 0)
		rc = sv_fail(live.failed, "%s", live.why);
	free(live.why);
	tts_player_release(&live.player);
	tts_source_free(live.source);
	tts_calls_release(&live.calls);
	sv_loop_free(live.loop);
	return rc;
}
