/* calls.c: the calls in memory, the one last heard of first */
#include <string.h>

#include "src/crm/call.h"

struct call *calls_find(struct calls *calls, const char *id)
{
	struct call **at = &calls->first, *call;

	while (*at && strcmp((*at)->id, id) != 0)
		at = &(*at)->next;
	call = *at;
	if (call) {
		*at = call->next;
		call->next = calls->first;
		calls->first = call;
	}
	return call;
}

void calls_add(struct calls *calls, struct call *call)
{
	call->next = calls->first;
	calls->first = call;
	calls->n++;
}

void calls_remove(struct calls *calls, const struct call *call)
{
	struct call **at = &calls->first;

	while (*at && *at != call)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = call->next;
	calls->n--;
}

struct call *calls_oldest(const struct calls *calls)
{
	struct call *call = calls->first;

	while (call && call->next)
		call = call->next;
	return call;
}
