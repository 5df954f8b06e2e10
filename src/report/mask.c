/* mask: personal data, so that a report can be shown around */
#include <stdio.h>
#include <string.h>

#include "lib/utf8.h"

#include "src/report/reports.h"

enum { MASKED_MAX = 256 };

static const char *keep(struct report *report, const char *text, size_t len)
{
	uint32_t i = names_put(&report->texts, text, len);

	return i == NAMES_MAX ? "***" : report->texts.items[i];
}

static bool is_phone(const char *text)
{
	return strspn(text, "+0123456789 ()-.") == strlen(text);
}

static size_t digits_in(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text >= '0' && *text <= '9';
	return n;
}

/* A full number keeps its operator and its last four digits: enough to know
 * one's customer again. An extension of the office is nobody's secret. */
static const char *mask_phone(struct report *report, const char *text)
{
	char digits[MASKED_MAX / 4], masked[MASKED_MAX];
	size_t n = 0, head;

	if (digits_in(text) < 6)
		return text;
	for (const char *c = text; *c && n + 1 < sizeof digits; c++) {
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	}
	digits[n] = '\0';
	head = n >= 10 ? 4 : 0;
	snprintf(masked, sizeof masked, "%s%.*s***%s", *text == '+' ? "+" : "",
	         (int)head, digits, digits + (n >= 10 ? n - 4 : n - 2));
	return keep(report, masked, strlen(masked));
}

/* the first letter of each word */
static const char *mask_name(struct report *report, const char *text)
{
	char masked[MASKED_MAX];
	const char *end = text + strlen(text);
	bool inside = false;
	size_t n = 0;

	while (text < end && n + 16 < sizeof masked) {
		uint32_t code = sv_utf8_next(&text, end);

		if (sv_is_space(code)) {
			inside = false;
			continue;
		}
		if (inside)
			continue;
		inside = true;
		if (n)
			masked[n++] = ' ';
		n += sv_utf8_put(masked + n, code);
		for (int stars = 0; stars < 3; stars++)
			masked[n++] = '*';
	}
	return keep(report, masked, n);
}

static const char *mask_email(struct report *report, const char *text)
{
	char masked[MASKED_MAX];
	const char *at = strchr(text, '@');
	size_t first = sv_utf8_cut(text, strlen(text), 4), n;

	if (!at)
		return mask_name(report, text);
	if ((unsigned char)*text < 0x80)
		first = 1;
	n = (size_t)snprintf(masked, sizeof masked, "%.*s***%.200s", (int)first,
	                     text, at);
	return keep(report, masked, n < sizeof masked ? n : sizeof masked - 1);
}

static const char *mask_any(struct report *report, const char *text)
{
	if (is_phone(text))
		return mask_phone(report, text);
	return strchr(text, '@') ? mask_email(report, text)
	                         : mask_name(report, text);
}

const char *mask_caller(struct report *report, const struct query *query,
                        const char *caller)
{
	return caller && query->redact ? mask_any(report, caller) : caller;
}

static bool named(const struct slot *slot, const char *const *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strstr(slot->name, parts[i]))
			return true;
	}
	return false;
}

bool mask_is_name(const struct slot *slot)
{
	static const char *const parts[] = { "name" };

	return slot->kind ? !strcmp(slot->kind, "name") : named(slot, parts, 1);
}

bool mask_is_personal(const struct slot *slot)
{
	static const char *const parts[] = { "name", "phone",    "mail",
		                             "inn",  "passport", "card" };

	if (!slot->kind)
		return named(slot, parts, sizeof parts / sizeof *parts);
	return mask_is_name(slot) || !strcmp(slot->kind, "phone") ||
	       !strcmp(slot->kind, "email");
}

const char *mask_slot(struct report *report, const struct query *query,
                      const struct slot *slot)
{
	if (!slot)
		return NULL;
	if (!query->redact)
		return slot->value;
	if (mask_is_personal(slot) || (!slot->kind && is_phone(slot->value) &&
	                               digits_in(slot->value) >= 10))
		return mask_any(report, slot->value);
	return slot->value;
}
