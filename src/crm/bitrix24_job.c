/* bitrix24_job.c: one entry on its way: what is asked for it, what it made */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/crm/bitrix24.h"

static void note_answer(struct bx_job *job, const char *method,
                        enum portal_kind kind,
                        const struct portal_answer *answer)
{
	struct crm_outcome *outcome = job->outcome;

	job->unknown |= answer->unknown && kind != PORTAL_READ;
	if (answer->wait_ms > outcome->wait_ms)
		outcome->wait_ms = answer->wait_ms;
	outcome->all |= answer->all;
	if (!strcmp(answer->error, "ERROR_METHOD_NOT_FOUND") &&
	    !strncmp(method, "crm.item.", 9))
		job->missing = true;
}

int bx_ask(struct bx_job *job, const char *method, json_t *params,
           enum portal_kind kind, struct portal_answer *answer)
{
	int rc = params ? portal_call(job->crm->portal, method, params, kind,
	                              answer)
	                : sv_fail(EX_SOFTWARE, "bitrix24: %s: no parameters",
	                          method);

	if (params)
		note_answer(job, method, kind, answer);
	json_decref(params);
	return rc;
}

int bx_batch(struct bx_job *job, struct portal_command *commands, size_t n,
             bool halt)
{
	int code = 0, rc;
	size_t i;

	rc = n == 1 ? portal_call(job->crm->portal, commands->method,
	                          commands->params, commands->kind,
	                          &commands->answer)
	            : portal_batch(job->crm->portal, commands, n, halt);
	if (n == 1)
		commands->code = rc;
	for (i = 0; i < n; i++) {
		note_answer(job, commands[i].method, commands[i].kind,
		            &commands[i].answer);
		json_decref((json_t *)(uintptr_t)commands[i].params);
		commands[i].params = NULL;
	}
	if (rc)
		return rc;
	for (i = 0; i < n && !code; i++) {
		code = commands[i].code;
		if (code)
			sv_fail(code, "%s",
			        commands[i].reason ? commands[i].reason : "");
	}
	return code;
}

static const json_t *made(const struct bx_job *job, const char *name)
{
	const json_t *value = json_object_get(job->outcome->made, name);

	return value ? value : json_object_get(job->entry->made, name);
}

int64_t bx_made(const struct bx_job *job, const char *name)
{
	return portal_int(made(job, name));
}

const char *bx_made_text(const struct bx_job *job, const char *name)
{
	return json_string_value(made(job, name));
}

static void note(struct bx_job *job, const char *name, json_t *value)
{
	if (!job->outcome->made)
		job->outcome->made = json_object();
	json_object_set_new(job->outcome->made, name, value);
}

void bx_note(struct bx_job *job, const char *name, int64_t id)
{
	if (id > 0)
		note(job, name, json_integer(id));
}

void bx_note_text(struct bx_job *job, const char *name, const char *text)
{
	if (text && *text)
		note(job, name, json_string(text));
}

const char *bx_text(const struct bx_job *job, const char *name)
{
	const char *text =
		json_string_value(json_object_get(job->payload, name));

	return text ? text : "";
}
