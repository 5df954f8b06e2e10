/* identity.c: what a result depends on */
#include "src/asr/identity.h"

#include <stdio.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/sound.h"

enum {
	/* Raise it when the same audio and settings give other events: a new
	 * detector of speech, another order. */
	RESULT = 1,
	TEXT_MAX = 1 << 20,
};

/* "name: value", the value's length before it so that none can pose as two */
static int add(struct sv_buf *text, const char *name, const char *value)
{
	if (!value)
		value = "";
	return sv_buf_printf(text, "%s %zu:%s\n", name, strlen(value), value);
}

static int add_list(struct sv_buf *text, const char *name,
                    const struct sv_list *list)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < list->n; i++) {
		/* where the model is does not matter, what it is does */
		if (!asr_names_model(list->items[i]))
			rc = add(text, name, list->items[i]);
	}
	return rc;
}

static int describe(struct sv_buf *text, const struct asr_loaded *loaded,
                    const struct asr_config *config)
{
	int rc;

	rc = sv_buf_printf(text, "result %d\nutterance %d\n", RESULT,
	                   config->utterance_ms);
	for (size_t i = 0; !rc && i < loaded->n; i++) {
		const struct asr_link *link = &loaded->links[i];

		rc = add(text, "engine", link->engine->name);
		if (!rc)
			rc = link->engine->identify(link->model, text);
	}
	if (!rc)
		rc = add(text, "\nlanguage", config->language);
	if (!rc)
		rc = add(text, "expect", config->expect);
	if (!rc)
		rc = add(text, "raw", config->raw);
	if (!rc)
		rc = add_list(text, "silence", &config->silence);
	if (!rc)
		rc = add_list(text, "set", &config->settings);
	if (!rc)
		rc = add_list(text, "speaker", &config->speakers);
	return rc;
}

int identity_of(const struct asr_loaded *loaded,
                const struct asr_config *config, unsigned char out[SV_SHA256])
{
	struct sv_buf text;
	int rc;

	sv_buf_init(&text, TEXT_MAX);
	rc = describe(&text, loaded, config);
	sv_sha256(sv_buf_str(&text), text.len, out);
	sv_buf_release(&text);
	return rc;
}

void identity_key(const unsigned char identity[SV_SHA256], const char *path,
                  const unsigned char content[SV_SHA256],
                  unsigned char out[SV_SHA256])
{
	unsigned char all[2 * SV_SHA256 + 16] = { 0 };
	const char *raw = sv_sound_raw(path);

	memcpy(all, identity, SV_SHA256);
	memcpy(all + SV_SHA256, content, SV_SHA256);
	snprintf((char *)all + (size_t)2 * SV_SHA256, 16, "%s", raw ? raw : "");
	sv_sha256(all, sizeof all, out);
}
