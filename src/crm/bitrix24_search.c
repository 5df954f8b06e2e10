/*
 * bitrix24_search.c: sv-crm find: what the portal knows of a person: contact,
 * company, what is open, who is responsible, the last call
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"

#include "src/crm/bitrix24.h"

/* One search on its way. */
struct search {
	struct bx_job job;
	struct bx_people people;
	int64_t contact, company, responsible;
	json_t *found;
};

static json_t *select_of(enum bx_entity entity)
{
	if (entity == BX_CONTACT)
		return json_pack("[s s s s s s]", "ID", "NAME", "SECOND_NAME",
		                 "LAST_NAME", "ASSIGNED_BY_ID", "COMPANY_ID");
	if (entity == BX_COMPANY)
		return json_pack("[s s s]", "ID", "TITLE", "ASSIGNED_BY_ID");
	return json_pack("[s s s s s]", "ID", "TITLE", "ASSIGNED_BY_ID",
	                 "DATE_CREATE",
	                 entity == BX_LEAD ? "STATUS_ID" : "STAGE_ID");
}

/* the people of that name: the contact, where just one has it; else all of
 * them, for who asks to choose */
static int by_name(struct search *search, const char *name)
{
	struct portal_command commands[2];
	json_t *rows = json_array(), *row;
	size_t i, k;
	int rc;

	commands[0] = bx_list(search->job.crm, "first", BX_CONTACT,
	                      json_pack("{ss}", "%NAME", name),
	                      select_of(BX_CONTACT));
	commands[1] = bx_list(search->job.crm, "last", BX_CONTACT,
	                      json_pack("{ss}", "%LAST_NAME", name),
	                      select_of(BX_CONTACT));
	rc = bx_batch(&search->job, commands, 2, false);
	for (i = 0; i < 2; i++)
		json_array_foreach (bx_rows(commands[i].answer.result), k, row)
			if (json_array_size(rows) < BX_ROWS)
				json_array_append(rows, row);
	portal_release_batch(commands, 2);
	if (json_array_size(rows) == 1)
		search->contact = portal_int(
			bx_field(json_array_get(rows, 0), BX_CONTACT, "ID"));
	else if (json_array_size(rows))
		json_object_set_new(search->found, "contacts",
		                    bx_tell_all(rows, BX_CONTACT));
	json_decref(rows);
	return rc;
}

static struct portal_command list_of(struct search *search, const char *key,
                                     enum bx_entity entity, const char *by,
                                     json_t *value)
{
	json_t *filter = json_pack("{so}", by, value);

	if (entity == BX_LEAD)
		json_object_set_new(filter, "=STATUS_SEMANTIC_ID",
		                    json_string("P"));
	if (entity == BX_DEAL)
		json_object_set_new(filter, "=STAGE_SEMANTIC_ID",
		                    json_string("P"));
	return bx_list(search->job.crm, key, entity, filter, select_of(entity));
}

static json_t *lead_ids(const struct bx_people *people)
{
	json_t *ids = json_array();
	size_t i;

	for (i = 0; i < people->by_phone[BX_LEAD].n; i++)
		json_array_append_new(
			ids, json_integer(people->by_phone[BX_LEAD].ids[i]));
	for (i = 0; i < people->by_email[BX_LEAD].n; i++)
		json_array_append_new(
			ids, json_integer(people->by_email[BX_LEAD].ids[i]));
	if (!json_array_size(ids)) /* nobody has the number 0 */
		json_array_append_new(ids, json_integer(0));
	return ids;
}

static struct portal_command calls_of(enum bx_entity entity, int64_t id)
{
	return (struct portal_command){
		.key = "calls",
		.method = "crm.activity.list",
		.kind = PORTAL_READ,
		.params =
			json_pack("{s{sI si si} s[s s s s s] s{ss}}", "filter",
		                  "OWNER_ID", (json_int_t)id, "OWNER_TYPE_ID",
		                  bx_names[entity].type, "TYPE_ID", 2, "select",
		                  "ID", "SUBJECT", "CREATED", "START_TIME",
		                  "DIRECTION", "order", "ID", "DESC"),
	};
}

static void tell_call(json_t *found, const json_t *result)
{
	json_t *row = json_array_get(bx_rows(result), 0), *call;

	if (!row)
		return;
	call = json_object();
	bx_tell_id(call, "activity", row, BX_LEAD, "ID");
	bx_tell_text(call, "subject", row, BX_LEAD, "SUBJECT");
	bx_tell_text(call, "time", row, BX_LEAD, "START_TIME");
	if (!json_object_get(call, "time"))
		bx_tell_text(call, "time", row, BX_LEAD, "CREATED");
	json_object_set_new(
		call, "direction",
		json_string(portal_int(json_object_get(row, "DIRECTION")) == 2
	                            ? "out"
	                            : "in"));
	json_object_set_new(found, "last_call", call);
}

