/* payload.c: whether an entry's payload is one of its kind */
#include "src/crm/payload.h"

#include <jansson.h>
#include <string.h>

#include "lib/fail.h"

/* what a kind cannot be without; what else has a type has it when there */
static const struct {
	const char *kind; /* NULL: any */
	const char *member;
	char type; /* as a letter: s, i, a, o */
	bool needed;
} members[] = {
	{ NULL, "key", 's', true },
	{ NULL, "kind", 's', true },
	{ NULL, "call", 's', true },
	{ NULL, "language", 's', false },
	{ NULL, "started", 's', false },
	{ NULL, "duration_ms", 'i', false },
	{ "lead", "slots", 'o', true },
	{ "call", "status", 's', true },
	{ "call", "transcript", 'a', false },
	{ "recording", "path", 's', true },
	{ "transcript", "turns", 'a', true },
	{ "comment", "text", 's', true },
	{ "task", "title", 's', true },
	{ "task", "text", 's', true },
	{ "done", "phone", 's', true },
	{ "callback", "said", 's', true },
	{ "callback", "time", 's', false },
};

enum { MEMBERS = sizeof members / sizeof *members };

static bool is_of(const json_t *value, char type)
{
	switch (type) {
	case 's':
		return json_is_string(value);
	case 'i':
		return json_is_integer(value);
	case 'a':
		return json_is_array(value);
	default:
		return json_is_object(value);
	}
}

static const char *name_of(char type)
{
	switch (type) {
	case 's':
		return "a string";
	case 'i':
		return "a whole number";
	case 'a':
		return "an array";
	default:
		return "an object";
	}
}

static int check_member(const json_t *payload, size_t i)
{
	const json_t *value = json_object_get(payload, members[i].member);

	if (!value && members[i].needed)
		return sv_fail(EX_DATAERR, "payload: no %s", members[i].member);
	if (value && !is_of(value, members[i].type))
		return sv_fail(EX_DATAERR, "payload: %s is not %s",
		               members[i].member, name_of(members[i].type));
	return 0;
}

/* what says which entry it is must not change */
static int check_same(const json_t *payload, const char *member,
                      const char *text)
{
	const char *value = json_string_value(json_object_get(payload, member));

	if (value && !strcmp(value, text))
		return 0;
	return sv_fail(EX_DATAERR, "payload: %s is not %s", member, text);
}

int payload_check(const char *text, const struct entry *entry)
{
	json_t *payload = json_loads(text, 0, NULL);
	size_t i;
	int rc = 0;

	if (!json_is_object(payload))
		rc = sv_fail(EX_DATAERR, "payload: not an object");
	for (i = 0; !rc && i < MEMBERS; i++)
		if (!members[i].kind || !strcmp(members[i].kind, entry->kind))
			rc = check_member(payload, i);
	if (!rc)
		rc = check_same(payload, "key", entry->key);
	if (!rc)
		rc = check_same(payload, "kind", entry->kind);
	if (!rc)
		rc = check_same(payload, "call", entry->call);
	json_decref(payload);
	return rc;
}
