/* What sv-crm listen is told by its command line and environment. */
#ifndef CRM_LISTEN_CONFIG_H
#define CRM_LISTEN_CONFIG_H

#include "src/crm/command.h"
#include "src/crm/listen_door.h"
#include "src/crm/listen_hook.h"
#include "src/crm/listen_spool.h"

struct listen_config {
	const struct crm_options *options; /* lent */
	struct hook hook;
	struct spool spool;
	struct door door;
	char *cert, *key; /* PEM; NULL: no TLS */
	const char *country;
	int patience_ms; /* a request must be there in so long */
	int most;        /* connections */
	int settle_ms;   /* what may be our own doing waits so long */
};

/* 0, EX_USAGE, EX_CONFIG, EX_NOINPUT. For listen_config_release() either
 * way. */
int listen_config_init(struct listen_config *config,
                       const struct crm_options *options);
void listen_config_release(struct listen_config *config);

#endif
