/*
 * What the command line, the environment and sv.conf have asked for: main.c
 * fills one of these and both halves of the program read it, the streaming
 * one (stream.h) and the one for recordings (batch.h). Strings are lent for
 * good.
 */
#ifndef ASR_CONFIG_H
#define ASR_CONFIG_H

#include <stdbool.h>

#include "lib/option.h"

struct asr_config {
	struct sv_list engines;  /* -e: in order of preference */
	struct sv_list settings; /* -p: KEY=VALUE, for the engine */
	const char *url;         /* -u: added to the settings by main.c */
	bool probe;              /* sv-asr engines: ask them */
	const char *model;       /* SV_MODEL; -p model= stands above it */
	const char *language;    /* ru or en */
	int rate_hz;             /* of PCM on stdin, or of headerless files */
	const char *expect;      /* the first question's kind: endpoint.h */
	struct sv_list silence;  /* KIND=TIME, over the defaults */
	int utterance_ms;        /* an utterance is cut after this */
	int barge_in_ms;         /* of speech over a prompt: barge_in.h */
	int barge_in_db;
	bool by_call; /* say so when audio has been dealt with: `clock` */

	/* the server of models */
	const char *socket; /* to be asked, "none" for none, or NULL */
	const char *serve;  /* to listen at, or NULL: this is no server */
	struct sv_list also;
	int max_calls;    /* 0 for no limit */
	const char *warm; /* a recording to be heard before any call, or NULL */

	/* recordings */
	const char *files_from;  /* a list of names, "-" for stdin */
	bool null;               /* which zero bytes end, not newlines */
	const char *raw;         /* coding of files without a header */
	struct sv_list speakers; /* of channel 0, 1 … */
	int jobs;                /* 0 is one for each processor */
	int timeout_ms;          /* a decoder that stands still is ended */
	const char *format;
	const char *output;        /* "-" for stdout */
	const char *output_folder; /* a file for each recording, too */
	const char *resume;        /* the journal, or NULL */
	bool unordered;            /* each recording as soon as it is done */
};

/* the folder of the model on this machine that was named, or NULL */
const char *asr_model_named(const struct asr_config *config);

/* whether a setting does that: where a model is matters less than what it is */
bool asr_names_model(const char *pair);

#endif
