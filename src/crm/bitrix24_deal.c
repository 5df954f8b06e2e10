/* bitrix24_deal.c: deals, and the contacts and companies they are of */
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/crm/bitrix24.h"

enum { COMMANDS = 4 };

/* Commands of one batch, and what each of them makes. */
struct batch {
	struct portal_command commands[COMMANDS];
	enum bx_entity makes[COMMANDS]; /* BX_ENTITIES: nothing new */
	size_t n;
};

static void put(struct batch *batch, struct portal_command command,
                enum bx_entity makes)
{
	batch->commands[batch->n] = command;
	batch->makes[batch->n++] = makes;
}

/* Runs them: the first that fails ends it, and what was made till then is
 * noted all the same. */
static int run(struct bx_job *job, struct batch *batch)
{
	int rc = bx_batch(job, batch->commands, batch->n, true);
	size_t i;

	for (i = 0; i < batch->n; i++)
		if (batch->makes[i] != BX_ENTITIES)
			bx_note(job, bx_names[batch->makes[i]].name,
			        portal_id(batch->commands[i].answer.result));
	portal_release_batch(batch->commands, batch->n);
	return rc;
}

/* Who was made by an earlier try, is known, or has our origin. */
static int person(struct bx_job *job, const struct bx_people *people,
                  enum bx_entity entity, int64_t *id)
{
	*id = bx_made(job, bx_names[entity].name);
	if (!*id)
		*id = bx_people_id(people, entity);
	if (!*id && job->entry->attempts > 1)
		return bx_look(job, entity, id);
	bx_note(job, bx_names[entity].name, *id);
	return 0;
}

/* a company of that very name */
static int named_company(struct bx_job *job, int64_t *id)
{
	struct portal_command command =
		bx_list(job->crm, "named", BX_COMPANY,
	                json_pack("{ss}", "=TITLE", bx_text(job, "company")),
	                json_pack("[s]", "ID"));
	json_t *row;
	int rc = bx_batch(job, &command, 1, false);

	row = json_array_get(bx_rows(command.answer.result), 0);
	*id = portal_int(bx_field(row, BX_COMPANY, "ID"));
	bx_note(job, "company", *id);
	portal_release_batch(&command, 1);
	return rc;
}

struct deal {
	int64_t contact, company, user;
	bool named; /* a company is to be made */
};

static json_t *id_or_result(const struct crm *crm, int64_t id, const char *key)
{
	return id ? json_integer(id) : bx_result_id(crm, key);
}

static void put_person(struct bx_job *job, struct batch *batch,
                       const struct deal *deal, enum bx_entity entity)
{
	json_t *fields = bx_fields(job, entity);

	if (entity == BX_CONTACT && (deal->company || deal->named))
		json_object_set_new(
			fields, "COMPANY_ID",
			id_or_result(job->crm, deal->company, "company"));
	if (!json_object_get(fields, "ASSIGNED_BY_ID"))
		bx_set_id(fields, "ASSIGNED_BY_ID", deal->user);
	put(batch, bx_add(job->crm, bx_names[entity].name, entity, fields),
	    entity);
}

static int add_deal(struct bx_job *job, const struct deal *deal)
{
	struct batch batch = { .n = 0 };
	json_t *fields = bx_fields(job, BX_DEAL);

	if (deal->named)
		put_person(job, &batch, deal, BX_COMPANY);
	if (!deal->contact)
		put_person(job, &batch, deal, BX_CONTACT);
	json_object_set_new(fields, "CONTACT_ID",
	                    id_or_result(job->crm, deal->contact, "contact"));
	if (deal->company || deal->named)
		json_object_set_new(
			fields, "COMPANY_ID",
			id_or_result(job->crm, deal->company, "company"));
	if (!json_object_get(fields, "ASSIGNED_BY_ID"))
		bx_set_id(fields, "ASSIGNED_BY_ID", deal->user);
	put(&batch, bx_add(job->crm, "deal", BX_DEAL, fields), BX_DEAL);
	return run(job, &batch);
}

int bx_deal_make(struct bx_job *job, const struct bx_people *people)
{
	bool company = *bx_text(job, "company") && job->crm->map->companies;
	struct deal deal = { 0 };
	bool known;
	int rc = person(job, people, BX_CONTACT, &deal.contact);

	known = deal.contact > 0;
	if (!rc)
		rc = person(job, people, BX_COMPANY, &deal.company);
	if (!rc && !deal.company && company) {
		rc = named_company(job, &deal.company);
		deal.named = !deal.company;
	}
	if (!rc)
		rc = bx_responsible(job, &deal.user);
	if (!rc)
		rc = add_deal(job, &deal);
	if (!rc && known)
		rc = bx_enrich(job, people, BX_CONTACT, deal.contact);
	return rc;
}
