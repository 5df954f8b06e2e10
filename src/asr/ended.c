/* ended.c: utterances that are over and whose words are not known yet */
#include "src/asr/ended.h"

#include "lib/alloc.h"
#include "lib/clock.h"

void ended_add(struct ended **list, const struct ended *ended)
{
	struct ended *copy = sv_alloc(sizeof *copy);

	*copy = *ended;
	copy->next = NULL;
	while (*list)
		list = &(*list)->next;
	*list = copy;
}

struct ended *ended_take(struct ended **list)
{
	struct ended *first = *list;

	if (first)
		*list = first->next;
	return first;
}

json_t *ended_fields(const struct ended *ended, const char *engine,
                     json_t *fields)
{
	json_t *ours = json_pack(
		"{s:s,s:s,s:I,s:I,s:I,s:I,s:s}", "engine", engine, "language",
		ended->language, "start_ms", (json_int_t)ended->start_ms,
		"end_ms", (json_int_t)ended->end_ms, "endpoint_ms",
		(json_int_t)ended->endpoint_ms, "asr_ms",
		(json_int_t)(sv_now_ms() - ended->since_ms), "reason",
		ended->reason);

	if (json_object_update_missing(fields, ours)) {
		json_decref(fields);
		fields = NULL;
	}
	json_decref(ours);
	return fields;
}
