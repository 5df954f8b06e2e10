/* bitrix24_lead.c: leads, and what else hangs on whom */
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/crm/bitrix24.h"

/* --- looking --- */

/* The one of our origin: *id, 0 when there is none. */
int bx_look(struct bx_job *job, enum bx_entity entity, int64_t *id)
{
	struct portal_command command = bx_list(
		job->crm, "look", entity, bx_origin(job->entry->key),
		json_pack("[s s s]", "ID", "ASSIGNED_BY_ID", "ORIGIN_ID"));
	json_t *row;
	int rc = bx_batch(job, &command, 1, false);

	row = bx_ours(command.answer.result, entity, job->entry->key);
	*id = portal_int(bx_field(row, entity, "ID"));
	bx_note(job, bx_names[entity].name, *id);
	if (*id && entity <= BX_DEAL)
		bx_note(job, "responsible",
		        portal_int(bx_field(row, entity, "ASSIGNED_BY_ID")));
	portal_release_batch(&command, 1);
	return rc;
}

static enum bx_entity wanted(const struct bx_job *job)
{
	const struct bx_rule *rule =
		bx_rule(job->crm->map, job->crm->map->makes, job->payload,
	                bx_when_ms(job));

	return rule ? rule->makes : BX_LEAD;
}

int bx_lead_find(struct bx_job *job, bool *there)
{
	int64_t id = 0;
	int rc = bx_look(job, wanted(job), &id);

	*there = !rc && id > 0;
	return rc;
}

int bx_deal_find(struct bx_job *job, bool *there)
{
	int64_t id = 0;
	int rc = bx_look(job, BX_DEAL, &id);

	*there = !rc && id > 0;
	return rc;
}

/* --- people --- */

void bx_set_id(json_t *fields, const char *name, int64_t id)
{
	if (id > 0)
		json_object_set_new(fields, name, json_integer(id));
}

/* What the one known lacks is added, apart: nothing depends on it. */
int bx_enrich(struct bx_job *job, const struct bx_people *people,
              enum bx_entity entity, int64_t id)
{
	json_t *lacks = id ? bx_people_lacks(people, entity, id) : NULL;
	struct portal_command command;
	int rc;

	if (!lacks)
		return 0;
	command = bx_update(job->crm, "enrich", entity, id, lacks);
	rc = bx_batch(job, &command, 1, false);
	portal_release_batch(&command, 1);
	/* no right to change that contact, or one that was deleted since */
	return rc == EX_DATAERR || rc == EX_NOPERM ? 0 : rc;
}

/* --- leads --- */

static int add_lead(struct bx_job *job, int64_t contact, int64_t company,
                    int64_t user)
{
	json_t *fields = bx_fields(job, BX_LEAD);
	struct portal_command command;
	int rc;

	bx_set_id(fields, "CONTACT_ID", contact);
	bx_set_id(fields, "COMPANY_ID", company);
	if (!json_object_get(fields, "ASSIGNED_BY_ID"))
		bx_set_id(fields, "ASSIGNED_BY_ID", user);
	command = bx_add(job->crm, "lead", BX_LEAD, fields);
	rc = bx_batch(job, &command, 1, false);
	bx_note(job, "lead", portal_id(command.answer.result));
	portal_release_batch(&command, 1);
	return rc;
}

/* The newest lead of that person which is still open: *id, or 0. */
static int open_lead(struct bx_job *job, const struct bx_people *people,
                     int64_t *id)
{
	json_t *ids = json_array(), *row;
	struct portal_command command;
	size_t i;
	int rc;

	*id = 0;
	for (i = 0; i < people->by_phone[BX_LEAD].n; i++)
		json_array_append_new(
			ids, json_integer(people->by_phone[BX_LEAD].ids[i]));
	for (i = 0; i < people->by_email[BX_LEAD].n; i++)
		json_array_append_new(
			ids, json_integer(people->by_email[BX_LEAD].ids[i]));
	if (!job->crm->map->reuse || !json_array_size(ids)) {
		json_decref(ids);
		return 0;
	}
	command = bx_list(
		job->crm, "open", BX_LEAD,
		json_pack("{so ss}", "@ID", ids, "=STATUS_SEMANTIC_ID", "P"),
		json_pack("[s s]", "ID", "ASSIGNED_BY_ID"));
	rc = bx_batch(job, &command, 1, false);
	row = json_array_get(bx_rows(command.answer.result), 0);
	*id = portal_int(bx_field(row, BX_LEAD, "ID"));
	bx_note(job, "lead", *id);
	if (*id)
		bx_note(job, "responsible",
		        portal_int(bx_field(row, BX_LEAD, "ASSIGNED_BY_ID")));
	portal_release_batch(&command, 1);
	return rc;
}

