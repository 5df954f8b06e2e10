/* remote: objects, deleted where they are */
#include "src/admin/remote.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

/* the depot of that engine, opened once; NULL with *code and sv_why() */
static struct sv_depot *depot_of(struct remote *remote, const char *name,
                                 const struct sv_depot_engine **engine,
                                 int *code)
{
	size_t i = 0;

	while (i < remote->n && strcmp(remote->open[i].engine->name, name) != 0)
		i++;
	if (i == REMOTE_DEPOTS) {
		*code = sv_fail(EX_SOFTWARE, "too many engines of objects");
		return NULL;
	}
	if (i == remote->n) {
		*code = sv_depot_find(&remote->open[i].engine, name,
		                      remote->settings);
		if (*code)
			return NULL;
		remote->n++;
		*engine = remote->open[i].engine;
		remote->open[i].code = (*engine)->open(&remote->open[i].depot,
		                                       remote->settings);
		if (remote->open[i].code)
			remote->open[i].why = sv_strdup(sv_why());
	}
	*engine = remote->open[i].engine;
	if (remote->open[i].code) {
		*code = sv_fail(remote->open[i].code, "%s",
		                remote->open[i].why);
		return NULL;
	}
	return remote->open[i].depot;
}

int remote_remove(struct remote *remote, const char *engine, const char *place,
                  const char *key)
{
	const struct sv_depot_engine *found = NULL;
	int rc = sv_depot_key_check(key);
	struct sv_depot *depot =
		rc ? NULL : depot_of(remote, engine, &found, &rc);

	if (!depot)
		return rc;
	if (strcmp(found->place(depot), place) != 0)
		return sv_fail(EX_CONFIG,
		               "%s is at %s, but the settings of %s lead to %s",
		               key, place, engine, found->place(depot));
	return found->remove(depot, key);
}

void remote_release(struct remote *remote)
{
	for (size_t i = 0; i < remote->n; i++) {
		if (!remote->open[i].code)
			remote->open[i].engine->close(remote->open[i].depot);
		free(remote->open[i].why);
	}
	remote->n = 0;
}
