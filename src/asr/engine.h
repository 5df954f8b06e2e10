/*
 * What an engine does. An engine is one file that fills one struct asr_engine;
 * engines.c lists those of this build.
 *
 * Loading and opening are apart so that a big model is loaded once: load(),
 * then fork() as often as needed, then open() in each child, which decodes
 * with the parent's pages. One model serves any number of recognisers in one
 * process; nothing is shared between threads.
 *
 * A recogniser hears one channel, utterance by utterance:
 *
 *     open (expect? begin feed* partial? feed* … finish)* close
 *
 * What an utterance came to is asked for by result(), which an engine of this
 * machine knows as soon as finish() is done. A service on the network takes
 * its time: meanwhile the next utterance may begin, and results come in the
 * order of the utterances. Such an engine lives in the program's loop and
 * calls notice() when there is something new to ask for.
 *
 * Engines never print events and never exit, and never take over from each
 * other: they hand up codes (lib/fail.h), and failover.h does the rest.
 */
#ifndef ASR_ENGINE_H
#define ASR_ENGINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/loop.h"

#include "src/asr/config.h"
#include "src/asr/expect.h"

/* Each engine defines these two for itself. */
struct asr_model; /* what is loaded once and outlives forks */
struct asr;       /* a recogniser of one channel */

/* the exit code of a recording() that would rather have it by lines */
enum { ASR_BY_LINES = -2 };

/* The surroundings of a recogniser, lent for its life. */
struct asr_place {
	struct sv_loop *loop;
	const char *call; /* its id, for what a service logs; or NULL */
	int rate_hz;      /* of the line itself: no sound above half of it */
	bool live;        /* somebody waits; else a recording is decoded */

	/* The engine has a new hypothesis, a result, or can go no further:
	 * partial() and result() tell. Called from the loop only, as the last
	 * thing an engine's handler does: it may close the engine. */
	void (*notice)(void *arg);
	void *arg;
};

/* How long a service is waited for, in ms; 0: for good. Settings budget.*. */
struct asr_budgets {
	int connect; /* until it is ready(), while there is something to say */
	int first;   /* of speech, and of time, until there is a hypothesis */
	int silence; /* of both, in which the hypothesis does not move */
	int result;  /* from finish() to the result */
	int total;   /* the same, with whatever else it had to wait for */
	int rest;    /* how long it is left alone in this call after a failure,
	              * twice as long after each further one */
};

/* What a service has counted since it was last asked, for `cost`. */
struct asr_spent {
	double seconds, input_tokens, output_tokens;
};

/* A whole recording, for who takes files. All lent. */
struct asr_recording {
	const char *path; /* for sv_sound_open() with config->raw */
	const char *call;
	const struct asr_config *config;
	int rate_hz, channels;
	struct asr_spent *spent; /* to be added to */
	void *arg;

	/* An utterance of a channel (0, 1 …), of each channel in order of
	 * time: takes fields as of result(), with start_ms and end_ms. What it
	 * returns, if not 0, ends the work and is handed up. */
	int (*heard)(void *arg, int channel, json_t *fields);

	/* Still at it, so much of it done: at least every few seconds, or it
	 * is taken for dead. As heard(). */
	int (*progress)(void *arg, int permille);
};

struct asr_engine {
	const char *name;
	const char *about;           /* a few words for sv-asr engines */
	const char *const *settings; /* keys of -p, ended by NULL; or NULL */

	/* A service on the network: it has budgets and a breaker, and costs
	 * money. Its model is its configuration, read and checked by load()
	 * without asking the service. */
	bool remote;
	/* tells hypotheses before the utterance is over */
	bool partials;
	/* what of its budgets is not as with others; NULL, and 0: as usual */
	const struct asr_budgets *budgets;

	/* Loads what is slow to load. 0 and *made for unload(), EX_NOINPUT
	 * when there is no such model, EX_UNAVAILABLE, EX_DATAERR, EX_USAGE. */
	int (*load)(struct asr_model **made, const struct asr_config *config);
	void (*unload)(struct asr_model *model); /* NULL is fine */

	/* Samples a second that feed() wants: 8000 or 16000. line_hz is the
	 * line's own, for an engine that takes either. */
	int (*rate)(const struct asr_model *model, int line_hz);

	/* "host:port" of the service, lent; NULL where there is none. */
	const char *(*place)(const struct asr_model *model);

	/* The service's own name of what recognises ("general", "whisper-1"),
	 * lent, for `cost`; NULL where there is none. */
	const char *(*variant)(const struct asr_model *model);

