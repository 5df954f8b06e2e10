/* said: what was said, without the personal data in it */
#include "src/report/said.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

enum { SAID_MAX = 1 << 20, SECRETS_MAX = 128 };

struct secret {
	char *text;
	const char *shown;
};

struct said {
	struct report *report;
	struct sv_redactor *redactor;
	const char *language;
	struct secret secrets[SECRETS_MAX];
	size_t n;
};

static void add(struct said *said, const char *text, size_t len,
                const char *shown)
{
	if (said->n == SECRETS_MAX || sv_utf8_count(text, len) < 2)
		return;
	said->secrets[said->n].text = sv_strndup(text, len);
	said->secrets[said->n++].shown = shown;
}

/* who said "Anna Smith" is later called Anna */
static void add_words(struct said *said, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		add(said, text, len, "***");
		text += len + strspn(text + len, " ");
	}
}

static void add_slot(struct said *said, const struct query *query,
                     const struct slot *slot)
{
	const char *shown = mask_slot(said->report, query, slot);

	if (!mask_is_personal(slot))
		return;
	if (slot->raw)
		add(said, slot->raw, strlen(slot->raw), shown);
	add(said, slot->value, strlen(slot->value), shown);
}

struct said *said_new(struct report *report, const struct query *query,
                      const struct call *call)
{
	struct said *said = sv_alloc(sizeof *said);

	said->report = report;
	said->redactor = sv_redactor_new();
	said->language = call->language ? call->language : query->language;
	if (strcmp(said->language, "en") != 0)
		said->language = "ru";
	for (uint32_t i = 0; i < call->n_slots; i++)
		add_slot(said, query, &call->slots[i]);
	for (uint32_t i = 0; i < call->n_slots; i++) {
		if (mask_is_name(&call->slots[i]))
			add_words(said, call->slots[i].value);
	}
	return said;
}

void said_free(struct said *said)
{
	if (!said)
		return;
	for (size_t i = 0; i < said->n; i++)
		free(said->secrets[i].text);
	sv_redactor_free(said->redactor);
	free(said);
}

static bool in_word(uint32_t code)
{
	return sv_is_letter(code) || (code >= '0' && code <= '9');
}

/* how many bytes of text are the secret, whatever the case, as whole words */
static size_t match(const char *text, const char *end, const char *secret)
{
	const char *secret_end = secret + strlen(secret), *p = text, *after;

	while (secret < secret_end) {
		if (p == end)
			return 0;
		if (sv_lower(sv_utf8_next(&p, end)) !=
		    sv_lower(sv_utf8_next(&secret, secret_end)))
			return 0;
	}
	after = p;
	if (p < end && in_word(sv_utf8_next(&after, end)))
		return 0;
	return (size_t)(p - text);
}

static const struct secret *secret_at(const struct said *said, const char *text,
                                      const char *end, size_t *len)
{
	for (size_t i = 0; i < said->n; i++) {
		*len = match(text, end, said->secrets[i].text);
		if (*len)
			return &said->secrets[i];
	}
	return NULL;
}

/* text without the secrets: 0, or EX_DATAERR when out is full */
static int hide(const struct said *said, const char *text, struct sv_buf *out)
{
	const char *end = text + strlen(text), *from;
	bool inside = false;
	int rc = 0;

	while (text < end && !rc) {
		size_t len;
		const struct secret *found =
			inside ? NULL : secret_at(said, text, end, &len);

		from = text;
		if (found) {
			rc = sv_buf_puts(out, found->shown);
			text += len;
			continue;
		}
		inside = in_word(sv_utf8_next(&text, end));
		rc = sv_buf_add(out, from, (size_t)(text - from));
	}
	return rc;
}

const char *said_mask(struct said *said, const char *text)
{
	struct sv_buf hidden, masked;
	const char *kept = "***";
	uint32_t i;

	if (!said || !text)
		return text;
	sv_buf_init(&hidden, SAID_MAX);
	sv_buf_init(&masked, SAID_MAX);
	if (!hide(said, text, &hidden) &&
	    !sv_redact(said->redactor, said->language, sv_buf_str(&hidden),
	               &masked)) {
		i = names_put(&said->report->texts, sv_buf_str(&masked),
		              masked.len);
		if (i != NAMES_MAX)
			kept = said->report->texts.items[i];
	}
	sv_buf_release(&hidden);
	sv_buf_release(&masked);
	return kept;
}
