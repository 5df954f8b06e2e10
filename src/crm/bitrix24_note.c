/* bitrix24_note.c: comments in the time-line, and call-backs to be made */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/crm/bitrix24.h"

enum { SOON_MS = 15 * 60000 }; /* where no hour was agreed */

char *bx_mark(const struct bx_job *job)
{
	return sv_format("%s %s", BX_ORIGINATOR, job->entry->key);
}

/* whether a row's text ends with the mark, or a line of it does */
static bool is_marked(const json_t *row, const char *name, const char *mark)
{
	const char *text = json_string_value(json_object_get(row, name));
	size_t len = strlen(mark);

	for (text = text ? strstr(text, mark) : NULL; text;
	     text = strstr(text + 1, mark))
		if (!text[len] || strchr("\r\n<[", text[len]))
			return true;
	return false;
}

/* The first row of a list whose text bears our mark: its id, or 0. */
static int look_marked(struct bx_job *job, const char *method, json_t *filter,
                       const char *name, int64_t *id)
{
	struct portal_answer answer = { 0 };
	json_t *rows, *row;
	char *mark = bx_mark(job);
	size_t i;
	int rc;

	*id = 0;
	rc = bx_ask(job, method,
	            json_pack("{so s[s s] s{ss}}", "filter", filter, "select",
	                      "ID", name, "order", "ID", "DESC"),
	            PORTAL_READ, &answer);
	rows = portal_rows(answer.result, NULL);
	json_array_foreach (rows, i, row)
		if (!*id && is_marked(row, name, mark))
			*id = portal_id(row);
	json_decref(rows);
	portal_release(&answer);
	free(mark);
	return rc;
}

/* --- comments --- */

int bx_comment_look(struct bx_job *job, bool *there)
{
	enum bx_entity entity;
	int64_t owner = 0, id = 0;
	char *mark;
	int rc = bx_owner_look(job, &entity, &owner);

	*there = false;
	if (rc || !owner)
		return rc;
	mark = bx_mark(job);
	rc = look_marked(job, "crm.timeline.comment.list",
	                 json_pack("{sI ss ss}", "ENTITY_ID", (json_int_t)owner,
	                           "ENTITY_TYPE", bx_names[entity].name,
	                           "%COMMENT", mark),
	                 "COMMENT", &id);
	free(mark);
	*there = id > 0;
	bx_note(job, job->entry->kind, id);
	return rc;
}

int bx_comment_add(struct bx_job *job, const char *text, json_t *files)
{
	struct portal_answer answer = { 0 };
	enum bx_entity entity = BX_LEAD;
	int64_t owner = 0;
	char *mark = bx_mark(job), *whole = sv_format("%s\n\n%s", text, mark);
	json_t *fields;
	int rc = bx_owner_find(job, &entity, &owner);

	free(mark);
	fields = json_pack("{sI ss ss}", "ENTITY_ID", (json_int_t)owner,
	                   "ENTITY_TYPE", bx_names[entity].name, "COMMENT",
	                   whole);
	free(whole);
	if (files)
		json_object_set_new(fields, "FILES", files);
	if (rc || (!owner && !job->crm->show)) {
		json_decref(fields);
		return rc;
	}
	rc = bx_ask(job, "crm.timeline.comment.add",
	            json_pack("{so}", "fields", fields), PORTAL_WRITE, &answer);
	bx_note(job, job->entry->kind, portal_id(answer.result));
	portal_release(&answer);
	return rc;
}

int bx_comment_find(struct bx_job *job, bool *there)
{
	return bx_comment_look(job, there);
}

int bx_comment_send(struct bx_job *job)
{
	char *text = bx_template_text(job->crm->map->comment, job->payload);
	int rc = 0;

	if (*text)
		rc = bx_comment_add(job, text, NULL);
	free(text);
	return rc;
}

/* --- call-backs --- */

static int64_t deadline_ms(const struct bx_job *job)
{
	int64_t ms;

	/* the hour was said where the map says, not where this machine is */
	if (job->crm->map->zoned &&
	    bx_time_read(bx_text(job, "said"), job->crm->map->zone_min, &ms))
		return ms;
	if (bx_time_read(bx_text(job, "time"), job->crm->map->zone_min, &ms))
		return ms;
	return sv_wall_ms() + SOON_MS;
}

static json_t *todo_params(const struct bx_job *job, enum bx_entity entity,
                           int64_t owner, int64_t user)
{
	const struct bx_map *map = job->crm->map;
	char *title = bx_template_text(map->callback.title, job->payload);
	char *text = bx_template_text(map->callback.text, job->payload);
	char *mark = bx_mark(job), *whole = sv_format("%s\n\n%s", text, mark);
	json_t *offsets = json_array(), *params;
	char deadline[BX_TIME];
	size_t i;

	for (i = 0; i < map->callback.n_remind; i++)
		json_array_append_new(
			offsets, json_integer(map->callback.remind_min[i]));
	bx_time_format(deadline_ms(job), map->zone_min, deadline);
	params = json_pack("{si sI ss ss ss so}", "ownerTypeId",
	                   bx_names[entity].type, "ownerId", (json_int_t)owner,
	                   "deadline", deadline, "title", title, "description",
	                   whole, "pingOffsets", offsets);
	bx_set_id(params, "responsibleId", user);
	free(title);
	free(text);
	free(mark);
	free(whole);
	return params;
}

int bx_callback_find(struct bx_job *job, bool *there)
{
	enum bx_entity entity;
	int64_t owner = 0, id = 0;
	int rc = bx_owner_look(job, &entity, &owner);

	*there = false;
	if (rc || !owner)
		return rc;
	rc = look_marked(job, "crm.activity.list",
	                 json_pack("{sI si ss}", "OWNER_ID", (json_int_t)owner,
	                           "OWNER_TYPE_ID", bx_names[entity].type,
	                           "PROVIDER_ID", "CRM_TODO"),
	                 "DESCRIPTION", &id);
	*there = id > 0;
	bx_note(job, "callback", id);
	return rc;
}

int bx_callback_send(struct bx_job *job)
{
	struct portal_answer answer = { 0 };
	enum bx_entity entity = BX_LEAD;
	int64_t owner = 0, user = 0;
	int rc = bx_owner_find(job, &entity, &owner);

	if (!rc)
		rc = bx_responsible(job, &user);
	if (rc || (!owner && !job->crm->show))
		return rc;
	rc = bx_ask(job, "crm.activity.todo.add",
	            todo_params(job, entity, owner, user), PORTAL_WRITE,
	            &answer);
	bx_note(job, "callback", portal_id(answer.result));
	portal_release(&answer);
	return rc;
}
