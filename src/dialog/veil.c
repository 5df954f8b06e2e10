/* veil.c: personal data goes out as placeholders, and comes back */
#include "src/dialog/veil.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/option.h"
#include "lib/text.h"

enum { VEIL_TEXT = 1 << 20 };

struct veil {
	const char *language;
	struct sv_redactor *redactor; /* NULL: nothing is covered */
	json_t *originals;            /* placeholder to text */
};

struct veil *veil_new(const char *language)
{
	struct veil *veil = sv_alloc(sizeof *veil);
	const char *value = getenv("SV_REDACT");
	bool redact = true;

	if (value && sv_flag(value, &redact))
		redact = true; /* what is no answer protects */
	veil->language = language;
	veil->redactor = redact ? sv_redactor_new() : NULL;
	veil->originals = json_object();
	return veil;
}

void veil_free(struct veil *veil)
{
	if (!veil)
		return;
	sv_redactor_free(veil->redactor);
	json_decref(veil->originals);
	free(veil);
}

/* the spelling that was used last is the likeliest to be meant */
static void remember(struct veil *veil, const char *placeholder,
                     const char *text, size_t len)
{
	json_object_set_new(veil->originals, placeholder,
	                    json_stringn(text, len));
}

char *veil_cover(struct veil *veil, const char *text)
{
	char placeholder[SV_PLACEHOLDER];
	struct sv_span *spans;
	struct sv_buf out;
	size_t n, i, at = 0;

	if (!veil->redactor)
		return sv_strdup(text);
	n = sv_redact_spans(veil->redactor, veil->language, text, &spans);
	sv_buf_init(&out, VEIL_TEXT);
	for (i = 0; i < n; i++) {
		sv_placeholder(&spans[i], placeholder);
		remember(veil, placeholder, text + spans[i].start,
		         spans[i].end - spans[i].start);
		sv_buf_add(&out, text + at, spans[i].start - at);
		sv_buf_puts(&out, placeholder);
		at = spans[i].end;
	}
	sv_buf_puts(&out, text + at);
	free(spans);
	return sv_buf_take(&out);
}

char *veil_lift(const struct veil *veil, const char *text)
{
	struct sv_buf out;

	sv_buf_init(&out, VEIL_TEXT);
	while (*text) {
		size_t plain = strcspn(text, "[");
		size_t len = strcspn(text + plain, "]") + 1;
		const char *original = NULL;
		char placeholder[SV_PLACEHOLDER] = "";

		sv_buf_add(&out, text, plain);
		text += plain;
		if (!*text)
			break;
		if (len <= strlen(text) && len < sizeof placeholder) {
			memcpy(placeholder, text, len);
			original = json_string_value(
				json_object_get(veil->originals, placeholder));
		}
		sv_buf_add(&out, original ? original : text,
		           original ? strlen(original) : 1);
		text += original ? len : 1;
	}
	return sv_buf_take(&out);
}

static json_t *lift_items(const struct veil *veil, const json_t *array)
{
	json_t *lifted = json_array();
	size_t i;

	for (i = 0; i < json_array_size(array); i++)
		json_array_append_new(
			lifted, veil_lift_json(veil, json_array_get(array, i)));
	return lifted;
}

static json_t *lift_members(const struct veil *veil, const json_t *object)
{
	json_t *members = (json_t *)(uintptr_t)object;
	void *at = json_object_iter(members);
	json_t *lifted = json_object();

	for (; at; at = json_object_iter_next(members, at))
		json_object_set_new(
			lifted, json_object_iter_key(at),
			veil_lift_json(veil, json_object_iter_value(at)));
	return lifted;
}

/* As deep as jansson reads: it has a ceiling. */
json_t *veil_lift_json(const struct veil *veil, const json_t *value)
{
	json_t *lifted;
	char *text;

	if (json_is_array(value))
		return lift_items(veil, value);
	if (json_is_object(value))
		return lift_members(veil, value);
	if (!json_is_string(value))
		return json_deep_copy(value);
	text = veil_lift(veil, json_string_value(value));
	lifted = json_string(text);
	free(text);
	return lifted;
}
