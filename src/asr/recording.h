/*
 * One recording on its way to events: each channel through a line of its own,
 * what was heard put in order of time. The channels are taken one after the
 * other, so that a recording of two needs no more memory than one of one.
 */
#ifndef ASR_RECORDING_H
#define ASR_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "src/asr/config.h"
#include "src/asr/engine.h"

/* Who wants to know: line() gets each event with its newline, in order, when
 * all was heard; progress() per mille from time to time. What they return, if
 * not 0, ends the work and is handed up. */
struct recording_sink {
	void *arg;
	int (*line)(void *arg, const char *line, size_t len);
	int (*progress)(void *arg, int permille);
};

/* what is to be decoded, and as which call; all lent */
struct recording {
	const char *path;
	const char *source; /* the path as events tell it */
	const char *call;
	const struct asr_config *config;
	const struct asr_loaded *loaded;
	struct recording_sink sink;
};

/* who is on that channel, lent; NULL when nobody said */
const char *recording_speaker(const struct asr_config *config, int channels,
                              int channel);

/* 0, and *bad when it was damaged: then an `error` event is among the lines.
 * EX_NOINPUT, EX_DATAERR when nothing of it can be read, or the engine's
 * code. */
int recording_decode(const struct recording *recording, bool *bad);

#endif
