/* bitrix24_people.c: who is known by a number or an address already */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "src/crm/bitrix24.h"

/* one address with an @ and no space; in small letters, as all compare it */
static void read_email(const char *text, char email[BX_EMAIL])
{
	size_t i, len;

	text += strspn(text, " \t<");
	len = strcspn(text, " \t>,;");
	*email = '\0';
	if (len >= BX_EMAIL || !memchr(text, '@', len) ||
	    memchr(text, '[', len)) /* no reference of a batch, either */
		return;
	for (i = 0; i < len; i++)
		email[i] = (char)tolower((unsigned char)text[i]);
	email[len] = '\0';
}

void bx_people_read(const struct bx_job *job, struct bx_people *people)
{
	const char *country = job->crm->map->country;
	bool out = !strcmp(bx_text(job, "direction"), "out");

	memset(people, 0, sizeof *people);
	if (!sv_phone_e164(bx_text(job, "phone"), country, people->phone))
		sv_phone_e164(bx_text(job, out ? "callee" : "caller"), country,
		              people->phone);
	read_email(bx_text(job, "email"), people->email);
}

static json_t *values_of(const struct bx_people *people, bool phone)
{
	char spellings[SV_PHONE_SPELLINGS][SV_E164];
	json_t *values = json_array();
	size_t i, n = 0;

	if (phone)
		n = sv_phone_spellings(people->phone, spellings,
		                       SV_PHONE_SPELLINGS);
	for (i = 0; i < n; i++)
		json_array_append_new(values, json_string(spellings[i]));
	if (!phone)
		json_array_append_new(values, json_string(people->email));
	return values;
}

/* One type at a time: the portal leaves out the types behind one that has
 * twenty. */
static void add_search(struct portal_command *command, const char *key,
                       const struct bx_people *people, bool phone,
                       enum bx_entity entity)
{
	*command = (struct portal_command){
		.key = key,
		.method = "crm.duplicate.findbycomm",
		.kind = PORTAL_READ,
		.params = json_pack("{ss so ss}", "type",
		                    phone ? "PHONE" : "EMAIL", "values",
		                    values_of(people, phone), "entity_type",
		                    bx_names[entity].upper),
	};
}

static void take_found(const json_t *result, enum bx_entity entity,
                       struct bx_known *known)
{
	json_t *ids = json_object_get(result, bx_names[entity].upper), *id;
	size_t i;

	json_array_foreach (ids, i, id)
		if (known->n < BX_KNOWN && portal_int(id) > 0)
			known->ids[known->n++] = portal_int(id);
}

int bx_people_find(struct bx_job *job, struct bx_people *people)
{
	static const enum bx_entity types[] = { BX_CONTACT, BX_COMPANY,
		                                BX_LEAD };

	static const char *const keys[] = {
		"pc", "pco", "pl", "ec", "eco", "el"
	};
	struct portal_command commands[6];
	size_t i, n = 0, first = *people->phone ? 0 : 3;
	int rc = 0;

	for (i = 0; i < 6; i++)
		if (*(i < 3 ? people->phone : people->email))
			add_search(&commands[n++], keys[i], people, i < 3,
			           types[i % 3]);
	if (n)
		rc = bx_batch(job, commands, n, false);
	for (i = 0; !rc && i < n; i++) {
		size_t k = first + i;

		take_found(commands[i].answer.result, types[k % 3],
		           &(k < 3 ? people->by_phone
		                   : people->by_email)[types[k % 3]]);
	}
	portal_release_batch(commands, n);
	return rc;
}

int64_t bx_people_id(const struct bx_people *people, enum bx_entity entity)
{
	if (people->by_phone[entity].n)
		return people->by_phone[entity].ids[0];
	if (people->by_email[entity].n)
		return people->by_email[entity].ids[0];
	return 0;
}

static bool has(const struct bx_known *known, int64_t id)
{
	size_t i;

	for (i = 0; i < known->n; i++)
		if (known->ids[i] == id)
			return true;
	/* a full list may have left it out: better nothing added than twice */
	return known->n == BX_KNOWN;
}

json_t *bx_people_lacks(const struct bx_people *people, enum bx_entity entity,
                        int64_t id)
{
	json_t *fields = json_object();

	if (*people->phone && !has(&people->by_phone[entity], id))
		json_object_set_new(fields, "PHONE",
		                    json_pack("[{ss ss}]", "VALUE",
		                              people->phone, "VALUE_TYPE",
		                              "WORK"));
	if (*people->email && !has(&people->by_email[entity], id))
		json_object_set_new(fields, "EMAIL",
		                    json_pack("[{ss ss}]", "VALUE",
		                              people->email, "VALUE_TYPE",
		                              "WORK"));
	if (json_object_size(fields))
		return fields;
	json_decref(fields);
	return NULL;
}
