/* bitrix24_task.c: a missed call makes a task, a call-back that came to an end
 * closes it */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/crm/bitrix24.h"

/* REAL_STATUS */
enum { WAITING = 2, GOING_ON = 3, DONE = 5 };

int bx_task_find(struct bx_job *job, bool *there)
{
	struct portal_answer answer = { 0 };
	json_t *rows, *row;
	size_t i;
	int rc = bx_ask(job, "tasks.task.list",
	                json_pack("{s{ss} s[s s]}", "filter", "XML_ID",
	                          job->entry->key, "select", "ID", "XML_ID"),
	                PORTAL_READ, &answer);
	int64_t id = 0;

	rows = portal_rows(answer.result, "tasks");
	/* a portal passes over what it does not know in a filter */
	json_array_foreach (rows, i, row) {
		const char *xml =
			json_string_value(json_object_get(row, "xmlId"));

		if (!id && xml && !strcmp(xml, job->entry->key))
			id = portal_id(row);
	}
	json_decref(rows);
	portal_release(&answer);
	*there = !rc && id > 0;
	bx_note(job, "task", id);
	return rc;
}

static json_t *task_fields(const struct bx_job *job, int64_t user)
{
	const struct bx_map *map = job->crm->map;
	char *title = bx_template_text(map->task.title, job->payload);
	char *text = bx_template_text(map->task.text, job->payload);
	char deadline[BX_TIME], *about = NULL;
	enum bx_entity entity;
	json_t *fields;
	int64_t id, ms;

	if (!bx_time_read(bx_text(job, "deadline"), map->zone_min, &ms))
		ms = bx_when_ms(job) + map->task.within_ms;
	bx_time_format(ms, map->zone_min, deadline);
	fields = json_pack("{ss sI ss ss}", "TITLE",
	                   *title ? title : BX_ORIGINATOR, "RESPONSIBLE_ID",
	                   (json_int_t)user, "DEADLINE", deadline, "XML_ID",
	                   job->entry->key);
	if (*text)
		json_object_set_new(fields, "DESCRIPTION", json_string(text));
	if (bx_owner(job, &entity, &id))
		about = sv_format("%s_%lld", bx_names[entity].task,
		                  (long long)id);
	if (about)
		json_object_set_new(fields, "UF_CRM_TASK",
		                    json_pack("[s]", about));
	free(about);
	free(title);
	free(text);
	return fields;
}

int bx_task_send(struct bx_job *job)
{
	struct portal_answer answer = { 0 };
	enum bx_entity entity;
	int64_t user = 0, owner = 0;
	int rc = bx_owner_look(job, &entity, &owner); /* none is made */

	if (!rc)
		rc = bx_user(job, &user);
	if (rc)
		return rc;
	rc = bx_ask(job, "tasks.task.add",
	            json_pack("{so}", "fields", task_fields(job, user)),
	            PORTAL_WRITE, &answer);
	bx_note(job, "task", portal_id(answer.result));
	portal_release(&answer);
	return rc;
}

/* --- done --- */

static bool is_done(const json_t *row)
{
	const json_t *status = json_object_get(row, "realStatus");

	if (!status)
		status = json_object_get(row, "status");
	return portal_int(status) == DONE;
}

/* A task that is closed already, by us or by hand, or was deleted, is refused:
 * that is as good. */
static int complete(struct bx_job *job, int64_t id)
{
	struct portal_answer answer = { 0 };
	int rc = bx_ask(job, "tasks.task.complete",
	                json_pack("{sI}", "taskId", (json_int_t)id),
	                PORTAL_REPEATABLE, &answer);

	portal_release(&answer);
	if (rc == EX_DATAERR)
		rc = 0;
	if (!rc)
		bx_note(job, "done", id);
	return rc;
}

/* the tasks of ours that hang on that person and are still open */
static int complete_open(struct bx_job *job, const char *about)
{
	struct portal_answer answer = { 0 };
	json_t *rows, *row;
	size_t i;
	int rc = bx_ask(job, "tasks.task.list",
	                json_pack("{s{ss s[i i]} s[s s s]}", "filter",
	                          "UF_CRM_TASK", about, "REAL_STATUS", WAITING,
	                          GOING_ON, "select", "ID", "XML_ID", "STATUS"),
	                PORTAL_READ, &answer);

	rows = portal_rows(answer.result, "tasks");
	json_array_foreach (rows, i, row) {
		const char *xml =
			json_string_value(json_object_get(row, "xmlId"));
		size_t len = xml ? strlen(xml) : 0;

		if (!rc && len > 5 && !strcmp(xml + len - 5, ":task") &&
		    !is_done(row))
			rc = complete(job, portal_id(row));
	}
	json_decref(rows);
	portal_release(&answer);
	return rc;
}

int bx_done_find(struct bx_job *job, bool *there)
{
	(void)job;
	*there = false; /* a task is closed once, however often we ask */
	return 0;
}

int bx_done_send(struct bx_job *job)
{
	json_t *tasks = json_object_get(job->entry->made, "tasks"), *made;
	enum bx_entity entity;
	bool any = false;
	char *about;
	int64_t id = 0;
	size_t i;
	int rc = 0;

	json_array_foreach (tasks, i, made) {
		int64_t task = portal_int(json_object_get(made, "task"));

		any |= task > 0;
		if (!rc && task > 0)
			rc = complete(job, task);
	}
	if (rc || any)
		return rc;
	rc = bx_owner_look(job, &entity, &id);
	if (rc || !id)
		return rc;
	about = sv_format("%s_%lld", bx_names[entity].task, (long long)id);
	rc = complete_open(job, about);
	free(about);
	return rc;
}
