/* listen_notice: Bitrix24's events, and ours */
#include "src/crm/listen_notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/phone.h"
#include "lib/ulid.h"
#include "lib/utf8.h"

#include "src/crm/listen_form.h"

enum { TS_MAX = 12 }; /* digits of a time */

/* ONCRMLEADADD, ONCRMLEADUPDATE, ONCRMLEADDELETE: what has these three */
static const struct {
	const char *begins, *type, *made;
} objects[] = {
	{ "ONCRMLEAD", "crm.lead", "lead" },
	{ "ONCRMDEAL", "crm.deal", "deal" },
	{ "ONCRMCONTACT", "crm.contact", "contact" },
	{ "ONCRMCOMPANY", "crm.company", "company" },
	{ "ONCRMACTIVITY", "crm.activity", "activity" },
	{ "ONCRMTIMELINECOMMENT", "crm.comment", "comment" },
	{ "ONCRMDYNAMICITEM", "crm.item", NULL },
	{ "ONTASK", "crm.task", "task" },
};

enum { OBJECTS = sizeof objects / sizeof *objects };

const char *notice_made(const char *type)
{
	if (!strcmp(type, "crm.missed"))
		return "call";
	for (size_t i = 0; i < OBJECTS; i++)
		if (!strcmp(type, objects[i].type))
			return objects[i].made;
	return NULL;
}

static json_t *text(const char *value)
{
	return json_stringn(value,
	                    sv_utf8_cut(value, strlen(value), NOTICE_TEXT));
}

/* a field, unless there is nothing in it; PHP says "undefined" of nothing */
static void add(json_t *fields, const char *name, const char *value)
{
	if (*value && strcmp(value, "undefined") != 0)
		json_object_set_new(fields, name, text(value));
}

/* "crm:12" of a map's two values: which object of the CRM it is about */
static void add_entity(json_t *fields, const json_t *data)
{
	add(fields, "entity", form_get(data, "CRM_ENTITY_TYPE"));
	if (json_object_get(fields, "entity"))
		add(fields, "entity_id", form_get(data, "CRM_ENTITY_ID"));
}

/* A number as one dials it, and else as it was given. */
static void add_phone(json_t *fields, const json_t *data, const char *country)
{
	const char *given = form_get(data, "PHONE_NUMBER");
	const char *abroad = form_get(data, "PHONE_NUMBER_INTERNATIONAL");
	char phone[SV_E164];

	if (sv_phone_e164(given, country, phone) ||
	    sv_phone_e164(abroad, country, phone))
		given = phone;
	add(fields, "phone", given);
}

static json_t *common(const json_t *form, const char *event)
{
	const char *ts = form_get(form, "ts");
	size_t digits = strspn(ts, "0123456789");
	json_t *fields = json_object();
	char at[SV_TIME_LEN];

	json_object_set_new(fields, "event", text(event));
	add(fields, "portal", form_get(form, "auth.domain"));
	if (digits && digits < TS_MAX && !ts[digits]) {
		sv_time_format(strtoll(ts, NULL, 10) * 1000, at);
		json_object_set_new(fields, "happened", json_string(at));
	}
	return fields;
}

/* What happens once has a name of its own, or is named by all that was said. */
static char *key_of(const json_t *form, const char *event, const char *id)
{
	char *said = id && *id && strlen(id) <= SV_SHA256_HEX
	                     ? NULL
	                     : json_dumps(form_at(form, "data"),
	                                  JSON_SORT_KEYS | JSON_ENCODE_ANY);
	char *whole = sv_format("%s %s %s", form_get(form, "auth.member_id"),
	                        form_get(form, "ts"), said ? said : "");
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX], *key;

	sv_sha256(whole, strlen(whole), digest);
	sv_hex(digest, sizeof digest, hex);
	hex[32] = '\0';
	key = sv_format("bitrix24:%s:%s", event, said ? hex : id);
	free(said);
	free(whole);
	return key;
}

/* --- calls --- */

/* Nobody has spoken with who called: missed, declined, called off, not there,
 * busy. */
static bool is_missed(const json_t *data)
{
	static const char *const codes[] = { "304", "603", "603-S", "480",
		                             "486" };
	const char *type = form_get(data, "CALL_TYPE");
	const char *code = form_get(data, "CALL_FAILED_CODE");

	if (strcmp(type, "2") != 0 && strcmp(type, "3") != 0)
		return false;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(code, codes[i]))
			return true;
	return false;
}

static void read_missed(json_t *fields, const json_t *data)
{
	add(fields, "id", form_get(data, "CALL_ID"));
	add(fields, "code", form_get(data, "CALL_FAILED_CODE"));
	add(fields, "reason", form_get(data, "CALL_FAILED_REASON"));
	add(fields, "line", form_get(data, "PORTAL_NUMBER"));
	add(fields, "user", form_get(data, "PORTAL_USER_ID"));
	add(fields, "started", form_get(data, "CALL_START_DATE"));
	add(fields, "activity", form_get(data, "CRM_ACTIVITY_ID"));
}