static int make_lead(struct bx_job *job, const struct bx_people *people)
{
	int64_t contact = 0, company = 0, lead = 0, user = 0;
	int rc = open_lead(job, people, &lead);

	if (lead)
		return bx_enrich(job, people, BX_LEAD, lead);
	contact = bx_people_id(people, BX_CONTACT);
	company = bx_people_id(people, BX_COMPANY);
	bx_note(job, "contact", contact);
	bx_note(job, "company", company);
	if (!rc)
		rc = bx_responsible(job, &user);
	if (!rc)
		rc = add_lead(job, contact, company, user);
	if (!rc && contact)
		rc = bx_enrich(job, people, BX_CONTACT, contact);
	return rc;
}

/* What a tool has made for this call while it went on is filled with what is
 * known now: one call, one lead. */
static int refill(struct bx_job *job, const struct bx_people *people,
                  enum bx_entity entity, int64_t id)
{
	static const char *const kept[] = { "ORIGINATOR_ID", "ORIGIN_ID",
		                            "PHONE",         "EMAIL",
		                            "WEB",           "IM",
		                            "CATEGORY_ID",   NULL };
	json_t *fields = bx_fields(job, entity);
	struct portal_command command;
	const char *const *name;
	int rc;

	for (name = kept; *name; name++)
		json_object_del(fields, *name);
	command = bx_update(job->crm, "refill", entity, id, fields);
	command.kind = PORTAL_REPEATABLE;
	rc = bx_batch(job, &command, 1, false);
	portal_release_batch(&command, 1);
	return rc || entity != BX_LEAD ? rc
	                               : bx_enrich(job, people, entity, id);
}

static int make(struct bx_job *job, enum bx_entity entity)
{
	int64_t there = bx_made(job, bx_names[entity].name);
	struct bx_people people;
	int rc;

	bx_people_read(job, &people);
	rc = bx_people_find(job, &people);
	if (rc)
		return rc;
	if (there)
		return refill(job, &people, entity, there);
	return entity == BX_DEAL ? bx_deal_make(job, &people)
	                         : make_lead(job, &people);
}

int bx_lead_send(struct bx_job *job)
{
	return make(job, wanted(job));
}

int bx_deal_send(struct bx_job *job)
{
	return make(job, BX_DEAL);
}

/* --- what else hangs on --- */

bool bx_owner(const struct bx_job *job, enum bx_entity *entity, int64_t *id)
{
	static const enum bx_entity order[] = { BX_DEAL, BX_LEAD, BX_CONTACT,
		                                BX_COMPANY };

	char told[16];
	size_t i;

	for (i = 0; i < BX_ENTITIES; i++) {
		*entity = order[i];
		*id = bx_made(job, bx_names[order[i]].name);
		/* or who calls the tool says it */
		snprintf(told, sizeof told, "%s_id", bx_names[order[i]].name);
		if (!*id)
			*id = portal_int(json_object_get(job->payload, told));
		if (*id)
			return true;
	}
	return false;
}

int bx_owner_look(struct bx_job *job, enum bx_entity *entity, int64_t *id)
{
	/* one of them: a lead of a contact's may be an old one */
	static const enum bx_entity order[] = { BX_CONTACT, BX_COMPANY,
		                                BX_LEAD };
	struct bx_people people;
	size_t i;
	int rc;

	if (bx_owner(job, entity, id))
		return 0;
	bx_people_read(job, &people);
	rc = bx_people_find(job, &people);
	for (i = 0; !rc && i < 3 && !*id; i++) {
		*entity = order[i];
		*id = bx_people_id(&people, order[i]);
		bx_note(job, bx_names[order[i]].name, *id);
	}
	if (rc || *id || job->entry->attempts < 2)
		return rc;
	*entity = BX_LEAD; /* of an earlier try, without a number */
	return bx_look(job, BX_LEAD, id);
}

int bx_owner_find(struct bx_job *job, enum bx_entity *entity, int64_t *id)
{
	int64_t user = 0;
	int rc = bx_owner_look(job, entity, id);

	if (rc || *id || !job->crm->map->strangers)
		return rc;
	*entity = BX_LEAD;
	rc = bx_responsible(job, &user);
	if (!rc)
		rc = add_lead(job, 0, 0, user);
	*id = bx_made(job, "lead");
	return rc;
}

void bx_person(const struct bx_job *job, enum bx_entity *entity, int64_t *id)
{
	int64_t contact = bx_made(job, bx_names[BX_CONTACT].name);
	int64_t company = bx_made(job, bx_names[BX_COMPANY].name);

	if (!bx_owner(job, entity, id) || *entity != BX_DEAL)
		return;
	if (contact || company) {
		*entity = contact ? BX_CONTACT : BX_COMPANY;
		*id = contact ? contact : company;
	}
}
