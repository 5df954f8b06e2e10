/*
 * A setting of an engine, with the place it was found at, for sentences about
 * it. What engines use themselves is in service.h.
 */
#ifndef SV_SETTING_H
#define SV_SETTING_H

#include <stdbool.h>

#include "lib/option.h"

enum { SV_FOUND = 128 };

struct sv_found {
	const char *value;    /* lent; NULL: there is none */
	char where[SV_FOUND]; /* "-p riva.connect", "SV_RIVA_CONNECT" */
	bool environment;
};

/* As sv_setting() looks; whether there is one. */
bool sv_setting_find(struct sv_found *found, const struct sv_list *settings,
                     const char *engine, const char *key);

/* what a value that is wrong there exits with: EX_CONFIG, EX_USAGE */
int sv_setting_wrong(const struct sv_found *found);

/* Reads the value, if there is one, by a function of option.h: 0, or that
 * code with a sentence that names the place. */
int sv_setting_read(const struct sv_found *found,
                    int (*parse)(const char *value, void *target),
                    void *target);

#endif