	/* Adds what tells this model from any other and does not change from
	 * run to run (kind, size and contents, not its path): part of the key
	 * by which --resume knows what was done. 0, EX_IOERR. */
	int (*identify)(const struct asr_model *model, struct sv_buf *out);

	/* A recogniser, for close(). Model and place are lent and must outlive
	 * it. A service is not waited for: the connection is begun. */
	int (*open)(struct asr **made, struct asr_model *model,
	            const struct asr_place *place);
	/* at any time; NULL is fine */
	void (*close)(struct asr *asr);

	/* Whether what it needs stands (a connection, a session): until then
	 * the budget for connecting counts while there is something to send.
	 * NULL: always. */
	bool (*ready)(const struct asr *asr);

	/* Whether this recogniser, of an engine with partials, tells no
	 * hypotheses all the same: its model has none. NULL: none is so. */
	bool (*mute)(const struct asr *asr);

	/* After it failed: for how many ms the service asks to be left alone
	 * (Retry-After), 0 when it does not. NULL: never. */
	int (*retry_ms)(const struct asr *asr);

	/* What the next utterances are expected to be, lent for the call.
	 * Between utterances only. An engine that cannot use it does nothing. */
	int (*expect)(struct asr *asr, const struct expect *expect);

	/* an utterance begins: what is fed from now on is timed from 0 */
	int (*begin)(struct asr *asr);

	/* A piece of the utterance, 20 to 200 ms long; what is replayed comes
	 * as fast as it takes it. 0 or a code: EX_CONFIG, EX_USAGE, EX_DATAERR
	 * for what another try would not mend and the service is not to blame
	 * for. */
	int (*feed)(struct asr *asr, const int16_t *samples, size_t n);

	/* The hypothesis so far, lent until the next call of any function
	 * here; "" when there is none yet, or nobody speaks (then it may be
	 * that of the earliest utterance not told of). 0, or the code it
	 * failed with, also between utterances. */
	int (*partial)(struct asr *asr, const char **text);

	/* The utterance is over; offset_ms is its place in the call. cut: no
	 * pause was heard at its end, so what is still in flight must be
	 * decoded with no more to come. */
	int (*finish)(struct asr *asr, int64_t offset_ms, bool cut);

	/* What the earliest utterance that was finished and not yet told of
	 * came to: *fields, yours, or NULL while it is being worked on. They
	 * are those of asr.final that the engine knows: text always, and where
	 * it can confidence, words (word, start_ms, end_ms, confidence; with
	 * offset_ms already added) and what else is in the schema. 0, or the
	 * code it failed with. */
	int (*result)(struct asr *asr, json_t **fields);

	/* samples (engine's rate) fed and not yet on their way; NULL: none */
	size_t (*waiting)(const struct asr *asr);

	/* adds what was counted since it was last asked; NULL: nothing is */
	void (*spent)(struct asr *asr, struct asr_spent *spent);

	/* A whole recording at once, by a service that takes files. Waits.
	 * 0, ASR_BY_LINES, or a code. NULL: it is heard by lines. */
	int (*recording)(struct asr_model *model,
	                 const struct asr_recording *recording);

	/* Asks the service for a real answer, and says in a few words what it
	 * was (models, languages, ms): `sv-asr engines --probe`. Waits. */
	int (*probe)(struct asr_model *model, struct sv_buf *about);
};

/* the engines in this build, ended by NULL */
extern const struct asr_engine *const asr_engines[];

enum { ASR_CHAIN_MAX = 8 };

/* one engine of the chain that can be used, and its model */
struct asr_link {
	const struct asr_engine *engine;
	struct asr_model *model;
	struct asr_budgets budgets;
	struct asr *spare; /* see asr_prepare() */
};

/* what asr_load() found, in order of preference */
struct asr_loaded {
	struct asr_link links[ASR_CHAIN_MAX];
	size_t n;
};

/* Opens a recogniser of each engine that is not remote ahead of need, since
 * with Vosk that takes 80 ms: one for each process forked from now on, which
 * takes it. 0 or the engine's code. */
int asr_prepare(struct asr_loaded *loaded);

/* Loads every engine of config->engines that can be loaded, so that a failover
 * waits for none. Each one that cannot leaves a warning, and an engine.failover
 * event when it is the next that has to be used from the start. The code of the
 * last when none can. */
int asr_load(struct asr_loaded *loaded, const struct asr_config *config);
void asr_unload(struct asr_loaded *loaded);

/* the engine of that name, or NULL */
const struct asr_engine *asr_engine_find(const char *name);

/* whether there are such engines, and they take the settings. 0, EX_USAGE */
int asr_check(const struct asr_config *config);

#endif
