/* prompts.c: what a scenario can say, for sv-tts to have it ready */
#include "src/dialog/prompts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/event.h"

/* the end of the sentence that begins at text, the blank behind it left out */
static const char *sentence_end(const char *text)
{
	for (; *text; text++)
		if (strchr(".!?", *text) && text[1] == ' ')
			return text + 1;
	return text;
}

static int write_one(const struct scenario *scenario, const char *voice,
                     const char *text, size_t len, int *n)
{
	char id[24];
	char *copy = sv_strndup(text, len);
	json_t *fields;
	int rc;

	snprintf(id, sizeof id, "p%d", ++*n);
	fields = json_pack("{s:s, s:s, s:s, s:s*}", "say", id, "text", copy,
	                   "language", scenario->language, "voice", voice);
	rc = sv_event_write(NULL, 0, "dialog.say", fields);
	free(copy);
	return rc;
}

/* Sentences are kept apart in sv-tts, too. One with a slot in it is different
 * in each call, and those around it are not. */
static int write_text(const struct scenario *scenario, const char *voice,
                      const char *text, int *n)
{
	const char *end;
	int rc = 0;

	for (; !rc && *text; text = end + strspn(end, " ")) {
		end = sentence_end(text);
		if (end > text && !memchr(text, '{', (size_t)(end - text)))
			rc = write_one(scenario, voice, text,
			               (size_t)(end - text), n);
	}
	return rc;
}

/* what only people read, who take a call over */
static bool is_brief(const struct prompt *prompt)
{
	static const char brief[] = ".brief";
	size_t len = strlen(prompt->name);

	return len >= sizeof brief &&
	       !strcmp(prompt->name + len - (sizeof brief - 1), brief);
}

static int write_all(const struct scenario *scenario, const char *voice, int *n)
{
	int rc = 0;
	size_t i, k;

	for (i = 0; i < scenario->n_prompts; i++)
		for (k = 0; !rc && k < scenario->prompts[i]->n &&
		            !is_brief(scenario->prompts[i]);
		     k++)
			rc = write_text(scenario, voice,
			                scenario->prompts[i]->variants[k], n);
	return rc;
}

/* In each voice that a call may have: an experiment's, and the scenario's
 * where none is changed, or not in each variant. */
int prompts_write(const struct scenario *scenario)
{
	bool own = true;
	int n = 0, rc = 0;
	size_t i, k;

	for (i = 0; i < scenario->n_experiments; i++) {
		const struct experiment *experiment = &scenario->experiments[i];

		own &= !experiment->voices;
		for (k = 0; experiment->voices && k < experiment->n; k++)
			own |= !experiment->arms[k].voice;
	}
	if (own)
		rc = write_all(scenario, scenario->voice, &n);
	for (i = 0; !rc && i < scenario->n_experiments; i++)
		for (k = 0; !rc && k < scenario->experiments[i].n; k++)
			if (scenario->experiments[i].arms[k].voice)
				rc = write_all(
					scenario,
					scenario->experiments[i].arms[k].voice,
					&n);
	return rc;
}
