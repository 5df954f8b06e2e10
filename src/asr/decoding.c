/* decoding.c: a recording is heard, by lines or as a whole */
#include "src/asr/decoding.h"

#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"

#include "src/asr/line.h"
#include "src/asr/spent.h"
#include "src/asr/whole.h"

enum {
	BLOCK = 4096, /* frames read at a time */

	/* a service that fails is asked so often again, after this time and
	 * four times that */
	AGAIN = 2,
	AGAIN_MS = 1000,
};

/* the sink of a line */
static int hear(void *arg, int64_t t, const char *type, json_t *fields)
{
	struct decoding *decoding = arg;

	return store_add(&decoding->store, t, type, fields);
}

static int tell_progress(struct decoding *decoding, int64_t got)
{
	const struct recording_sink *sink = &decoding->recording->sink;
	int64_t all = decoding->frames * decoding->channels;

	if (decoding->frames <= 0)
		return sink->progress(sink->arg, 0);
	got += decoding->frames * decoding->channel;
	return sink->progress(sink->arg,
	                      (int)(got >= all ? 1000 : got * 1000 / all));
}

/* the sound from its beginning, one channel of it, into the line */
static int feed(struct decoding *decoding, struct asr_line *line,
                struct sv_sound *sound)
{
	int16_t *samples =
		sv_calloc(BLOCK * (size_t)decoding->channels, sizeof *samples);
	int64_t got = 0;
	size_t n;
	int rc = 0;

	while (!rc && (n = sv_sound_read(sound, samples, BLOCK))) {
		sv_sound_channel(samples, n, decoding->channels,
		                 decoding->channel, samples);
		rc = asr_line_feed(line, samples, n);
		got += (int64_t)n;
		if (!rc)
			rc = tell_progress(decoding, got);
	}
	free(samples);
	if (!rc)
		rc = asr_line_finish(line);
	decoding->duration_ms =
		sv_samples_ms(got, sv_sound_info(sound)->rate_hz);
	return rc;
}

static int decode_channel(struct decoding *decoding, struct sv_sound *sound)
{
	const struct recording *recording = decoding->recording;
	struct asr_line_setup setup = {
		.config = recording->config,
		.loaded = &decoding->chain,
		.rate_hz = sv_sound_info(sound)->rate_hz,
		.channel = decoding->channel,
		.speaker =
			recording_speaker(recording->config, decoding->channels,
		                          decoding->channel),
		.sink = { decoding, hear },
		.loop = decoding->loop,
		.call = recording->call,
	};
	struct asr_line *line;
	int rc;

	/* Kaldi adds noise from rand() to the sound: the same recording is to
	 * give the same words, whatever its worker did before. */
	srand(1);
	rc = asr_line_new(&line, &setup);
	if (!rc)
		rc = feed(decoding, line, sound);
	asr_line_free(line);
	/* A recogniser leaves tens of MB free but in pieces: without this they
	 * stay this worker's for good. */
	malloc_trim(0);
	if (!rc && sv_sound_check(sound) && !decoding->bad) {
		decoding->bad = true;
		decoding->why = sv_strdup(sv_why());
	}
	return rc;
}

/* opens it again for each channel but the first, for which it is open */
static int decode_all(struct decoding *decoding, struct sv_sound *sound)
{
	const struct recording *recording = decoding->recording;
	int rc = 0;

	for (decoding->channel = 0; decoding->channel < decoding->channels;
	     decoding->channel++) {
		if (!sound)
			rc = sv_sound_open(&sound, recording->path,
			                   recording->config->raw);
		if (!rc)
			rc = decode_channel(decoding, sound);
		sv_sound_close(sound);
		sound = NULL;
		if (rc)
			break;
	}
	return rc;
}

/* --- by whom --- */

static bool has_service(const struct asr_loaded *chain)
{
	size_t i = 0;

	while (i < chain->n && !chain->links[i].engine->remote)
		i++;
	return i < chain->n;
}

/* A service that is out of reach may be back soon: a second and a third try,
 * later and later, by chance not all at once. */
