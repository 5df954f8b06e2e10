/* eagi: a call that Asterisk starts us for: AGI on 0 and 1, sound on 3 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"
#include "lib/ulid.h"

#include "src/capture/agi_link.h"
#include "src/capture/call.h"
#include "src/capture/eagi_greet.h"
#include "src/capture/fifo.h"
#include "src/capture/guard.h"
#include "src/capture/transport.h"

enum {
	LEAVE_MS = 500,      /* for what is still playing */
	AGAIN_MS = 100,      /* agi_interrupt() is said again so often */
	LOOK_MS = 5,         /* whether Asterisk has begun to play */
	BRIEF_PLAY_MS = 100, /* played for less: it cannot be played */
	FAILURES_MAX = 3,
};

struct transport {
	struct call *call;
	struct agi_link link;
	struct eagi_fds fds;
	int leash;
	struct eagi_format format;
	char *base; /* the voice's path without its suffix */
	struct sv_pcm_in pcm;
	struct fifo voice;
	int64_t played_ms; /* when it was last begun */
	int failures;      /* in a row to play it */
	int64_t left_ms;   /* when we began to leave; 0: we stay */
	bool over;
	struct sv_timer hush;
};

/* --- the end --- */

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void stop(struct transport *eagi)
{
	struct sv_loop *loop = call_loop(eagi->call);

	eagi->over = true;
	sv_loop_disarm(loop, &eagi->hush);
	if (eagi->fds.sound >= 0)
		sv_loop_unwatch(loop, eagi->fds.sound);
	agi_link_part(&eagi->link);
	fifo_close(&eagi->voice);
	shut(&eagi->fds.sound);
	shut(&eagi->fds.in);
	shut(&eagi->fds.out);
	guard_release(&eagi->leash);
}

/* Asterisk has the caller back, whatever the pipeline still has to do. */
static int end(struct transport *eagi, const char *reason)
{
	if (eagi->over)
		return 0;
	stop(eagi);
	return call_heard_end(eagi->call, reason);
}

static int hung_up(void *arg)
{
	return end(arg, "hangup");
}

static int agi_heard(void *arg)
{
	struct transport *eagi = arg;

	return agi_hung_up(eagi->link.agi) ? end(eagi, "hangup") : 0;
}

/* --- our voice --- */

static int play(struct transport *eagi);

static int unplayable(struct transport *eagi)
{
	int rc;

	sv_fail(EX_UNAVAILABLE,
	        "Asterisk does not play %s.%s: has it format_sln, and may it "
	        "read there?",
	        eagi->base, eagi->format.suffix);
	sv_warn("%s", sv_why());
	rc = call_heard_event(eagi->call, "error",
	                      json_pack("{ss si ss}", "reason", sv_why(),
	                                "code", EX_UNAVAILABLE, "source",
	                                "eagi"));
	return rc ? rc : end(eagi, "error");
}

/* It could not be played: because the caller has left? */
static int status(void *arg, const struct agi_reply *reply)
{
	struct transport *eagi = arg;

	if (eagi->over)
		return 0;
	if (reply->code != 200 || strcmp(reply->result, "6") != 0)
		return end(eagi, "hangup");
	if (++eagi->failures < FAILURES_MAX)
		return play(eagi);
	return unplayable(eagi);
}

static int ask(struct transport *eagi, const char *const words[],
               int (*done)(void *arg, const struct agi_reply *reply))
{
	int rc = agi_ask(eagi->link.agi, words, done, eagi);

	return rc ? rc : agi_link_push(&eagi->link);
}

static int ask_status(struct transport *eagi)
{
	return ask(eagi, (const char *const[]){ "CHANNEL", "STATUS", NULL },
	           status);
}

static int played(void *arg, const struct agi_reply *reply)
{
	struct transport *eagi = arg;
	long key = strtol(reply->result, NULL, 10);
	int rc = 0;

	fifo_close(&eagi->voice);
	if (eagi->over)
		return 0;
	if (key > 0 && key < 128)
		rc = call_heard_dtmf(eagi->call, (char)key, 0);
	if (rc || eagi->over || eagi->left_ms)
		return rc;
	if (reply->code != 200 || key < 0 ||
	    (!key && sv_now_ms() - eagi->played_ms < BRIEF_PLAY_MS))
		return ask_status(eagi);
	eagi->failures = 0;
	return play(eagi);
}

/* Any key ends it and is told by it; then we go on. */
static int play(struct transport *eagi)
{
	char *path = sv_format("%s.%s", eagi->base, eagi->format.suffix);
	int rc = fifo_open(&eagi->voice, path, eagi->format.rate_hz);

	free(path);
	if (rc)
		return rc;
	eagi->played_ms = sv_now_ms();
	return ask(eagi,
	           (const char *const[]){ "STREAM", "FILE", eagi->base,
	                                  "0123456789*#ABCD", NULL },
	           played);
}

static int eagi_send(struct transport *eagi, const int16_t *samples, size_t n)
{
	fifo_write(&eagi->voice, samples, n, sv_now_us());
	return 0;
}

