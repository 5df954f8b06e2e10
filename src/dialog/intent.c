/* intent.c: how well what was said fits an intent */
#include "src/dialog/intent.h"

#include <string.h>

/* the weight of the words said, noises left out */
static double weight_of(const struct words *words)
{
	double weight = 0;
	size_t i;

	for (i = 0; i < words->n; i++)
		weight += word_weight(words->word[i]);
	return weight;
}

/* the place of a word among those said and not yet used, or words->n */
static size_t where(const struct words *words, const char *word,
                    const bool *used)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		if (!used[i] && words_alike(words->word[i], word))
			return i;
	return words->n;
}

/* whether a negation turns the word at `at` around; little words between them
 * do not matter */
static bool negated(const struct words *words, size_t at)
{
	while (at && word_weight(words->word[at - 1]) < 1) {
		at--;
		if (word_negates(words->word[at]))
			return true;
	}
	return at && word_negates(words->word[at - 1]);
}

/* A phrase with a negation of its own fits only when the same word is denied:
 * "мне недорого нужно", and "не дорого нужно", are not "мне не нужно". */
static bool denied(const struct phrase *phrase, size_t i,
                   const struct words *words, size_t at)
{
	if (!i || !word_negates(phrase->words[i - 1]))
		return phrase->n == 1 && word_negates(phrase->words[i]);
	return negated(words, at);
}

double phrase_score(const struct phrase *phrase, const struct words *words)
{
	bool used[WORDS_MAX] = { false };
	double matched = 0;
	bool turned = false; /* a word that was said is negated */
	bool denies = false; /* what the phrase denies was denied */
	double said;
	size_t i;

	if (phrase->weight <= 0)
		return 0;
	for (i = 0; i < phrase->n; i++) {
		size_t at = where(words, phrase->words[i], used);

		if (at == words->n)
			continue;
		used[at] = true;
		matched += word_weight(phrase->words[i]);
		turned |= at && word_negates(words->word[at - 1]);
		denies |= denied(phrase, i, words, at);
	}
	said = weight_of(words);
	if (matched <= 0 || said <= 0)
		return 0;
	if (phrase->negated ? !denies : turned)
		matched *= 0.4;
	return matched / phrase->weight *
	       (0.8 + 0.2 * (matched < said ? matched / said : 1));
}

bool patterns_fit(const struct patterns *patterns, const struct words *words)
{
	char narrow[WORDS_BYTES];
	size_t i;

	if (!patterns->n)
		return false;
	words_narrow(words->text, narrow, sizeof narrow);
	for (i = 0; i < patterns->n; i++)
		if (!regexec(&patterns->items[i]->regex, narrow, 0, NULL, 0))
			return true;
	return false;
}

static struct scored score(const struct intent *intent,
                           const struct words *words)
{
	struct scored best = { 0 };
	size_t i;

	if (patterns_fit(&intent->patterns, words))
		return (struct scored){ .score = 1, .weight = 1 };
	for (i = 0; i < intent->n_phrases; i++) {
		const struct phrase *phrase = &intent->phrases[i];
		double one = phrase_score(phrase, words);

		if (one < best.score ||
		    (one == best.score && phrase->weight <= best.weight))
			continue;
		best.score = one;
		best.weight = phrase->weight;
	}
	return best;
}

static bool better(const struct scored *a, const struct scored *b)
{
	return a->score > b->score ||
	       (a->score == b->score && a->weight > b->weight);
}

size_t intents_find(const struct scenario *scenario, const struct words *words,
                    struct scored found[INTENTS_MAX])
{
	size_t n = 0;
	size_t i;
	size_t at;

	for (i = 0; i < scenario->n_intents && words->n; i++) {
		struct scored one = score(&scenario->intents[i], words);

		one.intent = (int)i;
		if (one.score < scenario->intents[i].threshold)
			continue;
		for (at = n; at && better(&one, &found[at - 1]); at--)
			if (at < INTENTS_MAX)
				found[at] = found[at - 1];
		if (at < INTENTS_MAX)
			found[at] = one;
		n += n < INTENTS_MAX;
	}
	return n;
}