/* what was found of one entity, alone under its own name */
static void tell_one(struct search *search, const json_t *result,
                     enum bx_entity entity)
{
	json_t *row = json_array_get(bx_rows(result), 0);

	if (!row)
		return;
	json_object_set_new(search->found, bx_names[entity].name,
	                    bx_tell(row, entity));
	if (!search->responsible)
		search->responsible =
			portal_int(bx_field(row, entity, "ASSIGNED_BY_ID"));
}

static int ask_all(struct search *search)
{
	enum bx_entity owner = search->contact   ? BX_CONTACT
	                       : search->company ? BX_COMPANY
	                                         : BX_LEAD;
	json_t *leads = lead_ids(&search->people);
	int64_t id = search->contact   ? search->contact
	             : search->company ? search->company
	                               : portal_int(json_array_get(leads, 0));
	struct portal_command commands[] = {
		list_of(search, "contact", BX_CONTACT, "=ID",
		        json_integer(search->contact)),
		list_of(search, "company", BX_COMPANY, "=ID",
		        json_integer(search->company)),
		list_of(search, "leads", BX_LEAD, "@ID", leads),
		list_of(search, "deals", BX_DEAL,
		        search->contact ? "=CONTACT_ID" : "=COMPANY_ID",
		        json_integer(search->contact   ? search->contact
		                     : search->company ? search->company
		                                       : -1)),
		calls_of(owner, id),
	};
	int rc = bx_batch(&search->job, commands, 5, false);
	json_t *open;

	tell_one(search, commands[0].answer.result, BX_CONTACT);
	tell_one(search, commands[1].answer.result, BX_COMPANY);
	open = bx_tell_all(commands[2].answer.result, BX_LEAD);
	if (!search->responsible)
		search->responsible = portal_int(json_object_get(
			json_array_get(open, 0), "responsible"));
	json_object_set_new(search->found, "leads", open);
	json_object_set_new(search->found, "deals",
	                    bx_tell_all(commands[3].answer.result, BX_DEAL));
	tell_call(search->found, commands[4].answer.result);
	portal_release_batch(commands, 5);
	return rc;
}

/* Their name needs a right of its own, which is nothing to fail for. */
static void tell_responsible(struct search *search)
{
	struct portal_answer answer = { 0 };
	json_t *user;

	if (!search->responsible)
		return;
	user = json_pack("{sI}", "id", (json_int_t)search->responsible);
	bx_ask(&search->job, "user.get",
	       json_pack("{sI}", "ID", (json_int_t)search->responsible),
	       PORTAL_READ, &answer);
	bx_tell_name(user, json_array_get(answer.result, 0));
	json_object_set_new(search->found, "responsible", user);
	portal_release(&answer);
}

static int look(struct search *search)
{
	char *name = bx_template_text("{name}", search->job.payload);
	int rc;

	bx_people_read(&search->job, &search->people);
	if (*search->people.phone)
		json_object_set_new(search->found, "phone",
		                    json_string(search->people.phone));
	rc = bx_people_find(&search->job, &search->people);
	search->contact = bx_people_id(&search->people, BX_CONTACT);
	search->company = bx_people_id(&search->people, BX_COMPANY);
	if (!rc && *name && !search->contact && !search->company)
		rc = by_name(search, name);
	free(name);
	if (!rc)
		rc = ask_all(search);
	if (!rc)
		tell_responsible(search);
	return rc;
}

static int look_once(struct crm *crm, const json_t *wanted, json_t **found,
                     bool *missing)
{
	const struct crm_entry entry = { .key = "",
		                         .kind = "find",
		                         .call = "" };
	struct crm_outcome outcome = { 0 };
	struct search search = {
		.job = { .crm = crm,
		         .entry = &entry,
		         .outcome = &outcome,
		         .payload = json_deep_copy(wanted) },
		.found = json_object(),
	};
	int rc = look(&search);

	*missing = search.job.missing;
	json_decref(search.job.payload);
	crm_outcome_release(&outcome);
	*found = search.found;
	if (rc) {
		json_decref(search.found);
		*found = NULL;
	}
	return rc;
}

int bx_search(struct crm *crm, const json_t *wanted, json_t **found)
{
	bool missing;
	int rc = look_once(crm, wanted, found, &missing);

	if (!missing || crm->frozen)
		return rc;
	crm->frozen = true;
	json_decref(*found);
	return look_once(crm, wanted, found, &missing);
}
