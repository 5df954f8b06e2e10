/*
 * What a portal answers, to a request and to a batch; and a batch's query of
 * any parameters.
 *
 * uses: src/crm/portal_reply.c src/crm/portal_error.c src/crm/portal_value.c
 * uses: src/crm/portal_query.c src/crm/portal_batch.c src/crm/portal_method.c
 * uses: src/crm/portal_level.c src/crm/portal_ask.c src/crm/portal_http.c
 * uses: src/crm/portal.c src/crm/portal_access.c src/crm/portal_token.c
 * uses: src/crm/portal_oauth.c src/crm/portal_bucket.c
 * uses: src/crm/portal_batch_take.c
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/crm/portal_inside.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

enum { COMMANDS = 3, QUERY = 1 << 16 };

static const json_t *known(void *arg, const char *key)
{
	return *key == 'a' ? arg : NULL;
}

static void read_batch(const json_t *result, bool halt)
{
	struct portal_command commands[COMMANDS] = {
		{ .key = "a", .method = "m" },
		{ .key = "0", .method = "m" },
		{ .key = "1", .method = "n", .kind = PORTAL_WRITE },
	};
	struct portal_batch batch = { .commands = commands,
		                      .n = COMMANDS,
		                      .halt = halt };

	if (!portal_batch_take(&batch, result) && !halt) {
		for (size_t i = 0; i < COMMANDS; i++) {
			if (!commands[i].code && !commands[i].answer.result)
				abort();
		}
	}
	portal_release_batch(commands, COMMANDS);
}

static void read_values(json_t *result)
{
	const struct portal_known references = { known, result };
	struct sv_buf query;
	json_t *rows;

	portal_id(result);
	portal_yes(result);
	rows = portal_rows(result, "items");
	json_decref(rows);
	rows = portal_rows(result, NULL);
	json_decref(rows);
	sv_buf_init(&query, QUERY);
	portal_query("m", result, &references, &query);
	sv_buf_release(&query);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	struct portal_answer answer = { 0 };
	struct portal_level level;
	struct portal_time time;
	struct portal_reply reply = { .sent = true, .retry_after_ms = -1 };
	enum portal_then then;
	int rc;

	if (!len)
		return 0;
	reply.status = data[0] < 128 ? 200 : 400 + data[0] % 128;
	reply.code = data[0] < 128 ? 0 : EX_TEMPFAIL;
	reply.why = sv_strdup("HTTP");
	reply.body = sv_strndup((const char *)data + 1, len - 1);
	reply.len = strlen(reply.body);
	rc = portal_read(&reply, "m", &answer, &time, &then);
	if (!rc != (answer.result != NULL) || time.reset_ms < 0)
		abort();
	read_batch(answer.result, data[0] & 1);
	read_values(answer.result);
	portal_level_parse(reply.body, &level);
	portal_release(&answer);
	portal_reply_release(&reply);
	return 0;
}
