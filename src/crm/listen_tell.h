/*
 * Telling of what was received: a process of its own, so that a reader that
 * does not read keeps no webhook from being stored. It places the calls of
 * clicks, too, each once: the file is complete beside the spool before it is
 * noted that it is about to be moved there, and is moved once.
 */
#ifndef CRM_LISTEN_TELL_H
#define CRM_LISTEN_TELL_H

#include "src/crm/listen_inbox.h"
#include "src/crm/listen_spool.h"

struct tell_setup {
	const char *dsn;
	const struct spool *spool;
	bool dry_run;
	int settle_ms; /* at its end, that long for what is to settle */
};

/* Tells of one thing: 0, SV_GONE, or why it must be tried again. store NULL:
 * nothing is looked up or noted, and a call file is shown on stderr. *begun:
 * the event may stand there in part. */
int tell_item(const struct tell_setup *setup, struct sv_store *store,
              const struct received *item, bool *begun);

/* The process: each byte that comes by wake says that there is something new,
 * and its end that no more will come. The exit code. */
int tell_run(const struct tell_setup *setup, int wake);

#endif