/* --- the caller's --- */

static int sound_ready(void *arg, short revents)
{
	struct transport *eagi = arg;
	int16_t samples[4096];
	ssize_t n;

	(void)revents;
	n = sv_pcm_read(&eagi->pcm, samples, sizeof samples / sizeof *samples);
	if (n > 0)
		return call_heard(eagi->call, samples, (size_t)n);
	if (n < 0) /* nothing, or half a sample */
		return 0;
	return end(eagi, "hangup");
}

/* --- the beginning --- */

/* We leave: what was asked to be played is begun, for a file that is not found
 * would be our failure; then it ends by itself, or else is made to. */
static int hush(void *arg)
{
	struct transport *eagi = arg;
	int64_t now_ms = sv_now_ms(), wait_ms = AGAIN_MS;

	if (!eagi->voice.open) {
		agi_interrupt(eagi->link.agi);
	} else if (fifo_taken(&eagi->voice, sv_now_us()) ||
	           now_ms >= eagi->left_ms + LEAVE_MS) {
		fifo_close(&eagi->voice);
		wait_ms = LEAVE_MS;
	} else {
		wait_ms = LOOK_MS;
	}
	sv_loop_arm(call_loop(eagi->call), &eagi->hush, now_ms + wait_ms);
	return agi_link_push(&eagi->link);
}

static void eagi_close(struct transport *eagi)
{
	if (!eagi)
		return;
	sv_loop_on_signal(call_loop(eagi->call), SIGHUP, NULL, NULL);
	stop(eagi);
	agi_link_release(&eagi->link);
	free(eagi->base);
	free(eagi);
}

static int begin(struct transport *eagi, struct call_facts *facts)
{
	struct sv_loop *loop = call_loop(eagi->call);
	char *channel;
	int rc;

	agi_link_init(&eagi->link, eagi->fds.in, eagi->fds.out);
	rc = eagi_greet(&eagi->link, &eagi->format);
	if (rc)
		return rc;
	sv_ulid(facts->id);
	agi_link_facts(&eagi->link, facts);
	facts->rate_hz = eagi->format.rate_hz;
	channel = agi_link_get(&eagi->link, "agi_channel");
	facts->more = json_pack("{ss}", "channel", channel);
	free(channel);
	eagi->base = eagi_voice(facts->id);
	fcntl(eagi->fds.sound, F_SETFL,
	      fcntl(eagi->fds.sound, F_GETFL) | O_NONBLOCK);
	sv_pcm_in_init(&eagi->pcm, eagi->fds.sound, "eagi");
	sv_loop_watch(loop, eagi->fds.sound, POLLIN, sound_ready, eagi);
	agi_link_join(&eagi->link, loop, agi_heard, eagi);
	rc = eagi_tell(&eagi->link, facts->id);
	return rc ? rc : play(eagi);
}

static int eagi_open(struct transport **made, struct call *call,
                     const struct arrival *arrival, struct call_facts *facts)
{
	struct transport *eagi = sv_alloc(sizeof *eagi);
	int rc;

	(void)arrival; /* brings nothing: it is all on our descriptors */
	*eagi = (struct transport){ .call = call,
		                    .fds = { -1, -1, -1 },
		                    .leash = -1 };
	eagi->hush = (struct sv_timer){ .fire = hush, .arg = eagi };
	sv_loop_on_signal(call_loop(call), SIGHUP, hung_up, eagi);
	rc = eagi_take(&eagi->fds);
	if (!rc)
		rc = guard_start(
			&eagi->leash,
			(int[]){ eagi->fds.in, eagi->fds.out, eagi->fds.sound },
			3);
	if (!rc)
		rc = begin(eagi, facts);
	if (rc) {
		shut(&eagi->leash); /* the guard ends as we do */
		eagi_close(eagi);
		return rc;
	}
	*made = eagi;
	return 0;
}

/* --- leaving --- */

static int handed_over(void *arg, const struct agi_reply *reply)
{
	(void)reply;
	return end(arg, "handoff");
}

static int put_down(void *arg, const struct agi_reply *reply)
{
	(void)reply;
	return end(arg, "hangup");
}

/* What is written is still played; the variables are set behind it. */
static int eagi_leave(struct transport *eagi,
                      const struct call_farewell *farewell)
{
	bool hangup = farewell->ending == CALL_HANGUP;
	int rc;

	eagi->left_ms = sv_now_ms();
	sv_loop_arm(call_loop(eagi->call), &eagi->hush, eagi->left_ms);
	rc = agi_link_farewell(&eagi->link, farewell,
	                       hangup ? NULL : handed_over, eagi);
	if (!rc && hangup)
		rc = ask(eagi, (const char *const[]){ "HANGUP", NULL },
		         put_down);
	return rc;
}

const struct capture_transport eagi_transport = {
	.scheme = "eagi",
	.about = "run by Asterisk's EAGI(): AGI on 0 and 1, sound on 3",
	.open = eagi_open,
	.close = eagi_close,
	.send = eagi_send,
	.leave = eagi_leave,
};
