/* portal_batch_take: what the answer of a batch says of each command */
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/crm/portal_inside.h"

enum { SAID = 240 };

bool portal_batch_open(const struct portal_batch *batch, size_t i)
{
	return batch->state[i] == PORTAL_OPEN;
}

void portal_batch_settle(struct portal_batch *batch, size_t i, int code)
{
	struct portal_command *command = &batch->commands[i];

	batch->state[i] = PORTAL_SETTLED;
	command->code = code;
	free(command->reason);
	command->reason = code ? sv_strdup(sv_why()) : NULL;
}

static const char *said_of(const json_t *error)
{
	const json_t *said = json_object_get(error, "error_description");

	if (!said)
		said = json_object_get(error, "message");
	return json_is_string(said) ? json_string_value(said) : "";
}

static void take_error(struct portal_batch *batch, size_t i,
                       const json_t *error, enum portal_then *then)
{
	struct portal_command *command = &batch->commands[i];
	char *said = portal_plain(said_of(error), SAID);

	portal_read_error(error, command->answer.error);
	portal_batch_settle(batch, i,
	                    portal_refused(&command->answer, 0, command->method,
	                                   said, then));
	free(said);
}

static void take_result(struct portal_batch *batch, size_t i,
                        const json_t *result, json_t *value)
{
	struct portal_command *command = &batch->commands[i];
	struct portal_answer *answer = &command->answer;
	const json_t *total, *next;

	total = portal_at(json_object_get(result, "result_total"),
	                  command->key);
	next = portal_at(json_object_get(result, "result_next"), command->key);
	answer->result = json_incref(value);
	answer->total = total ? portal_int(total) : -1;
	answer->next = next ? portal_int(next) : -1;
	portal_batch_settle(batch, i, 0);
}

static void take_time(struct portal_batch *batch, size_t i,
                      const json_t *result, bool spent)
{
	struct portal_command *command = &batch->commands[i];
	struct portal_time time;
	int wait_ms;

	portal_read_time(
		portal_at(json_object_get(result, "result_time"), command->key),
		&time);
	if (!batch->portal)
		return;
	wait_ms = portal_method_note(batch->portal, command->method, &time,
	                             spent);
	if (wait_ms)
		command->answer.wait_ms = wait_ms;
}

/* Neither answered nor refused: behind one that failed it was not run, else
 * nobody knows. */
static void take_nothing(struct portal_batch *batch, size_t i)
{
	batch->commands[i].answer.unknown = true;
	portal_batch_settle(batch, i,
	                    sv_fail(EX_TEMPFAIL,
	                            "bitrix24: %s: nothing was answered",
	                            batch->commands[i].method));
}

static void take_one(struct portal_batch *batch, size_t i, const json_t *result)
{
	const char *key = batch->commands[i].key;
	json_t *error = portal_at(json_object_get(result, "result_error"), key);
	json_t *value = portal_at(json_object_get(result, "result"), key);
	enum portal_then then = PORTAL_NOTHING;

	portal_answer_reset(&batch->commands[i].answer);
	if (error)
		take_error(batch, i, error, &then);
	else if (value)
		take_result(batch, i, result, value);
	else
		take_nothing(batch, i);
	take_time(batch, i, result, then == PORTAL_METHOD);
	batch->then[i] = then;
}

int portal_batch_take(struct portal_batch *batch, const json_t *result)
{
	bool halted = false;

	if (!json_is_object(json_object_get(result, "result")) &&
	    !json_is_array(json_object_get(result, "result")))
		return sv_fail(EX_UNAVAILABLE,
		               "bitrix24: batch: this is no answer to a batch");
	for (size_t i = 0; i < batch->n; i++) {
		batch->then[i] = PORTAL_NOTHING;
		if (!portal_batch_open(batch, i) || halted)
			continue;
		take_one(batch, i, result);
		halted = batch->halt && batch->commands[i].code;
	}
	return 0;
}
