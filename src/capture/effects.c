/* effects.c: a chain of SoX effects, parsed and built */
#include "src/capture/effects.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/resample.h"

#include "src/capture/message.h"

/* "input" and "output" take the address of a struct for their argument. */
static const sox_effect_handler_t *find(const char *name)
{
	if (!strcmp(name, "input") || !strcmp(name, "output"))
		return NULL;
	return sox_find_effect(name);
}

/* The words of one effect from the i-th on: as sox(1) does, its arguments end
 * where the next effect's name stands. */
static size_t count_words(const struct args *words, size_t i)
{
	size_t n = 1;

	while (i + n < words->n && !find(words->items[i + n]))
		n++;
	return n;
}

/* One that was never started. Its kill() is for those that were: those of
 * channels and delay crash. What it has of its own is lost, a few words. */
static void discard(sox_effect_t *effect)
{
	free(effect->priv);
	free(effect);
}

/* whether words[i] is the value of an option of the effect rate */
static bool is_option_value(char *words[], size_t i)
{
	const char *before = words[i - 1];

	return i > 1 && *before == '-' &&
	       strchr("icbBApQRd", before[strlen(before) - 1]);
}

/* libsox ends the process at a number that is none, and works for good on a
 * rate that no sound has. */
static int check_numbers(char *words[], size_t n)
{
	bool is_rate = !strcmp(words[0], "rate");
	double number;
	char *end;
	size_t i;

	for (i = 1; i < n; i++) {
		number = strtod(words[i], &end);
		if (end == words[i])
			continue;
		number *= *end == 'k' ? 1000 : 1;
		if (!isfinite(number))
			return sv_fail(EX_USAGE,
			               "effect '%s': '%s' is no "
			               "number",
			               words[0], words[i]);
		if (is_rate && i == n - 1 && !is_option_value(words, i) &&
		    (number < SV_RESAMPLE_MIN || number > SV_RESAMPLE_MAX))
			return sv_fail(EX_USAGE,
			               "effect 'rate': '%s' is not "
			               "a rate: %d to %d",
			               words[i], SV_RESAMPLE_MIN,
			               SV_RESAMPLE_MAX);
	}
	return 0;
}

/* an effect with its options set; 0 or EX_USAGE */
static int make(sox_effect_t **made, char *words[], size_t n)
{
	const sox_effect_handler_t *handler = find(words[0]);
	sox_effect_t *effect;
	int rc;

	if (!handler)
		return sv_fail(EX_USAGE,
		               "no effect '%s'; sox --help-effect all lists "
		               "them",
		               words[0]);
	rc = check_numbers(words, n);
	if (rc)
		return rc;
	effect = sox_create_effect(handler);
	if (!effect)
		return sv_fail(EX_SOFTWARE, "libsox makes no effect '%s'",
		               words[0]);
	if (sox_effect_options(effect, (int)n - 1, words + 1)) {
		discard(effect);
		return sv_fail(EX_USAGE, "effect '%s': %s", words[0],
		               message_why());
	}
	*made = effect;
	return 0;
}

int effects_parse(const char *text, struct effects *effects)
{
	struct args *words = &effects->words;
	sox_effect_t *effect = NULL;
	size_t i, n;
	int rc;

	*effects = (struct effects){ 0 };
	rc = args_split(text, words);
	for (i = 0; !rc && i < words->n; i += n) {
		n = count_words(words, i);
		rc = make(&effect, words->items + i, n);
		if (effect)
			discard(effect);
		effect = NULL;
	}
	return rc;
}

void effects_release(struct effects *effects)
{
	args_release(&effects->words);
}

int effects_add_one(sox_effects_chain_t *chain, sox_signalinfo_t *signal,
                    const sox_signalinfo_t *wanted, char *words[], size_t n)
{
	sox_effect_t *effect = NULL;
	int rc = make(&effect, words, n);

	if (!effect)
		return rc;
	if (sox_add_effect(chain, effect, signal, wanted) != SOX_SUCCESS) {
		discard(effect);
		return sv_fail(EX_USAGE, "effect '%s': %s", words[0],
		               message_why());
	}
	free(effect); /* the chain has a copy, and its priv */
	return 0;
}

int effects_add(const struct effects *effects, sox_effects_chain_t *chain,
                sox_signalinfo_t *signal)
{
	const struct args *words = &effects->words;
	sox_signalinfo_t same;
	size_t i, n;
	int rc = 0;

	for (i = 0; !rc && i < words->n; i += n) {
		n = count_words(words, i);
		same = *signal;
		rc = effects_add_one(chain, signal, &same, words->items + i, n);
	}
	return rc;
}
