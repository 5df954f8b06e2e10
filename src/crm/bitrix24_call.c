/*
 * bitrix24_call.c: calls: registered and finished by an application; an
 * activity, where a webhook may not do that or there is no number
 */
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/crm/bitrix24.h"

/* --- what of the payload --- */

static bool is_out(const struct bx_job *job)
{
	return !strcmp(bx_text(job, "direction"), "out");
}

/* the other end, as it was given; "" */
static const char *number_of(const struct bx_job *job)
{
	const char *number = bx_text(job, is_out(job) ? "callee" : "caller");

	return *number ? number : bx_text(job, "phone");
}

static int64_t duration_ms(const struct bx_job *job)
{
	int64_t ms = portal_int(json_object_get(job->payload, "duration_ms"));

	return ms > 0 ? ms : 0;
}

static bool is_missed(const struct bx_job *job)
{
	return !strcmp(bx_text(job, "status"), "missed");
}

/* STATUS_CODE, a string of SIP's kind */
static const char *status_of(const struct bx_job *job)
{
	static const struct {
		const char *reason, *code;
	} codes[] = {
		{ "busy", "486" },        { "declined", "603" },
		{ "cancelled", "603-S" }, { "forbidden", "403" },
		{ "not_found", "404" },   { "unavailable", "480" },
		{ "unreachable", "503" }, { "no_money", "402" },
	};

	const char *reason = bx_text(job, "reason");
	size_t i;

	if (!is_missed(job))
		return "200";
	for (i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(codes[i].reason, reason))
			return codes[i].code;
	return "304";
}

static bool e164_of(const struct bx_job *job, char e164[SV_E164])
{
	return sv_phone_e164(number_of(job), job->crm->map->country, e164);
}

/* only an application may register a call, and only one of a number */
static bool can_register(const struct bx_job *job)
{
	char e164[SV_E164];

	return portal_is_application(job->crm->portal) && e164_of(job, e164);
}

static void start_of(const struct bx_job *job, char start[BX_TIME])
{
	bx_time_format(bx_when_ms(job), job->crm->map->zone_min, start);
}

/* --- registered and finished --- */

/* The portal may have put the number into its own form: compared as numbers,
 * and by our id where the statistics have it. */
static bool is_ours(const struct bx_job *job, const json_t *row)
{
	const char *ours = job->entry->call;
	const char *id =
		json_string_value(json_object_get(row, "EXTERNAL_CALL_ID"));
	const char *phone =
		json_string_value(json_object_get(row, "PHONE_NUMBER"));
	const char *call = json_string_value(json_object_get(row, "CALL_ID"));
	const char *known = bx_made_text(job, "call");
	char theirs[SV_E164], mine[SV_E164];

	if (known)
		return call && !strcmp(call, known);
	if (id && *id)
		return !strcmp(id, *ours ? ours : job->entry->key);
	return phone && e164_of(job, mine) &&
	       sv_phone_e164(phone, job->crm->map->country, theirs) &&
	       !strcmp(mine, theirs);
}

int bx_call_row(struct bx_job *job, json_t **row)
{
	const char *call = bx_made_text(job, "call");
	struct portal_answer answer = { 0 };
	char start[BX_TIME];
	json_t *filter, *rows, *one;
	size_t i;
	int rc;

	*row = NULL;
	start_of(job, start);
	filter = call ? json_pack("{ss}", "CALL_ID", call)
	              : json_pack("{ss ss}", ">=CALL_START_DATE", start,
	                          "<=CALL_START_DATE", start);
	rc = bx_ask(job, "voximplant.statistic.get",
	            json_pack("{so}", "FILTER", filter), PORTAL_READ, &answer);
	rows = portal_rows(answer.result, NULL);
	json_array_foreach (rows, i, one)
		if (!*row && is_ours(job, one))
			*row = json_incref(one);
	json_decref(rows);
	portal_release(&answer);
	if (*row)
		bx_note_text(
			job, "call",
			json_string_value(json_object_get(*row, "CALL_ID")));
	return rc;
}

static json_t *register_params(const struct bx_job *job, int64_t user)
{
	const char *external = job->entry->call;
	enum bx_entity entity;
	char start[BX_TIME], e164[SV_E164];
	char *line = bx_template_text(job->crm->map->call.line, job->payload);
	json_t *params;
	int64_t id = 0;

	start_of(job, start);
	e164_of(job, e164);
	params = json_pack("{sI ss si ss si si ss}", "USER_ID",
	                   (json_int_t)user, "PHONE_NUMBER", e164, "TYPE",
	                   is_out(job) ? 1 : 2, "CALL_START_DATE", start,
	                   "CRM_CREATE", 0, "SHOW", 0, "EXTERNAL_CALL_ID",
	                   *external ? external : job->entry->key);
	/* a line's name must be known to the portal: it is one of its numbers,
	 * or it is only shown */
	if (*line)
		json_object_set_new(params, "LINE_NUMBER", json_string(line));
	free(line);
	bx_person(job, &entity, &id);
	if (id && entity != BX_DEAL) { /* a call is with people */
		json_object_set_new(params, "CRM_ENTITY_TYPE",
		                    json_string(bx_names[entity].upper));
		json_object_set_new(params, "CRM_ENTITY_ID", json_integer(id));
	}
	return params;
}

static json_t *finish_params(const struct bx_job *job, int64_t user,
                             const char *call)
{
	int64_t s = (duration_ms(job) + 999) / 1000;

	return json_pack("{ss sI sI ss si}", "CALL_ID", call, "USER_ID",
	                 (json_int_t)user, "DURATION",
	                 (json_int_t)(is_missed(job) ? 0 : s), "STATUS_CODE",
	                 status_of(job), "ADD_TO_CHAT", 0);
}

