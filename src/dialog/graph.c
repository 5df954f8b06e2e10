/* graph.c: the states of a scenario and the ways between them, as DOT */
#include "src/dialog/graph.h"

#include <errno.h>
#include <string.h>

#include "lib/fail.h"

/* a DOT string: quotes and backslashes escaped, a line break as \n */
static void quote(FILE *out, const char *text, size_t most)
{
	size_t i;

	putc('"', out);
	for (i = 0; text[i]; i++) {
		/* not within a character */
		if (i >= most && ((unsigned char)text[i] & 0xC0) != 0x80) {
			fputs("…", out);
			break;
		}
		if (text[i] == '"' || text[i] == '\\')
			putc('\\', out);
		if (text[i] == '\n')
			fputs("\\n", out);
		else
			putc(text[i], out);
	}
	putc('"', out);
}

static void node(const struct state *state, FILE *out)
{
	const char *shape = "box";

	if (state_ends(state))
		shape = state->handoff.place.line ? "house" : "doublecircle";
	else if (!state_listens(state))
		shape = "ellipse";
	fputs("\t", out);
	quote(out, state->name, 200);
	fprintf(out, " [shape=%s, tooltip=", shape);
	quote(out, state->say.n ? state->say.variants[0] : state->name, 120);
	fputs("];\n", out);
}

static void edge(FILE *out, const char *from, const char *to, const char *label,
                 const char *style)
{
	fputs("\t", out);
	quote(out, from, 200);
	fputs(" -> ", out);
	quote(out, to, 200);
	fputs(" [label=", out);
	quote(out, label, 200);
	fprintf(out, ", style=%s];\n", style);
}

static const char *sign(enum compare compare)
{
	static const char *const signs[] = {
		"", "=", "!=", "<", "<=", ">", ">="
	};

	return signs[compare];
}

static size_t describe_term(const struct term *term, const char *joint,
                            char *out, size_t size)
{
	return (size_t)snprintf(out, size, "%s%s%s%s%s", joint,
	                        term->negated ? "not " : "", term->slot.name,
	                        sign(term->compare),
	                        term->value ? term->value : "");
}

/* "price | cost: budget>=5 and name" */
static void describe(const struct rule *rule, char *out, size_t size)
{
	const char *joint = rule->intents.n ? ": " : "";
	size_t len = 0;
	size_t i;

	out[0] = '\0';
	for (i = 0; i < rule->intents.n && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s",
		                        i ? " | " : "",
		                        rule->intents.items[i].name);
	for (i = 0; i < rule->condition.n && len < size; i++) {
		const struct term *term = &rule->condition.terms[i];

		if (i)
			joint = term->alternative ? " or " : " and ";
		len += describe_term(term, joint, out + len, size - len);
	}
}

static void ladder(FILE *out, const struct state *state,
                   const struct ladder *own, const struct ladder *common,
                   const char *label)
{
	const struct ref *then = own->then.name ? &own->then : &common->then;

	if (then->name)
		edge(out, state->name, then->name, label, "dotted");
}

static void state_edges(const struct scenario *scenario,
                        const struct state *state, FILE *out)
{
	char label[256];
	size_t i;

	for (i = 0; i < state->n_rules; i++) {
		describe(&state->rules[i], label, sizeof label);
		edge(out, state->name,
		     state->rules[i].to.name ? state->rules[i].to.name
		                             : state->name,
		     label, "solid");
	}
	if (!state_listens(state))
		return;
	ladder(out, state, &state->no_input, &scenario->no_input, "no input");
	ladder(out, state, &state->no_match, &scenario->no_match, "no match");
}

int graph_write(const struct scenario *scenario, FILE *out)
{
	size_t i;
	bool returns = false;
	size_t k;

	fputs("digraph ", out);
	quote(out, scenario->name, 200);
	fputs(" {\n\trankdir=LR;\n\tnode [fontname=\"sans-serif\"];\n"
	      "\tedge [fontname=\"sans-serif\", fontsize=10];\n"
	      "\t\"(start)\" [shape=point];\n",
	      out);
	edge(out, "(start)", scenario->start.name, "", "solid");
	for (i = 0; i < scenario->n_states; i++)
		node(&scenario->states[i], out);
	for (i = 0; i < scenario->n_states; i++) {
		state_edges(scenario, &scenario->states[i], out);
		for (k = 0; k < scenario->states[i].n_rules; k++)
			returns |= scenario->states[i].rules[k].to.index ==
			           REF_RETURN;
	}
	if (returns)
		fputs("\t\"return\" [shape=plaintext];\n", out);
	if (scenario->n_digressions)
		fputs("\t\"(anywhere)\" [shape=plaintext];\n", out);
	for (i = 0; i < scenario->n_digressions; i++) {
		const struct digression *one = &scenario->digressions[i];

		edge(out, "(anywhere)",
		     one->to.name ? one->to.name : "(anywhere)",
		     one->intent.name, "dashed");
	}
	fputs("}\n", out);
	if (!fflush(out) && !ferror(out))
		return 0;
	return errno == EPIPE ? SV_GONE : sv_fail(EX_IOERR, "write stdout:");
}
