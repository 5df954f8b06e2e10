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
	const char *model;       /* SV_MODEL; -p model= stands above it */
	const char *language;    /* ru or en */
	int rate_hz;             /* of PCM on stdin, or of headerless files */
	const char *expect;      /* the first question's kind: endpoint.h */
	struct sv_list silence;  /* KIND=TIME, over the defaults */
	int utterance_ms;        /* an utterance is cut after this */

	/* sv-asr model get */
	const char *url;
	const char *sha256;

	/* recordings */
	const char *files_from;
	const char *format;
	const char *output;
	const char *speakers; /* of channel 0, 1 …: agent,customer */
	int jobs;
	bool resume;
	bool unordered; /* each recording as soon as it is done */
};

#endif
