/*
 * echo_path.c: by which delay, and how much weaker, our voice comes back
 *
 * An echo is never softer than what was sent, so much later and so much
 * weaker: whenever we are loud, it is there. Each delay is asked how well the
 * loudness of what came in followed that of what was sent (correlation, in
 * dB), and by how many dB it was weaker most often. Somebody who talks at the
 * same time follows nothing; he makes the one delay that is right less sharp,
 * yet leaves it the sharpest.
 */
#include "src/capture/echo_path.h"

#include <math.h>

enum {
	EVERY = 5,  /* frames between two looks for the sharpest */
	AHEAD = 10, /* frames we may be ahead of what is heard */
	NEAR = 4,   /* frames of a pause too short to be one */
	BAND = 6,   /* bins that belong to one weakening */
};

#define ACTIVE_DB (-50.0f) /* what is sent and softer makes no echo */
#define LEAST_DB (-60.0f)  /* softer than this is as good as silence */
#define LOUD_DB 20.0f      /* below our loudest: still tells the weakening, */
#define FADE_DB 0.05f      /* which is forgotten by so much a frame */
#define NEAREST_DB 10.0f   /* an echo louder than what was sent, at most */

/* The memory of a delay: so much of it is kept from frame to frame (4 s), and
 * so many loud frames are the least to judge by (0.6 s). */
#define KEPT 0.995f
#define LEAST 30.0f

/* What makes an echo of the sharpest delay, and what ends it; and the share of
 * loud frames with one weakening. Of two voices that have nothing to do with
 * each other, 400 minutes gave no delay as sharp as 0.6. */
#define FOUND 0.65f
#define LOST 0.5f
#define SHARE 0.45f

void echo_path_init(struct echo_path *path)
{
	*path = (struct echo_path){ .next = ECHO_RING,
		                    .now = ECHO_RING,
		                    .loudest_db = ECHO_SILENCE_DB };
}

bool echo_path_busy(const struct echo_path *path)
{
	return path->now < path->active + ECHO_LAGS;
}

static float sent_at(const struct echo_path *path, int64_t at, bool near)
{
	const struct echo_frame *frame = &path->sent[at % ECHO_RING];

	if (frame->at != at)
		return ECHO_SILENCE_DB;
	return near ? frame->near_db : frame->db;
}

/* A frame of ours is complete. We may have been silent, and not have counted
 * it; and frames go out a little early or late. */
void echo_path_sent(struct echo_path *path, float db)
{
	float near_db = db;

	if (path->next < path->now || path->next > path->now + AHEAD)
		path->next = path->now;
	for (int i = 1; i <= NEAR; i++)
		near_db = fmaxf(near_db, sent_at(path, path->next - i, false));
	path->sent[path->next % ECHO_RING] =
		(struct echo_frame){ path->next, db, near_db };
	if (db >= ACTIVE_DB) {
		path->active = path->next;
		path->loudest_db = fmaxf(path->loudest_db - FADE_DB, db);
	}
	path->next++;
}

/* The loudest of ours that may be in this frame after that delay: frames begin
 * where they like, and an echo is no single one. */
static float sent_around(const struct echo_path *path, int lag)
{
	int64_t at = path->now - lag;

	return fmaxf(sent_at(path, at, false),
	             fmaxf(sent_at(path, at - 1, false),
	                   sent_at(path, at + 1, false)));
}

/* what this frame tells of a delay */
static void learn_lag(struct echo_path *path, int i, float db)
{
	struct echo_lag *lag = &path->lags[i];
	float sent_db = sent_at(path, path->now - i, false);
	float around_db = sent_around(path, i);
	int bin = (int)(NEAREST_DB + around_db - db);

	if (sent_at(path, path->now - i, true) < ACTIVE_DB)
		return;
	sent_db = fmaxf(sent_db, LEAST_DB);
	lag->n = KEPT * lag->n + 1;
	lag->sent = KEPT * lag->sent + sent_db;
	lag->heard = KEPT * lag->heard + db;
	lag->sent2 = KEPT * lag->sent2 + sent_db * sent_db;
	lag->heard2 = KEPT * lag->heard2 + db * db;
	lag->both = KEPT * lag->both + sent_db * db;
	if (around_db < path->loudest_db - LOUD_DB)
		return;
	lag->loud = KEPT * lag->loud + 1;
	for (int k = 0; k < ECHO_BINS; k++)
		lag->weaker[k] *= KEPT;
	if (bin >= 0 && bin < ECHO_BINS)
		lag->weaker[bin]++;
}

/* how well what was heard follows what was sent: -1 to 1 */
static float sharpness(const struct echo_lag *lag)
{
	float sent = lag->sent2 * lag->n - lag->sent * lag->sent;
	float heard = lag->heard2 * lag->n - lag->heard * lag->heard;
	float both = lag->both * lag->n - lag->sent * lag->heard;

	/* a noise that varies by less than a dB follows nothing */
	if (lag->loud < LEAST || sent < lag->n * lag->n ||
	    heard < lag->n * lag->n)
		return 0;
	return both / sqrtf(sent * heard);
}

/* the weakening most often met, and its share */
static float weakening(const struct echo_lag *lag, float *weaker_db)
{
	float sum = 0;
	float most = 0;
	int best = 0;

	for (int i = 0; i < ECHO_BINS; i++) {
		sum += lag->weaker[i] - (i >= BAND ? lag->weaker[i - BAND] : 0);
		if (sum > most) {
			most = sum;
			best = i;
		}
	}
	*weaker_db = NEAREST_DB - (float)best - 0.5f + BAND / 2.0f;
	return lag->loud > 0 ? most / lag->loud : 0;
}

/* Which delay is the sharpest, and is it sharp? */
static void find_lag(struct echo_path *path)
{
	float best = 0;
	float weaker_db;
	float share;

	for (int i = 0; i < ECHO_LAGS; i++) {
		float sharp = sharpness(&path->lags[i]);

		if (sharp > best) {
			best = sharp;
			path->lag = i;
		}
	}
	share = weakening(&path->lags[path->lag], &weaker_db);
	path->found = best >= (path->found ? LOST : FOUND) &&
	              share >= (path->found ? SHARE / 2 : SHARE);
	path->weaker_db = weaker_db;
}

void echo_path_heard(struct echo_path *path, float db, float floor_db)
{
	if (echo_path_busy(path)) {
		for (int i = 0; i < ECHO_LAGS; i++)
			learn_lag(path, i, fmaxf(db, floor_db));
		if (path->now % EVERY == 0)
			find_lag(path);
	}
	path->now++;
}

float echo_path_expect(const struct echo_path *path)
{
	return sent_around(path, path->lag) + path->weaker_db;
}