static void read_click(json_t *fields, const json_t *data)
{
	add(fields, "id", form_get(data, "CALL_ID"));
	add(fields, "extension", form_get(data, "EXTENSION"));
	add(fields, "user", form_get(data, "USER_ID"));
	add(fields, "line", form_get(data, "LINE_NUMBER"));
	add(fields, "list", form_get(data, "CALL_LIST_ID"));
	add_entity(fields, data);
}

static void read_callback(json_t *fields, const json_t *data)
{
	add(fields, "text", form_get(data, "TEXT"));
	add(fields, "line", form_get(data, "LINE_NUMBER"));
	add_entity(fields, data);
}

static const struct {
	const char *event, *type;
	bool (*is)(const json_t *data); /* NULL: always */
	void (*read)(json_t *fields, const json_t *data);
	bool settles;
} calls[] = {
	{ "ONVOXIMPLANTCALLEND", "crm.missed", is_missed, read_missed, true },
	{ "ONEXTERNALCALLSTART", "crm.click", NULL, read_click, false },
	{ "ONEXTERNALCALLBACKSTART", "crm.callback", NULL, read_callback,
	  false },
};

static bool is_call(struct notice *notice, const json_t *form,
                    const char *event, const char *country)
{
	const json_t *data = form_at(form, "data");
	size_t i = 0, n = sizeof calls / sizeof *calls;

	while (i < n && strcmp(calls[i].event, event) != 0)
		i++;
	if (i == n || (calls[i].is && !calls[i].is(data)))
		return false;
	notice->type = calls[i].type;
	notice->settles = calls[i].settles;
	notice->key = key_of(form, event, form_get(data, "CALL_ID"));
	add_phone(notice->fields, data, country);
	calls[i].read(notice->fields, data);
	return true;
}

/* --- what changes --- */

static const char *change_of(const char *ending)
{
	static const char *const changes[][2] = { { "ADD", "add" },
		                                  { "UPDATE", "update" },
		                                  { "DELETE", "delete" } };

	for (size_t i = 0; i < 3; i++)
		if (!strcmp(ending, changes[i][0]))
			return changes[i][1];
	return NULL;
}

/* A task's id is in another place, and a task that was deleted has just had
 * one. */
static const char *id_of(const json_t *data)
{
	static const char *const places[] = { "FIELDS.ID", "FIELDS_AFTER.ID",
		                              "FIELDS_BEFORE.ID" };

	for (size_t i = 0; i < 3; i++) {
		const char *id = form_get(data, places[i]);

		if (*id && strcmp(id, "undefined") != 0)
			return id;
	}
	return "";
}

static char *new_key(const char *event)
{
	char id[SV_ULID_LEN];

	sv_ulid(id);
	return sv_format("bitrix24:%s:%s", event, id);
}

static bool is_change(struct notice *notice, const json_t *form,
                      const char *event)
{
	const json_t *data = form_at(form, "data");
	const char *change = NULL;
	size_t i = 0;

	for (; i < OBJECTS && !change; i++)
		if (!strncmp(event, objects[i].begins,
		             strlen(objects[i].begins)))
			change = change_of(event + strlen(objects[i].begins));
	if (!change || !*id_of(data))
		return false;
	notice->type = objects[i - 1].type;
	notice->settles = objects[i - 1].made != NULL;
	notice->key = new_key(event);
	add(notice->fields, "id", id_of(data));
	add(notice->fields, "change", change);
	add(notice->fields, "kind", form_get(data, "FIELDS.ENTITY_TYPE_ID"));
	return true;
}

/* --- all of it --- */

/* what programs match is upper case, whatever the portal's mood */
static char *event_of(const json_t *form)
{
	const char *given = form_get(form, "event");
	size_t len = strspn(given, "abcdefghijklmnopqrstuvwxyz"
	                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	char *event;

	if (!len || given[len] || len > FORM_NAME)
		return NULL;
	event = sv_strdup(given);
	for (size_t i = 0; i < len; i++)
		event[i] = (char)sv_upper((uint32_t)event[i]);
	return event;
}

int notice_make(struct notice *notice, const json_t *form, const char *country)
{
	char *event = event_of(form);
	json_t *data = form_at(form, "data");

	*notice = (struct notice){ 0 };
	if (!event)
		return sv_fail(EX_DATAERR, "the form names no event");
	notice->fields = common(form, event);
	if (!is_call(notice, form, event, country) &&
	    !is_change(notice, form, event)) {
		notice->type = "crm.event";
		notice->key = new_key(event);
		if (json_is_object(data))
			json_object_set(notice->fields, "data", data);
	}
	free(event);
	return 0;
}

void notice_release(struct notice *notice)
{
	free(notice->key);
	json_decref(notice->fields);
	*notice = (struct notice){ 0 };
}
