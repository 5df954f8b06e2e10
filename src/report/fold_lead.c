/* fold_lead: what came of calls, and what was said of them afterwards */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

#include "src/report/fold.h"

enum lead_text {
	OUTCOME_TEXT,
	SCENARIO_TEXT,
	VERSION_TEXT,
	CALLER_TEXT,
	NAME_TEXT,
	PHONE_TEXT,
	EMAIL_TEXT,
	COMPANY_TEXT,
	NEED_TEXT,
	SLOTS_TEXT,
	LEAD_TEXT,
	CONTACT_TEXT,
	DEAL_TEXT,
	LEAD_TEXTS
};

struct lead_row {
	char *call;
	size_t place; /* in the stream: what was told later counts */
	int64_t time_ms;
	char *texts[LEAD_TEXTS];
};

/* the slots that scenarios keep a lead's fields in, as sv-crm knows them */
static const struct {
	enum lead_text text;
	const char *slots[7];
} fields[] = {
	{ NAME_TEXT, { "name", "full_name", "client_name", "имя", "фио" } },
	{ PHONE_TEXT, { "phone", "phone_number", "tel", "телефон" } },
	{ EMAIL_TEXT, { "email", "e_mail", "mail", "почта" } },
	{ COMPANY_TEXT,
	  { "company", "organization", "organisation", "компания" } },
	{ NEED_TEXT,
	  { "need", "needs", "product", "interest", "request", "потребность",
	    "интерес" } },
};

/* a value of any type as text, new; NULL for none */
static char *text_of(const json_t *value)
{
	if (!value || json_is_null(value))
		return NULL;
	if (json_is_string(value))
		return sv_strdup(json_string_value(value));
	return json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
	                                 JSON_REAL_PRECISION(12));
}

static struct lead_row *new_lead(struct batch *batch, const struct keyed *keyed)
{
	struct lead_row *row;

	if (batch->n_leads == batch->cap_leads) {
		batch->cap_leads = batch->cap_leads ? batch->cap_leads * 2 : 64;
		batch->leads = sv_realloc(batch->leads,
		                          batch->cap_leads * sizeof *row);
	}
	row = &batch->leads[batch->n_leads];
	*row = (struct lead_row){ .call = sv_strdup(keyed->event->call),
		                  .place = batch->n_leads++,
		                  .time_ms = UNTOLD };
	return row;
}

static json_t *first_of(const json_t *slots, const char *const names[7])
{
	json_t *value = NULL;

	for (size_t i = 0; i < 7 && names[i] && !value; i++) {
		value = json_object_get(slots, names[i]);
		value = json_is_null(value) ? NULL : value;
	}
	return value;
}

void fold_lead(struct batch *batch, const struct keyed *keyed)
{
	const json_t *json = keyed->event->json;
	const json_t *slots = json_object_get(json, "slots");
	struct lead_row *row = new_lead(batch, keyed);

	row->time_ms = keyed->time_ms;
	row->texts[OUTCOME_TEXT] = text_of(json_object_get(json, "outcome"));
	row->texts[SCENARIO_TEXT] = text_of(json_object_get(json, "scenario"));
	row->texts[VERSION_TEXT] = text_of(json_object_get(json, "version"));
	row->texts[CALLER_TEXT] = text_of(json_object_get(json, "caller"));
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		row->texts[fields[i].text] =
			text_of(first_of(slots, fields[i].slots));
	if (json_is_object(slots))
		row->texts[SLOTS_TEXT] = text_of(slots);
}

void fold_made(struct batch *batch, const struct keyed *keyed)
{
	const json_t *made = json_object_get(keyed->event->json, "made");
	struct lead_row *row;

	if (!json_is_object(made))
		return;
	row = new_lead(batch, keyed);
	row->texts[LEAD_TEXT] = text_of(json_object_get(made, "lead"));
	row->texts[CONTACT_TEXT] = text_of(json_object_get(made, "contact"));
	row->texts[DEAL_TEXT] = text_of(json_object_get(made, "deal"));
}

/* what is the event's own, and not of all events */
static char *own_fields(const json_t *event)
{
	static const char *const common[] = { "v", "type", "call", "seq",
		                              "t", "time", "stage" };
	json_t *own = json_copy((json_t *)(uintptr_t)event);
	char *text;

	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		json_object_del(own, common[i]);
	text = json_dumps(own, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(own);
	return text;
}

void fold_tag(struct batch *batch, const struct keyed *keyed)
{
	struct rows *rows = &batch->tags;
	char *value = text_of(json_object_get(keyed->event->json, "value"));
	char *own = own_fields(keyed->event->json);

	rows_put_text(rows, keyed->event->call);
	rows_put(rows, keyed->stage,
	         sv_utf8_cut(keyed->stage, strlen(keyed->stage), SV_CALL_MAX));
	rows_put_int(rows, keyed->seq);
	rows_put_int(rows, keyed->time_ms);
	rows_put_text(rows, keyed->event->type + strlen("tag."));
	rows_put_text(rows, value);
	rows_put_text(rows, own);
	free(value);
	free(own);
}

/* --- into the store --- */

#define LATER(COLUMN)                                                          \
	COLUMN " = COALESCE(excluded." COLUMN ", leads." COLUMN ")"

static const char sql[] =
	"INSERT INTO leads (call, time, outcome, scenario, version, caller,"
	" name, phone, email, company, need, slots, lead, contact, deal)"
	" VALUES (?, NULLIF(?, -1), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	" ON CONFLICT (call) DO UPDATE SET " LATER("time") ", "            //
	LATER("outcome") ", " LATER("scenario") ", " LATER("version") ", " //
	LATER("caller") ", " LATER("name") ", " LATER("phone") ", "        //
	LATER("email") ", " LATER("company") ", " LATER("need") ", "       //
	LATER("slots") ", " LATER("lead") ", " LATER("contact") ", "       //
	LATER("deal");

static int store_lead(struct sv_store *store, const struct lead_row *row)
{
	char *const *texts = row->texts;

	return sv_store_change(
		store, NULL, sql, "sisssssssssssss", row->call, row->time_ms,
		texts[OUTCOME_TEXT], texts[SCENARIO_TEXT], texts[VERSION_TEXT],
		texts[CALLER_TEXT], texts[NAME_TEXT], texts[PHONE_TEXT],
		texts[EMAIL_TEXT], texts[COMPANY_TEXT], texts[NEED_TEXT],
		texts[SLOTS_TEXT], texts[LEAD_TEXT], texts[CONTACT_TEXT],
		texts[DEAL_TEXT]);
}

static int by_call(const void *left, const void *right)
{
	const struct lead_row *a = left, *b = right;
	int order = strcmp(a->call, b->call);

	return order ? order : a->place < b->place ? -1 : 1;
}

/* In the order of their names, as the calls are (fold_store.c). */
int fold_store_leads(struct batch *batch, struct sv_store *store)
{
	int rc = 0;

	if (batch->n_leads)
		qsort(batch->leads, batch->n_leads, sizeof *batch->leads,
		      by_call);
	for (size_t i = 0; !rc && i < batch->n_leads; i++)
		rc = store_lead(store, &batch->leads[i]);
	return rc;
}

void fold_clear_leads(struct batch *batch)
{
	for (size_t i = 0; i < batch->n_leads; i++) {
		free(batch->leads[i].call);
		for (size_t j = 0; j < LEAD_TEXTS; j++)
			free(batch->leads[i].texts[j]);
	}
	batch->n_leads = 0;
}
