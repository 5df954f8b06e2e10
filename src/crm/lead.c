/* lead.c: what the slots of a conversation are to a CRM */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/calendar.h"

#include "src/crm/record.h"

/* what a CRM has a field for, and the slots that scenarios keep it in */
static const struct {
	const char *field;
	const char *slots[8];
} fields[] = {
	{ "name", { "name", "full_name", "client_name", "имя", "фио" } },
	{ "phone", { "phone", "phone_number", "tel", "телефон" } },
	{ "email", { "email", "e_mail", "mail", "почта" } },
	{ "company",
	  { "company", "organization", "organisation", "компания" } },
	{ "need",
	  { "need", "needs", "product", "interest", "request", "потребность",
	    "интерес" } },
	{ "budget", { "budget", "бюджет" } },
	{ "callback",
	  { "callback", "callback_time", "callback_at", "call_back", "when",
	    "перезвонить" } },
};

/* the first of these slots that has a value; lent */
static json_t *first_of(const json_t *slots, const char *const names[8])
{
	size_t i;

	for (i = 0; i < 8 && names[i]; i++) {
		json_t *value = json_object_get(slots, names[i]);

		if (value && !json_is_null(value))
			return value;
	}
	return NULL;
}

/* When to call back, in the words of the slots: it is often asked for in two
 * questions. NULL when it was not said; yours to free(). */
static char *said(const json_t *slots)
{
	static const char *const days[8] = { "day", "date", "день", "дата" };
	static const char *const hours[8] = { "hour", "time", "час", "время" };
	static const char *const whens[8] = { "callback",    "callback_time",
		                              "callback_at", "call_back",
		                              "when",        "перезвонить" };
	const char *when = json_string_value(first_of(slots, whens));
	const char *day = json_string_value(first_of(slots, days));
	const char *hour = json_string_value(first_of(slots, hours));

	if (when && *when)
		return sv_strdup(when);
	if (!day && !hour)
		return NULL;
	return sv_format("%s%s%s", day ? day : "", day && hour ? " " : "",
	                 hour ? hour : "");
}

static void add_fields(json_t *lead, const json_t *slots)
{
	char *when = said(slots);
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++) {
		json_t *value = first_of(slots, fields[i].slots);

		if (value)
			json_object_set(lead, fields[i].field, value);
	}
	if (when && !json_object_get(lead, "callback"))
		json_object_set_new(lead, "callback", json_string(when));
	free(when);
}

static const json_t *slots_of(const struct call *call)
{
	return json_object_get(call->state, "slots");
}

void record_lead(json_t *lead, const struct call *call)
{
	static const char *const names[] = { "outcome",   "caller",   "callee",
		                             "direction", "scenario", "version",
		                             "language",  "handoff",  NULL };
	const json_t *slots = slots_of(call);
	json_t *time = json_object_get(call->state, "concluded_at");
	const char *number = record_number(call);

	if (time)
		json_object_set(lead, "time", time);
	add_fields(lead, slots);
	/* who leaves no number can be called where the call came from */
	if (number && !json_object_get(lead, "phone"))
		json_object_set_new(lead, "phone", json_string(number));
	record_known(lead, call, names);
	json_object_set_new(lead, "slots",
	                    slots ? json_deep_copy(slots) : json_object());
}

bool record_has_callback(const struct call *call)
{
	char *when = said(slots_of(call));
	bool has = call_concluded(call) && when != NULL;

	free(when);
	return has;
}

/* Two digits at most, up to max, then that sign, or anything that is none. */
static bool take_number(const char **text, int max, char behind, int *value)
{
	int digits = 0;

	for (*value = 0; **text >= '0' && **text <= '9'; ++*text, digits++)
		*value = digits < 3 ? *value * 10 + (**text - '0') : max + 1;
	if (!digits || digits > 2 || *value > max)
		return false;
	if (!behind)
		return true;
	return *(*text)++ == behind;
}

/* "2026-11-22 15:00", "2026-11-22T15:00:00": what dates and hours are after
 * they were understood; the words of people are left to people */
static bool read_time(const char *text, struct tm *at)
{
	struct sv_date date;
	char day[11];
	int hour, minute;

	if (strlen(text) < sizeof day)
		return false;
	snprintf(day, sizeof day, "%.10s", text);
	if (!sv_date_read(day, &date) || (text[10] != ' ' && text[10] != 'T'))
		return false;
	text += sizeof day;
	if (!take_number(&text, 23, ':', &hour) ||
	    !take_number(&text, 59, '\0', &minute))
		return false;
	*at = (struct tm){ .tm_year = date.year - 1900,
		           .tm_mon = date.month - 1,
		           .tm_mday = date.day,
		           .tm_hour = hour,
		           .tm_min = minute,
		           .tm_isdst = -1 };
	return !*text || !strcmp(text, ":00");
}

/* with the offset that holds here on that day */
static json_t *absolute(struct tm *at)
{
	char text[64], offset[8];
	size_t len;

	if (mktime(at) == (time_t)-1)
		return NULL;
	len = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", at);
	strftime(offset, sizeof offset, "%z", at); /* +0300 */
	snprintf(text + len, sizeof text - len, "%.3s:%s", offset, offset + 3);
	return json_string(text);
}

void record_callback(json_t *callback, const struct call *call)
{
	static const char *const names[] = { "language", NULL };
	static const char *const of_lead[] = { "phone", "name", "need", NULL };
	json_t *lead = json_object();
	char *when = said(slots_of(call));
	struct tm at;
	int i;

	if (when && read_time(when, &at))
		json_object_set_new(callback, "time", absolute(&at));
	json_object_set_new(callback, "said", json_string(when));
	record_lead(lead, call);
	for (i = 0; of_lead[i]; i++)
		if (json_object_get(lead, of_lead[i]))
			json_object_set(callback, of_lead[i],
			                json_object_get(lead, of_lead[i]));
	record_known(callback, call, names);
	json_decref(lead);
	free(when);
}