static bool try_again(const struct decoding *decoding, int rc, int tries)
{
	const int64_t wait_ms = (int64_t)AGAIN_MS << (2 * tries);

	if ((rc != EX_TEMPFAIL && rc != EX_UNAVAILABLE) || tries == AGAIN ||
	    !has_service(&decoding->chain))
		return false;
	poll(NULL, 0, (int)(wait_ms - sv_now_us() % (wait_ms / 4)));
	return true;
}

/* by lines, each utterance by who can be had of the chain */
static int hear_lines(struct decoding *decoding, struct sv_sound *sound)
{
	size_t n = decoding->store.n;
	int tries = 0;
	int rc;

	for (;;) {
		rc = decode_all(decoding, sound);
		sound = NULL;
		if (!try_again(decoding, rc, tries++))
			return rc;
		store_cut(&decoding->store, n);
	}
}

/* how long it is, to the end of what can be read */
static int measure(struct decoding *decoding, struct sv_sound *sound)
{
	int16_t *samples =
		sv_calloc(BLOCK * (size_t)decoding->channels, sizeof *samples);
	int64_t frames = 0;
	size_t n;

	while ((n = sv_sound_read(sound, samples, BLOCK)))
		frames += (int64_t)n;
	free(samples);
	decoding->duration_ms =
		sv_samples_ms(frames, sv_sound_info(sound)->rate_hz);
	if (sv_sound_check(sound)) {
		decoding->bad = true;
		decoding->why = sv_strdup(sv_why());
	}
	return 0;
}

static int hear_cost(void *arg, const char *type, json_t *fields)
{
	struct decoding *decoding = arg;

	return hear(decoding, decoding->duration_ms, type, fields);
}

static int hear_whole(struct decoding *decoding, int rate_hz)
{
	const struct whole whole = {
		.recording = decoding->recording,
		.rate_hz = rate_hz,
		.channels = decoding->channels,
		.duration_ms = decoding->duration_ms,
		.sink = { decoding, hear },
	};
	const struct asr_link *link = decoding->chain.links;
	size_t n = decoding->store.n;
	int tries = 0;
	int rc, told;

	for (;;) {
		struct asr_spent spent = { 0 };

		rc = whole_decode(&whole, link, &spent);
		if (rc)
			store_cut(&decoding->store, n);
		/* what failed may have cost, too; telling it sets no why */
		told = asr_spent_tell(&spent, link->engine, link->model,
		                      hear_cost, decoding);
		n = decoding->store.n;
		if (told || !try_again(decoding, rc, tries++))
			return rc ? rc : told;
	}
}

/* The first of the chain has failed: the others are the chain. */
static int give_up_first(struct decoding *decoding)
{
	struct asr_loaded *chain = &decoding->chain;
	const char *from = chain->links[0].engine->name;

	chain->n--;
	memmove(chain->links, chain->links + 1,
	        chain->n * sizeof *chain->links);
	sv_warn("%s; going on with %s", sv_why(), chain->links[0].engine->name);
	return hear(decoding, 0, "engine.failover",
	            json_pack("{s:s,s:s,s:s}", "from", from, "to",
	                      chain->links[0].engine->name, "reason",
	                      sv_why()));
}

/* A service that takes files is given the file, as far as the chain begins with
 * such. */
int decoding_hear(struct decoding *decoding, struct sv_sound *sound)
{
	const struct asr_loaded *chain = &decoding->chain;
	int rate_hz = sv_sound_info(sound)->rate_hz;
	int rc;

	if (!chain->links[0].engine->recording)
		return hear_lines(decoding, sound);
	rc = measure(decoding, sound);
	sv_sound_close(sound);
	while (!rc && chain->links[0].engine->recording) {
		rc = hear_whole(decoding, rate_hz);
		if (!rc || rc == ASR_BY_LINES || rc == SV_GONE || chain->n == 1)
			break;
		rc = give_up_first(decoding);
		if (!rc && !chain->links[0].engine->recording)
			rc = ASR_BY_LINES;
	}
	return rc == ASR_BY_LINES ? hear_lines(decoding, NULL) : rc;
}
