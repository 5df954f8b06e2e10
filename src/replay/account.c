/* account.c: a call as a person would tell it */
#include "src/replay/account.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

static const char *const names[ENTRY_KINDS] = {
	[ENTRY_HEARD] = "heard", [ENTRY_KEYS] = "keys",
	[ENTRY_STATE] = "state", [ENTRY_SAY] = "say",
	[ENTRY_SLOT] = "slot",   [ENTRY_HANDOFF] = "handoff",
	[ENTRY_BRIEF] = "brief", [ENTRY_OUTCOME] = "outcome",
};

const char *entry_name(enum entry_kind kind)
{
	return names[kind];
}

bool entry_heard(const struct entry *entry)
{
	return entry->kind == ENTRY_HEARD || entry->kind == ENTRY_KEYS;
}

bool entry_same(const struct entry *a, const struct entry *b)
{
	return a->kind == b->kind && !strcmp(a->text, b->text);
}

static void release(struct entry *entry)
{
	free(entry->text);
	free(entry->personal);
}

void account_release(struct account *account)
{
	size_t i;

	for (i = 0; i < account->n; i++)
		release(&account->items[i]);
	free(account->items);
	*account = (struct account){ 0 };
}

/* takes text; NULL adds nothing */
static struct entry *add(struct account *account, enum entry_kind kind,
                         char *text)
{
	struct entry *entry;

	account->cut |= text && account->n == ENTRIES_MAX;
	if (!text || account->n == ENTRIES_MAX) {
		free(text);
		return NULL;
	}
	if (!account->items || account->n == account->size) {
		account->size = account->size ? 2 * account->size : 32;
		account->items = sv_realloc(
			account->items, account->size * sizeof *account->items);
	}
	entry = &account->items[account->n++];
	*entry = (struct entry){ .kind = kind, .text = text };
	return entry;
}

static const char *string(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static char *copy(const struct sv_event *event, const char *key)
{
	return sv_strdup(string(event->json, key));
}

static void take_final(struct account *account, const struct sv_event *event)
{
	const char *text = string(event->json, "text");
	const char *speaker = string(event->json, "speaker");

	if (text && *text && (!speaker || strcmp(speaker, "agent") != 0))
		add(account, ENTRY_HEARD, sv_strdup(text));
}

/* keys one after the other are one answer */
static void take_key(struct account *account, const struct sv_event *event)
{
	const char *key = string(event->json, "digit");
	struct entry *last =
		account->n ? &account->items[account->n - 1] : NULL;
	char *text;

	if (!key)
		return;
	if (!last || last->kind != ENTRY_KEYS || strlen(last->text) > 100) {
		add(account, ENTRY_KEYS, sv_strdup(key));
		return;
	}
	text = sv_format("%s%s", last->text, key);
	free(last->text);
	last->text = text;
}

static void take_state(struct account *account, const struct sv_event *event)
{
	add(account, ENTRY_STATE, copy(event, "state"));
}

static void take_say(struct account *account, const struct sv_event *event)
{
	add(account, ENTRY_SAY, copy(event, "text"));
}

static void take_slot(struct account *account, const struct sv_event *event)
{
	const json_t *value = json_object_get(event->json, "value");
	const char *name = string(event->json, "slot");
	bool confirmed =
		json_is_true(json_object_get(event->json, "confirmed"));
	char *text =
		json_is_string(value)
			? sv_strdup(json_string_value(value))
			: json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
	                                            JSON_SORT_KEYS);
	struct entry *entry = NULL;

	if (name && text)
		entry = add(account, ENTRY_SLOT,
		            sv_format("%s = %s%s", name, text,
		                      confirmed ? " (confirmed)" : ""));
	if (entry)
		entry->personal = copy(event, "kind");
	free(text);
}

/* an object whose text is the gist, or the gist alone */
static void take_handoff(struct account *account, const struct sv_event *event)
{
	const json_t *brief = json_object_get(event->json, "brief");
	const char *target = string(event->json, "target");
	const char *reason = string(event->json, "reason");
	const char *gist = json_is_object(brief) ? string(brief, "text")
	                                         : json_string_value(brief);

	add(account, ENTRY_HANDOFF,
	    sv_format("%s: %s", target ? target : "", reason ? reason : ""));
	add(account, ENTRY_BRIEF, sv_strdup(gist));
}

static void take_end(struct account *account, const struct sv_event *event)
{
	account->concluded = true;
	add(account, ENTRY_OUTCOME, copy(event, "outcome"));
}

static const struct {
	const char *type;
	void (*take)(struct account *account, const struct sv_event *event);
} takers[] = {
	{ "asr.final", take_final },    { "dtmf", take_key },
	{ "dialog.state", take_state }, { "dialog.say", take_say },
	{ "dialog.slot", take_slot },   { "dialog.handoff", take_handoff },
	{ "dialog.end", take_end },
};

void account_take(struct account *account, const struct sv_event *event)
{
	size_t i;

	for (i = 0; i < sizeof takers / sizeof *takers; i++)
		if (!strcmp(takers[i].type, event->type))
			takers[i].take(account, event);
}
