/* condition.c: reads and judges the conditions of rules */
#include "src/dialog/condition.h"

#include <stdlib.h>
#include <string.h>

#include "src/dialog/load.h"

enum { MAX_TERMS = 16, MAX_TOKEN = 200 };

struct cursor {
	struct loader *loader;
	const struct sv_node *node;
	const char *at;
	const char *token;
	size_t len;
};

static bool special(char c)
{
	return c == '=' || c == '<' || c == '>' || c == '!';
}

/* the next word, or run of = < > !, into token; false at the end */
static bool next_token(struct cursor *cursor)
{
	cursor->at += strspn(cursor->at, " \t\n");
	cursor->token = cursor->at;
	if (!*cursor->at)
		return false;
	if (special(*cursor->at))
		cursor->at += strspn(cursor->at, "=<>!");
	else
		cursor->at += strcspn(cursor->at, " \t\n=<>!");
	cursor->len = (size_t)(cursor->at - cursor->token);
	return true;
}

static bool token_is(const struct cursor *cursor, const char *text)
{
	return cursor->len == strlen(text) &&
	       !memcmp(cursor->token, text, cursor->len);
}

static bool wrong(const struct cursor *cursor, const char *text)
{
	sv_problem_error(cursor->loader->problems, cursor->node->place,
	                 "in the condition '%.80s': %s", cursor->node->text,
	                 text);
	return false;
}

static const char *copy(const struct cursor *cursor)
{
	return sv_arena_copy(&cursor->loader->scenario->arena, cursor->token,
	                     cursor->len);
}

static bool compare_from(const struct cursor *cursor, enum compare *compare)
{
	static const struct {
		const char *text;
		enum compare compare;
	} signs[] = {
		{ "=", IS_EQUAL },  { "==", IS_EQUAL }, { "!=", IS_OTHER },
		{ "<", IS_LESS },   { "<=", IS_MOST },  { ">", IS_MORE },
		{ ">=", IS_LEAST },
	};

	size_t i;

	for (i = 0; i < sizeof signs / sizeof *signs; i++) {
		if (!token_is(cursor, signs[i].text))
			continue;
		*compare = signs[i].compare;
		return true;
	}
	return false;
}

/* [not] SLOT [SIGN VALUE] */
static bool read_term(struct cursor *cursor, struct term *term)
{
	const char *back;

	if (!next_token(cursor))
		return wrong(cursor, "a slot is expected at its end");
	if (token_is(cursor, "not")) {
		term->negated = true;
		if (!next_token(cursor))
			return wrong(cursor, "a slot is expected after not");
	}
	if (special(*cursor->token))
		return wrong(cursor, "a slot is expected before the sign");
	term->slot.name = copy(cursor);
	term->slot.place = cursor->node->place;
	term->slot.index = REF_NONE;
	back = cursor->at;
	if (!next_token(cursor) || !special(*cursor->token)) {
		cursor->at = back;
		return true;
	}
	if (!compare_from(cursor, &term->compare))
		return wrong(cursor, "the signs are = != < <= > >=");
	if (!next_token(cursor) || special(*cursor->token))
		return wrong(cursor, "a value is expected after the sign");
	term->value = copy(cursor);
	return true;
}

void load_condition(struct loader *loader, const struct sv_node *node,
                    void *target)
{
	struct condition *condition = target;
	struct cursor cursor = { .loader = loader, .node = node };
	struct term terms[MAX_TERMS] = { 0 };
	size_t n = 0;
	bool more = true;

	cursor.at = load_string(loader, node);
	if (!cursor.at)
		return;
	while (more) {
		if (n == MAX_TERMS) {
			wrong(&cursor, "too long");
			return;
		}
		if (!read_term(&cursor, &terms[n]))
			return;
		n++;
		more = next_token(&cursor);
		if (more && !token_is(&cursor, "and") &&
		    !token_is(&cursor, "or")) {
			wrong(&cursor, "'and' or 'or' is expected");
			return;
		}
		if (more && n < MAX_TERMS)
			terms[n].alternative = token_is(&cursor, "or");
	}
	condition->place = node->place;
	condition->n = n;
	condition->terms = load_alloc(loader, n, sizeof *terms);
	memcpy(condition->terms, terms, n * sizeof *terms);
}

/* numbers by size; dates, times and words by their bytes, which is their
 * order as they are written */
static int order(enum slot_kind kind, const char *a, const char *b)
{
	double x;
	double y;

	if (kind != SLOT_NUMBER && kind != SLOT_MONEY)
		return strcmp(a, b);
	x = strtod(a, NULL);
	y = strtod(b, NULL);
	return x < y ? -1 : x > y;
}

static bool compares(enum compare compare, int sign)
{
	switch (compare) {
	case IS_EQUAL:
		return sign == 0;
	case IS_OTHER:
		return sign != 0;
	case IS_LESS:
		return sign < 0;
	case IS_MOST:
		return sign <= 0;
	case IS_MORE:
		return sign > 0;
	case IS_LEAST:
		return sign >= 0;
	default:
		return true;
	}
}

static bool term_holds(const struct term *term, const struct scenario *scenario,
                       const char *value)
{
	enum slot_kind kind = SLOT_NUMBER; /* visits */
	bool holds = value != NULL;

	if (term->slot.index >= 0)
		kind = scenario->slots[term->slot.index].kind;
	if (holds && term->compare != IS_FILLED)
		holds = compares(term->compare,
		                 order(kind, value, term->value));
	else if (!holds && term->compare == IS_OTHER)
		holds = true;
	return holds != term->negated;
}

bool condition_holds(const struct condition *condition,
                     const struct scenario *scenario,
                     const char *(*value)(const void *arg, int slot),
                     const void *arg)
{
	bool all = true;
	size_t i;

	for (i = 0; i < condition->n; i++) {
		const struct term *term = &condition->terms[i];

		if (term->alternative) {
			if (all)
				return true;
			all = true;
		}
		if (all)
			all = term_holds(term, scenario,
			                 value(arg, term->slot.index));
	}
	return all;
}
