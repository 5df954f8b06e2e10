/*
 * What the command line, the environment and sv.conf have asked for: main.c
 * fills one of these. Strings are lent for good.
 */
#ifndef TTS_CONFIG_H
#define TTS_CONFIG_H

#include <stdbool.h>

#include "lib/option.h"

struct tts_config {
	struct sv_list engines;  /* -e, in order; none: what is there */
	struct sv_list settings; /* -p: see settings.h */
	const char *url;         /* -u: added to the settings by main.c */
	bool probe;              /* `sv-tts engines` asks each */
	const char *language;    /* ru or en; NULL: by the event or the text */
	int rate_hz;
	const char *events; /* a path, - for stdout; NULL: see stage.h */
	const char *output; /* where the PCM goes; NULL: stdout */
	bool text;          /* stdin is lines of text, not events */
	bool pace;
	bool by_call; /* paced by clock events, not by the machine's clock */
	int lead_ms;  /* how far ahead of the ear, with pace */
	bool no_cache;
	const char *cache; /* its folder; NULL: the usual one */
	int cache_mb;
};

#endif
