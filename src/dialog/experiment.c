/* experiment.c: the variants that a call gets */
#include "src/dialog/experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/digest.h"

size_t experiment_choose(const struct experiment *experiment, const char *key)
{
	char *text = sv_format("%s\n%s", experiment->name, key);
	unsigned char digest[SV_SHA256];
	uint64_t number = 0, sum = 0;
	size_t i;

	sv_sha256(text, strlen(text), digest);
	free(text);
	for (i = 0; i < sizeof number; i++)
		number = number << 8 | digest[i];
	number %= experiment->weight;
	for (i = 0; i + 1 < experiment->n; i++) {
		sum += experiment->arms[i].weight;
		if (number < sum)
			break;
	}
	return i;
}

/* The digits of the caller's number: exchanges write one number in several
 * ways. A caller without any is nobody in particular, and is chosen for by
 * the call. */
static const char *key_of(const struct conversation *conversation,
                          const struct experiment *experiment,
                          char digits[SLOT_VALUE])
{
	size_t caller = conversation->scenario->n_slots - 1;
	const char *number = conversation->slots[caller].value;
	size_t n = 0;

	if (!experiment->by_caller || !number)
		return conversation->call;
	for (; *number && n + 1 < SLOT_VALUE; number++)
		if (*number >= '0' && *number <= '9')
			digits[n++] = *number;
	digits[n] = '\0';
	return n ? digits : conversation->call;
}

void experiment_begin(struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	char digits[SLOT_VALUE];
	size_t i;

	for (i = 0; i < scenario->n_experiments; i++) {
		const struct experiment *experiment = &scenario->experiments[i];
		const char *key = key_of(conversation, experiment, digits);
		size_t arm = experiment_choose(experiment, key);

		conversation->arms[i] = (unsigned)arm;
		conversation_write(
			conversation, "dialog.experiment",
			json_pack("{s:s, s:s, s:s, s:s}", "experiment",
		                  experiment->name, "variant",
		                  experiment->arms[arm].name, "control",
		                  experiment->arms[0].name, "by",
		                  key == digits ? "caller" : "call"));
	}
}

static const struct arm *arm_of(const struct conversation *conversation,
                                size_t i)
{
	return &conversation->scenario->experiments[i]
	                .arms[conversation->arms[i]];
}

static void add(const struct conversation *conversation, size_t i, json_t **to)
{
	if (!*to)
		*to = json_object();
	json_object_set_new(*to, conversation->scenario->experiments[i].name,
	                    json_string(arm_of(conversation, i)->name));
}

json_t *experiment_all(const struct conversation *conversation)
{
	json_t *all = NULL;
	size_t i;

	for (i = 0; i < conversation->scenario->n_experiments; i++)
		add(conversation, i, &all);
	return all;
}

json_t *experiment_of(const struct conversation *conversation,
                      const struct prompt *prompt)
{
	const struct scenario *scenario = conversation->scenario;
	json_t *own = NULL;
	size_t i;

	for (i = 0; i < scenario->n_experiments; i++)
		if (scenario->experiments[i].voices ||
		    (prompt && prompt->experiment.index == (int)i))
			add(conversation, i, &own);
	return own;
}

const char *experiment_voice(const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	size_t i;

	for (i = 0; i < scenario->n_experiments; i++)
		if (arm_of(conversation, i)->voice)
			return arm_of(conversation, i)->voice;
	return scenario->voice;
}

size_t experiment_texts(const struct conversation *conversation,
                        const struct prompt *prompt, size_t *n)
{
	int experiment = prompt->experiment.index;
	size_t i;

	for (i = 0; experiment >= 0 && i < prompt->n_wordings; i++) {
		const struct phrasing *wording = &prompt->wordings[i];

		if (wording->arm.index !=
		    (int)conversation->arms[(size_t)experiment])
			continue;
		*n = wording->n;
		return wording->from;
	}
	*n = prompt->n_plain;
	return prompt->plain;
}