/* Both as one request. Which of them failed matters not: what is there is
 * looked for before the next try. */
static int register_finish(struct bx_job *job, int64_t user)
{
	struct portal_command commands[] = {
		{ .key = "register",
		  .method = "telephony.externalCall.register",
		  .kind = PORTAL_REPEATABLE,
		  .params = register_params(job, user) },
		{ .key = "finish",
		  .method = "telephony.externalCall.finish",
		  .kind = PORTAL_WRITE,
		  .params = finish_params(job, user,
		                          "$result[register][CALL_ID]") },
	};
	int rc = bx_batch(job, commands, 2, true);
	const json_t *registered = commands[0].answer.result;

	bx_note_text(job, "call",
	             json_string_value(json_object_get(registered, "CALL_ID")));
	bx_note(job, "activity",
	        portal_int(json_object_get(commands[1].answer.result,
	                                   "CRM_ACTIVITY_ID")));
	portal_release_batch(commands, 2);
	return rc;
}

/* A call that an earlier try has registered. The portal forgets it when it is
 * not finished for long: then it is registered anew. */
static int finish_again(struct bx_job *job, int64_t user)
{
	struct portal_command command = {
		.key = "finish",
		.method = "telephony.externalCall.finish",
		.kind = PORTAL_WRITE,
		.params = finish_params(job, user, bx_made_text(job, "call")),
	};
	int rc = bx_batch(job, &command, 1, false);

	portal_release_batch(&command, 1);
	return rc == EX_DATAERR ? register_finish(job, user) : rc;
}

/* --- an activity --- */

static int look_activity(struct bx_job *job, bool *there)
{
	struct portal_answer answer = { 0 };
	json_t *params = json_pack(
		"{s{ss ss} s[s s]}", "filter", "ORIGINATOR_ID", BX_ORIGINATOR,
		"ORIGIN_ID", job->entry->key, "select", "ID", "ORIGIN_ID");
	int rc = bx_ask(job, "crm.activity.list", params, PORTAL_READ, &answer);
	const json_t *row = bx_ours(answer.result, BX_LEAD, job->entry->key);
	int64_t id = portal_id(row);

	portal_release(&answer);
	*there = !rc && id > 0;
	bx_note(job, "activity", id);
	return rc;
}

static json_t *activity_fields(const struct bx_job *job, enum bx_entity entity,
                               int64_t id, int64_t user)
{
	const struct bx_map *map = job->crm->map;
	char *subject = bx_template_text(map->call.subject, job->payload);
	char *text = bx_template_text(map->call.text, job->payload);
	const char *number = number_of(job);
	char start[BX_TIME], end[BX_TIME], e164[SV_E164];
	enum bx_entity with = entity;
	int64_t whom = id;
	json_t *fields;

	bx_person(job, &with, &whom);
	start_of(job, start);
	bx_time_format(bx_when_ms(job) + duration_ms(job), map->zone_min, end);
	if (e164_of(job, e164))
		number = e164;
	fields = json_pack("{si sI si ss ss ss ss si sI ss ss s[{ss si sI}]}",
	                   "OWNER_TYPE_ID", bx_names[entity].type, "OWNER_ID",
	                   (json_int_t)id, "TYPE_ID", 2, "SUBJECT",
	                   *subject ? subject : BX_ORIGINATOR, "START_TIME",
	                   start, "END_TIME", end, "COMPLETED", "Y",
	                   "DIRECTION", is_out(job) ? 2 : 1, "RESPONSIBLE_ID",
	                   (json_int_t)user, "ORIGINATOR_ID", BX_ORIGINATOR,
	                   "ORIGIN_ID", job->entry->key, "COMMUNICATIONS",
	                   "VALUE", *number ? number : "anonymous",
	                   "ENTITY_TYPE_ID", bx_names[entity].type, "ENTITY_ID",
	                   (json_int_t)id);
	if (*text)
		json_object_set_new(fields, "DESCRIPTION", json_string(text));
	free(subject);
	free(text);
	return fields;
}

static int add_activity(struct bx_job *job, int64_t user)
{
	struct portal_answer answer = { 0 };
	enum bx_entity entity;
	int64_t id = 0;
	int rc = bx_owner_find(job, &entity, &id);

	if (rc || (!id && !job->crm->show))
		return rc;
	rc = bx_ask(job, "crm.activity.add",
	            json_pack("{so}", "fields",
	                      activity_fields(job, entity, id, user)),
	            PORTAL_WRITE, &answer);
	bx_note(job, "activity", portal_id(answer.result));
	portal_release(&answer);
	return rc;
}

/* --- the entry --- */

int bx_call_find(struct bx_job *job, bool *there)
{
	json_t *row;
	int rc;

	if (!can_register(job))
		return look_activity(job, there);
	rc = bx_call_row(job, &row);
	*there = row != NULL;
	json_decref(row);
	return rc;
}

int bx_call_send(struct bx_job *job)
{
	enum bx_entity entity;
	int64_t user = 0, id = 0;
	int rc = bx_user(job, &user);

	if (rc)
		return rc;
	if (!can_register(job))
		return add_activity(job, user);
	rc = bx_owner_find(job, &entity, &id);
	if (rc)
		return rc;
	return bx_made_text(job, "call") ? finish_again(job, user)
	                                 : register_finish(job, user);
}
