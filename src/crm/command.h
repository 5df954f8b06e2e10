/*
 * The words behind sv-crm, one function each. commands.c lists them; what each
 * does is in a file of its own.
 */
#ifndef CRM_COMMAND_H
#define CRM_COMMAND_H

#include <stdbool.h>

#include "src/crm/drain.h"
#include "src/crm/engine.h"
#include "src/crm/outbox.h"

/* What the command line, the environment and sv.conf say (main.c). */
struct crm_options {
	const char *engine, *store;
	struct sv_list settings;
	bool dry_run;
	bool all;       /* outbox retry, drop: every dead entry */
	int hold_ms;    /* how long a call's record waits for more of it */
	int timeout_ms; /* for another process that is sending */

	/* of listen */
	const char *url, *cert, *key, *spool, *channel;
};

struct crm_command {
	const char *name;
	const char *operands; /* what may stand behind it; or NULL */
	const char *about;    /* a few words, lower case */

	/* operands are those behind the name. 0 or a code. */
	int (*run)(const struct crm_options *options, char **operands, int n);
};

/* the commands in this build, ended by NULL */
extern const struct crm_command *const crm_commands[];

/* NULL when there is none of that name */
const struct crm_command *crm_command_find(const char *name);

/* The engine of the options, opened with their settings: 0 and *crm for
 * engine->close(); EX_USAGE … */
int crm_engine_open(const struct crm_options *options,
                    const struct crm_engine **engine, struct crm **crm);

/* sv-crm without a word: the filter (filter.c) */
int crm_filter(const struct crm_options *options);

extern const struct crm_command crm_send, crm_outbox, crm_help, crm_listen;
extern const struct crm_command crm_rest, crm_list,
	crm_authorize; /* portal_… */
extern const struct crm_command crm_find_people, crm_lead,
	crm_deal; /* tools.c */
extern const struct crm_command crm_task, crm_call, crm_check;

#endif
