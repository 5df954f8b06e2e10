/* portal_method: each method has so much of the portal's time */
#include <stdlib.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/clock.h"

#include "src/crm/portal_inside.h"

enum { USUAL_MS = 60000 }; /* a minute of the ten drops out */

static struct portal_method *find(const struct portal *portal, const char *name)
{
	struct portal_method *method = portal->methods;

	while (method && strcasecmp(method->name, name) != 0)
		method = method->next;
	return method;
}

static struct portal_method *have(struct portal *portal, const char *name)
{
	struct portal_method *method = find(portal, name);

	if (method)
		return method;
	method = sv_alloc(sizeof *method);
	method->name = sv_strdup(name);
	method->next = portal->methods;
	portal->methods = method;
	return method;
}

void portal_methods_free(struct portal *portal)
{
	while (portal->methods) {
		struct portal_method *first = portal->methods;

		portal->methods = first->next;
		free(first->name);
		free(first);
	}
}

int portal_method_wait(const struct portal *portal, const char *name)
{
	const struct portal_method *method = find(portal, name);
	int64_t left = method ? method->until_ms - sv_now_ms() : 0;

	return left > 0 ? (int)left : 0;
}

int portal_method_note(struct portal *portal, const char *name,
                       const struct portal_time *time, bool spent)
{
	struct portal_method *method;
	int64_t now_ms = sv_now_ms();

	if (!time->reset_ms && !spent)
		return 0;
	method = have(portal, name);
	if (time->reset_ms)
		method->reset_ms = now_ms + time->reset_ms;
	if (!spent)
		return 0;
	method->until_ms = method->reset_ms > now_ms ? method->reset_ms
	                                             : now_ms + USUAL_MS;
	return (int)(method->until_ms - now_ms);
}
