/* portal_batch: many commands as one request, each with its own end */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/crm/portal_inside.h"

enum { ROUNDS = 3, BATCH_MAX = 64 << 20 };

void portal_release_batch(struct portal_command *commands, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		portal_release(&commands[i].answer);
		free(commands[i].reason);
		commands[i].reason = NULL;
		commands[i].code = 0;
	}
}

/* --- what is sent --- */

/* What has been answered already, for commands that are sent once more. */
static const json_t *find_result(void *arg, const char *key)
{
	const struct portal_batch *batch = arg;

	for (size_t i = 0; i < batch->n; i++) {
		const struct portal_command *command = &batch->commands[i];

		if (!portal_batch_open(batch, i) && !command->code &&
		    !strcmp(command->key, key))
			return command->answer.result;
	}
	return NULL;
}

static int add_command(struct portal_batch *batch, size_t i, json_t *cmd)
{
	const struct portal_command *command = &batch->commands[i];
	const struct portal_known known = { find_result, batch };
	struct sv_buf query;
	int rc;

	sv_buf_init(&query, BATCH_MAX);
	rc = portal_query(command->method, command->params, &known, &query);
	if (!rc && json_object_set_new(cmd, command->key,
	                               json_string(sv_buf_str(&query))))
		rc = sv_fail(EX_SOFTWARE, "bitrix24: %s: no text",
		             command->method);
	sv_buf_release(&query);
	return rc;
}

/* A method that has used up its time is not asked for any more. */
static bool blocked(struct portal_batch *batch, size_t i)
{
	struct portal_command *command = &batch->commands[i];
	int wait_ms = batch->portal ? portal_method_wait(batch->portal,
	                                                 command->method)
	                            : 0;

	if (!wait_ms)
		return false;
	command->answer.wait_ms = wait_ms;
	portal_batch_settle(
		batch, i,
		sv_fail(EX_TEMPFAIL,
	                "bitrix24: %s has used up its time at the portal, for "
	                "another %d s",
	                command->method, wait_ms / 1000 + 1));
	return true;
}

/* None is run behind one that failed, if that is what was asked for. */
static void halt_behind(struct portal_batch *batch, size_t i)
{
	const char *key = batch->commands[i].key;

	while (batch->halt && ++i < batch->n) {
		if (portal_batch_open(batch, i))
			portal_batch_settle(
				batch, i,
				sv_fail(EX_TEMPFAIL,
			                "bitrix24: %s was not run, as %s before "
			                "it has failed",
			                batch->commands[i].method, key));
	}
}

static json_t *params_of(struct portal_batch *batch)
{
	json_t *cmd = json_object();

	for (size_t i = 0; i < batch->n; i++) {
		int rc;

		if (!portal_batch_open(batch, i))
			continue;
		rc = blocked(batch, i) ? EX_TEMPFAIL
		                       : add_command(batch, i, cmd);
		if (rc && portal_batch_open(batch, i))
			portal_batch_settle(batch, i, rc);
		if (rc)
			halt_behind(batch, i);
	}
	if (json_object_size(cmd))
		return json_pack("{si so}", "halt", batch->halt ? 1 : 0, "cmd",
		                 cmd);
	json_decref(cmd);
	return NULL;
}

/* --- again --- */

static bool repeatable(const struct portal_batch *batch, size_t i,
                       bool refreshed)
{
	const struct portal_command *command = &batch->commands[i];

	if (batch->then[i] == PORTAL_REFRESH)
		return refreshed;
	return command->code && command->answer.unknown &&
	       command->kind != PORTAL_WRITE;
}

static bool any_expired(const struct portal_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		if (batch->then[i] == PORTAL_REFRESH)
			return true;
	}
	return false;
}

/* Opens what may be sent once more, and says whether there is anything. What
 * stands open behind one that failed for good is not run. */
static bool reopen(struct portal_batch *batch, bool refreshed, bool last)
{
	bool more = false;

	for (size_t i = 0; i < batch->n; i++) {
		if (!last && repeatable(batch, i, refreshed))
			batch->state[i] = PORTAL_OPEN;
		else if (batch->commands[i].code &&
		         !portal_batch_open(batch, i))
			halt_behind(batch, i);
		more = more || portal_batch_open(batch, i);
	}
	return more;
}

static enum portal_kind kind_of(const struct portal_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		if (portal_batch_open(batch, i) &&
		    batch->commands[i].kind == PORTAL_WRITE)
			return PORTAL_WRITE;
	}
	return PORTAL_REPEATABLE;
}

/* The batch itself has failed: so has what is open. */
static int all_failed(struct portal_batch *batch, int rc,
                      const struct portal_answer *answer)
{
	char *why = sv_strdup(sv_why());

	for (size_t i = 0; i < batch->n; i++) {
		struct portal_command *command = &batch->commands[i];

		if (!portal_batch_open(batch, i))
			continue;
		portal_answer_reset(&command->answer);
		command->answer = *answer;
		command->answer.result = NULL;
		portal_batch_settle(batch, i, sv_fail(rc, "%s", why));
	}
	rc = sv_fail(rc, "%s", why);
	free(why);
	return rc;
}

/* One request of what is open. */
static int one_round(struct portal_batch *batch, bool *sent)
{
	struct portal_ask ask = { .method = "batch" };
	struct portal_answer answer = { 0 };
	json_t *params = params_of(batch);
	int rc = 0;

	*sent = params != NULL;
	ask.params = params;
	ask.kind = kind_of(batch);
	if (params)
		rc = portal_ask(batch->portal, &ask, &answer);
	if (params && !rc) {
		rc = portal_batch_take(batch, answer.result);
		answer.unknown = rc != 0;
	}
	if (rc)
		rc = all_failed(batch, rc, &answer);
	portal_release(&answer);
	json_decref(params);
	return rc;
}

static int run(struct portal_batch *batch)
{
	bool refreshed = false, sent = true, more = true;
	int rc = 0;

	for (int i = 0; !rc && more && i < ROUNDS; i++) {
		rc = one_round(batch, &sent);
		if (rc || !sent)
			return rc;
		if (any_expired(batch) && batch->portal->application)
			refreshed =
				!refreshed && !portal_refresh(batch->portal);
		more = reopen(batch, refreshed, i + 1 == ROUNDS);
	}
	return rc;
}

static int show(struct portal_batch *batch)
{
	json_t *params = params_of(batch);
	int rc = params ? portal_print("batch", params) : 0;

	json_decref(params);
	for (size_t i = 0; i < batch->n; i++) {
		if (!portal_batch_open(batch, i))
			continue;
		batch->commands[i].answer.result = json_array();
		portal_batch_settle(batch, i, 0);
	}
	return rc;
}

int portal_batch(struct portal *portal, struct portal_command *commands,
                 size_t n, bool halt)
{
	struct portal_batch batch = {
		.portal = portal,
		.commands = commands,
		.n = n,
		.halt = halt,
	};
	struct portal_answer none = { .total = -1, .next = -1 };
	int rc;

	for (size_t i = 0; i < n; i++) {
		portal_answer_reset(&commands[i].answer);
		free(commands[i].reason);
		commands[i].reason = NULL;
		commands[i].code = 0;
	}
	assert(n <= PORTAL_BATCH);
	if (portal->show)
		return show(&batch);
	rc = portal_ready(portal);
	return rc ? all_failed(&batch, rc, &none) : run(&batch);
}
