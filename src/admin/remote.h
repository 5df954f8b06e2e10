/* Objects that sv-archive has put elsewhere: deleted there, whichever engine
 * has them. */
#ifndef ADMIN_REMOTE_H
#define ADMIN_REMOTE_H

#include "lib/depot.h"
#include "lib/option.h"

enum { REMOTE_DEPOTS = 8 };

struct remote {
	const struct sv_list *settings;

	struct {
		const struct sv_depot_engine *engine;
		struct sv_depot *depot; /* NULL: it could not be opened */
		int code;
		char *why;
	} open[REMOTE_DEPOTS];

	size_t n;
};

/* Deletes the object, which is said to be at that place: 0 also when it is not
 * there. EX_CONFIG when our settings lead to another place. */
int remote_remove(struct remote *remote, const char *engine, const char *place,
                  const char *key);

void remote_release(struct remote *remote);

#endif
