/* reader.c: the texts of a call as they may be shown */
#include "src/replay/reader.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/text.h"

enum { MASKED_MAX = 1 << 21 };

void reader_init(struct reader *reader, const struct show *show,
                 const struct past *past)
{
	const char *language = past->language;

	reader->redactor = show->redact ? sv_redactor_new() : NULL;
	reader->language = language && !strcmp(language, "en") ? "en" : "ru";
}

static char *masked(const struct reader *reader, const char *text)
{
	struct sv_buf out;

	if (!reader->redactor)
		return sv_strdup(text);
	sv_buf_init(&out, MASKED_MAX);
	if (sv_redact(reader->redactor, reader->language, text, &out)) {
		sv_buf_cut(&out, 0);
		sv_buf_puts(&out, "***");
	}
	return sv_buf_take(&out);
}

static bool personal_of(const char *kind, enum sv_personal *personal)
{
	static const struct {
		const char *kind;
		enum sv_personal personal;
	} known[] = { { "phone", SV_PHONE },
		      { "email", SV_EMAIL },
		      { "name", SV_NAME } };

	size_t i;

	for (i = 0; kind && i < sizeof known / sizeof *known; i++) {
		if (strcmp(kind, known[i].kind) != 0)
			continue;
		*personal = known[i].personal;
		return true;
	}
	return false;
}

/* "phone = [PHONE_1] (confirmed)" */
static char *masked_slot(const struct reader *reader, const struct entry *entry,
                         enum sv_personal personal)
{
	static const char confirmed[] = " (confirmed)";
	const char *value = strstr(entry->text, " = ");
	size_t len = strlen(entry->text);
	size_t tail = sizeof confirmed - 1;
	struct sv_buf out;
	char *bare;

	if (len < tail || strcmp(entry->text + len - tail, confirmed) != 0)
		tail = 0;
	value = value ? value + 3 : entry->text;
	bare = sv_strndup(value, strlen(value) - tail);
	sv_buf_init(&out, MASKED_MAX);
	sv_buf_add(&out, entry->text, (size_t)(value - entry->text));
	if (sv_redact_value(reader->redactor, reader->language, personal, bare,
	                    &out))
		sv_buf_puts(&out, "***");
	sv_buf_puts(&out, entry->text + len - tail);
	free(bare);
	return sv_buf_take(&out);
}

char *reader_text(const struct reader *reader, const struct entry *entry)
{
	enum sv_personal personal;

	if (reader->redactor && entry->kind == ENTRY_SLOT &&
	    personal_of(entry->personal, &personal))
		return masked_slot(reader, entry, personal);
	if (entry->kind == ENTRY_STATE || entry->kind == ENTRY_OUTCOME)
		return sv_strdup(entry->text);
	return masked(reader, entry->text);
}

/* a turn is changes from i up to the one returned */
size_t reader_turn_end(const struct difference *difference, size_t i,
                       bool *changed)
{
	size_t turn = difference->items[i].turn;

	*changed = false;
	for (; i < difference->n && difference->items[i].turn == turn; i++)
		*changed |= difference->items[i].side != SIDE_BOTH;
	return i;
}

void reader_date(const struct past *past, char out[SV_TIME_LEN])
{
	if (past->began_ms < 0)
		*out = '\0';
	else
		sv_time_format(past->began_ms, out);
}

void reader_release(struct reader *reader)
{
	sv_redactor_free(reader->redactor);
}
