/* mask: personal data in the fields of events */
#include "src/text/mask.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

enum { DEPTH_MAX = 64 }; /* of objects in a tool's arguments */

struct mask {
	struct sv_redactor *redactor;
	const char *language;
	int changed;
};

/* fields that are nothing else than personal data */
static const struct personal {
	const char *key;
	enum sv_personal kind;
} personal[] = {
	{ "phone", SV_PHONE },        { "caller", SV_PHONE },
	{ "callee", SV_PHONE },       { "email", SV_EMAIL },
	{ "name", SV_NAME },          { "first_name", SV_NAME },
	{ "last_name", SV_NAME },     { "full_name", SV_NAME },
	{ "customer_name", SV_NAME }, { "client_name", SV_NAME },
	{ "contact_name", SV_NAME },
};

/* which fields of which events are searched */
static const struct field {
	const char *type, *key;
} fields[] = {
	{ "asr.partial", "text" },     { "asr.final", "text" },
	{ "dialog.say", "text" },      { "dialog.slot", "raw" },
	{ "dialog.handoff", "brief" }, { "dialog.handoff", "slots" },
	{ "dialog.end", "slots" },     { "dialog.end", "caller" },
	{ "call.start", "caller" },    { "call.start", "callee" },
	{ "tts.start", "text" },       { "tts.interrupted", "heard" },
	{ "tool.call", "arguments" },  { "tool.result", "result" },
};

static const struct personal *find_personal(const char *key)
{
	for (size_t i = 0; i < sizeof personal / sizeof *personal; i++) {
		if (!strcmp(personal[i].key, key))
			return &personal[i];
	}
	return NULL;
}

/* A value that is a placeholder already stays: the filter may run twice. */
static bool is_placeholder(const char *text)
{
	size_t len = strlen(text);

	return text[0] == '[' && len < SV_PLACEHOLDER && text[len - 1] == ']';
}

/* the string as it may be seen; NULL when it may as it is */
static json_t *mask_string(struct mask *mask, const char *key, json_t *value)
{
	const char *text = json_string_value(value);
	const struct personal *whole = key ? find_personal(key) : NULL;
	json_t *masked = NULL;
	struct sv_buf out;
	int rc;

	if (!*text || is_placeholder(text))
		return NULL;
	sv_buf_init(&out, (size_t)2 * SV_EVENT_MAX);
	rc = whole ? sv_redact_value(mask->redactor, mask->language,
	                             whole->kind, text, &out)
	           : sv_redact(mask->redactor, mask->language, text, &out);
	/* what is behind a NUL was not looked at */
	if (!rc && (strcmp(sv_buf_str(&out), text) != 0 ||
	            strlen(text) != json_string_length(value)))
		masked = json_string(sv_buf_str(&out));
	sv_buf_release(&out);
	return masked;
}

/* what is below key: strings, and those in objects and arrays */
static json_t *mask_value(struct mask *mask, const char *key, json_t *value,
                          int depth)
{
	const char *name;
	json_t *item, *masked;
	size_t i;

	if (json_is_string(value))
		return mask_string(mask, key, value);
	if (depth > DEPTH_MAX)
		return json_null(); /* unseen is unsaid */
	json_object_foreach (value, name, item) {
		masked = mask_value(mask, name, item, depth + 1);
		if (masked) {
			json_object_set_new(value, name, masked);
			mask->changed = 1;
		}
	}
	json_array_foreach (value, i, item) {
		masked = mask_value(mask, key, item, depth + 1);
		if (masked) {
			json_array_set_new(value, i, masked);
			mask->changed = 1;
		}
	}
	return NULL;
}

static void mask_field(struct mask *mask, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);
	json_t *masked = value ? mask_value(mask, key, value, 0) : NULL;

	if (masked) {
		json_object_set_new(object, key, masked);
		mask->changed = 1;
	}
}

/* A slot's kind says what its value is; the words it came from are searched
 * after, when the value is known. */
static void mask_slot(struct mask *mask, json_t *event)
{
	const char *kind = json_string_value(json_object_get(event, "kind"));
	json_t *value = json_object_get(event, "value");
	const struct personal *whole = kind ? find_personal(kind) : NULL;
	json_t *masked;

	if (!json_is_string(value))
		return;
	masked = mask_string(mask, whole ? kind : NULL, value);
	if (masked) {
		json_object_set_new(event, "value", masked);
		mask->changed = 1;
	}
}

/* the words as one text, and where each begins */
static size_t join(json_t *words, struct sv_buf *text, size_t *starts)
{
	size_t i;
	json_t *item;

	json_array_foreach (words, i, item) {
		const char *word =
			json_string_value(json_object_get(item, "word"));

		starts[i] = text->len;
		if (sv_buf_puts(text, word ? word : "") ||
		    sv_buf_putc(text, ' '))
			return 0;
	}
	starts[i] = text->len;
	return i;
}

/* words first to last become one, which begins and ends where they did */
static void merge(json_t *words, size_t first, size_t last,
                  const struct sv_span *span)
{
	json_t *one = json_array_get(words, first);
	json_t *end = json_object_get(json_array_get(words, last), "end_ms");
	char placeholder[SV_PLACEHOLDER];

	sv_placeholder(span, placeholder);
	json_object_set_new(one, "word", json_string(placeholder));
	if (end)
		json_object_set(one, "end_ms", end);
	for (; last > first; last--) {
		json_t *sure = json_object_get(one, "confidence");
		json_t *other = json_object_get(json_array_get(words, last),
		                                "confidence");

		if (json_number_value(other) < json_number_value(sure))
			json_object_set(one, "confidence", other);
		json_array_remove(words, last);
	}
}

static void mask_words(struct mask *mask, json_t *words)
{
	size_t n = json_array_size(words), count, last = n;
	size_t *starts = sv_calloc(n + 1, sizeof *starts);
	struct sv_span *spans = NULL;
	struct sv_buf text;

	sv_buf_init(&text, (size_t)2 * SV_EVENT_MAX);
	n = join(words, &text, starts);
	count = sv_redact_spans(mask->redactor, mask->language,
	                        sv_buf_str(&text), &spans);
	/* from the end, so that the numbers of the words before stay */
	while (n && count--) {
		size_t first;

		while (last && starts[last] >= spans[count].end)
			last--;
		for (first = last; starts[first] > spans[count].start;)
			first--;
		merge(words, first, last, &spans[count]);
		mask->changed = 1;
		last = first;
	}
	free(spans);
	sv_buf_release(&text);
	free(starts);
}

int mask_event(struct sv_redactor *redactor, const char *language,
               const struct sv_event *event)
{
	struct mask mask = { redactor, language, 0 };
	json_t *words = json_object_get(event->json, "words");

	if (!strcmp(event->type, "dialog.slot"))
		mask_slot(&mask, event->json);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (!strcmp(event->type, fields[i].type))
			mask_field(&mask, event->json, fields[i].key);
	}
	if (!strcmp(event->type, "asr.final") && json_array_size(words))
		mask_words(&mask, words);
	return mask.changed;
}
