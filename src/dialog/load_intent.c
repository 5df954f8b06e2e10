/* load_intent.c: phrases, patterns, and what is answered in passing */
#include <stdlib.h>
#include <string.h>

#include "src/dialog/load.h"
#include "src/dialog/words.h"

enum { MAX_PATTERN = 200, MAX_BRACKETS = 3, MAX_PHRASE_WORDS = 24 };

static const double threshold_default = 0.7;

struct phrase *load_phrases(struct loader *loader,
                            const struct strings *strings)
{
	struct phrase *phrases =
		load_alloc(loader, strings->n, sizeof *phrases);
	struct words words;
	size_t i;
	size_t k;

	for (i = 0; i < strings->n; i++) {
		struct phrase *phrase = &phrases[i];

		words_init(&words, strings->items[i]);
		phrase->text = strings->items[i];
		phrase->n =
			words.n < MAX_PHRASE_WORDS ? words.n : MAX_PHRASE_WORDS;
		phrase->words = load_alloc(loader, phrase->n, sizeof(char *));
		for (k = 0; k < phrase->n; k++) {
			phrase->words[k] = sv_arena_copy(
				&loader->scenario->arena, words.word[k],
				strlen(words.word[k]));
			phrase->weight += word_weight(words.word[k]);
			phrase->negated |= word_negates(words.word[k]);
		}
		if (!words.n || words.n > MAX_PHRASE_WORDS)
			sv_problem_error(loader->problems, strings->places[i],
			                 "a phrase has from 1 to %d words",
			                 MAX_PHRASE_WORDS);
	}
	return phrases;
}

/* what is wrong with the character at `at`, which stands in no [] */
static const char *danger_at(const char *at, int depth, char before)
{
	if (*at == '{')
		return "{ in a pattern: use * or + instead";
	if (*at == '\\' && !at[1])
		return "a pattern ends in \\";
	if (*at == '\\' && at[1] >= '0' && at[1] <= '9')
		return "\\1 and the like are not used here";
	if (*at == '(' && depth == MAX_BRACKETS)
		return "too many ( within each other in a pattern";
	if (before && strchr("*+?", before) && strchr("*+?", *at))
		return "two of * + ? in a row in a pattern";
	return NULL;
}

/* Where regular expressions eat memory and time without end: intervals, back
 * references, and repetitions of repetitions, each of which doubles what
 * glibc compiles: 24 of them take 13 GB. Nobody needs them for a few words. */
static const char *dangerous(const char *text)
{
	const char *why = NULL;
	const char *at;
	char before = '\0';
	bool within = false; /* [] */
	int depth = 0;

	if (strlen(text) > MAX_PATTERN)
		return "a pattern longer than 200 bytes";
	for (at = text; *at && !why; at++) {
		if (!within)
			why = danger_at(at, depth, before);
		before = *at;
		if (within) {
			within = *at != ']';
			continue;
		}
		within = *at == '[';
		depth += (*at == '(') - (*at == ')' && depth);
		if (*at == '\\') {
			before = '\0'; /* what follows is itself */
			at += at[1] != '\0';
		}
	}
	return why;
}

static struct pattern *compile(struct loader *loader, const char *text,
                               struct sv_place place)
{
	struct pattern *pattern = load_alloc(loader, 1, sizeof *pattern);
	const char *why = dangerous(text);
	char narrow[MAX_PATTERN + 1];
	char reason[128];
	int rc;

	pattern->place = place;
	if (!why && !words_narrow(text, narrow, sizeof narrow))
		why = "a letter in a pattern that is neither Latin nor Russian";
	if (why) {
		sv_problem_error(loader->problems, place, "%s", why);
		return NULL;
	}
	rc = regcomp(&pattern->regex, narrow, REG_EXTENDED | REG_NOSUB);
	if (rc) {
		regerror(rc, &pattern->regex, reason, sizeof reason);
		sv_problem_error(loader->problems, place,
		                 "not a regular expression: %s", reason);
		return NULL;
	}
	pattern->next_compiled = loader->scenario->compiled;
	loader->scenario->compiled = pattern;
	return pattern;
}

void load_patterns(struct loader *loader, const struct sv_node *node,
                   void *target)
{
	struct patterns *patterns = target;
	struct strings strings;
	size_t i;

	load_strings(loader, node, &strings);
	patterns->items =
		load_alloc(loader, strings.n, sizeof(struct pattern *));
	for (i = 0; i < strings.n; i++) {
		struct pattern *pattern =
			compile(loader, strings.items[i], strings.places[i]);

		if (pattern)
			patterns->items[patterns->n++] = pattern;
	}
}

static void load_intent_phrases(struct loader *loader,
                                const struct sv_node *node, void *target)
{
	struct intent *intent = target;
	struct strings strings;

	load_strings(loader, node, &strings);
	intent->phrases = load_phrases(loader, &strings);
	intent->n_phrases = strings.n;
}

static void load_threshold(struct loader *loader, const struct sv_node *node,
                           void *target)
{
	const char *text = load_string(loader, node);
	double *value = target;
	char *end;

	if (!text)
		return;
	*value = strtod(text, &end);
	if (*end || !(*value > 0 && *value <= 1))
		sv_problem_error(
			loader->problems, node->place,
			"threshold is to be more than 0, and 1 at most");
}

void load_intents(struct loader *loader, const struct sv_node *node,
                  void *target)
{
	static const struct field fields[] = {
		{ "phrases", load_intent_phrases, 0, false },
		{ "patterns", load_patterns, offsetof(struct intent, patterns),
		  false },
		{ "threshold", load_threshold,
		  offsetof(struct intent, threshold), false },
		{ 0 },
	};
	struct scenario *scenario = target;
	const struct sv_node *child = node->first;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	scenario->intents =
		load_alloc(loader, node->n, sizeof *scenario->intents);
	for (; child; child = child->next) {
		struct intent *intent =
			&scenario->intents[scenario->n_intents++];

		intent->name = child->key;
		intent->place = child->key_place;
		intent->threshold = threshold_default;
		if (child->kind == SV_NODE_MAP)
			load_fields(loader, child, fields, intent);
		else
			load_intent_phrases(loader, child, intent);
		if (!intent->n_phrases && !intent->patterns.n)
			sv_problem_error(
				loader->problems, child->place,
				"the intent has neither phrases nor patterns");
	}
}

void load_digressions(struct loader *loader, const struct sv_node *node,
                      void *target)
{
	static const struct field fields[] = {
		{ "say", load_prompt, offsetof(struct digression, say), false },
		{ "to", load_ref, offsetof(struct digression, to), false },
		{ 0 },
	};
	struct scenario *scenario = target;
	const struct sv_node *child = node->first;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	scenario->digressions =
		load_alloc(loader, node->n, sizeof *scenario->digressions);
	for (; child; child = child->next) {
		struct digression *digression =
			&scenario->digressions[scenario->n_digressions++];

		digression->place = child->place;
		digression->intent.name = child->key;
		digression->intent.place = child->key_place;
		load_context(loader, "digressions", NULL);
		if (child->kind == SV_NODE_MAP) {
			load_context(loader, "digressions", child->key);
			load_fields(loader, child, fields, digression);
		} else {
			load_prompt(loader, child, &digression->say);
		}
		if (!digression->say.n && !digression->to.name)
			sv_problem_error(
				loader->problems, child->place,
				"a digression says something, or leads to a state");
	}
}
