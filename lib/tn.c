/* tn.c: written to speakable, what does not depend on the language */
#include "lib/tn.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/notation.h"
#include "lib/text.h"
#include "lib/utf8.h"

void tn_put(struct tn *tn, const char *text, size_t len)
{
	if (sv_buf_add(tn->out, text, len))
		tn->rc = EX_DATAERR;
	tn->said = false;
}

/* Whether what is said next needs a space before it: no, after one and
 * after what opens or joins. */
static bool needs_space(const struct tn *tn)
{
	static const char joining[] = "(\"'[{-/";
	static const char *const opening[] = { "«", "„", "“", "‘",     "–",
		                               "—", "‑", " ", "\u202f" };
	const char *end = sv_buf_str(tn->out) + tn->out->len;
	size_t len = tn->out->len - tn->start, i;

	if (!len || strchr(" \n\t\r", end[-1]) || strchr(joining, end[-1]))
		return false;
	for (i = 0; i < sizeof opening / sizeof *opening; i++) {
		size_t n = strlen(opening[i]);

		if (len >= n && !memcmp(end - n, opening[i], n))
			return false;
	}
	return true;
}

void tn_say_n(struct tn *tn, const char *words, size_t len)
{
	if (!len)
		return;
	if (needs_space(tn))
		tn_put(tn, " ", 1);
	tn_put(tn, words, len);
	tn->said = true;
}

void tn_say(struct tn *tn, const char *words)
{
	tn_say_n(tn, words, strlen(words));
}

void tn_copy(struct tn *tn, size_t i)
{
	if (tn->said && tn_is_word(tn, i))
		tn_put(tn, " ", 1);
	tn_put(tn, tn_at(tn, i)->text, tn_at(tn, i)->len);
}

size_t tn_drop(struct tn *tn, size_t i, size_t n)
{
	const struct tn_token *next = tn_at(tn, i + n);
	bool blank = tn->out->len == tn->start ||
	             tn->out->data[tn->out->len - 1] == ' ';

	if (blank && next->kind == TN_SPACE)
		return n + 1;
	if (blank && tn->out->len > tn->start &&
	    (next->kind == TN_END || strchr(".,!?;:)", next->lower[0])))
		sv_buf_cut(tn->out, tn->out->len - 1);
	return n;
}

size_t tn_phrase(struct tn *tn, size_t i, const struct tn_phrase *table)
{
	const struct tn_phrase *best = NULL;
	size_t most = 0;

	if (tn_touches(tn, i - 1, i))
		return 0;
	for (; table->written; table++) {
		size_t n = tn_match(tn, i, table->written);

		if (n > most) {
			most = n;
			best = table;
		}
	}
	if (!best)
		return 0;
	tn_say(tn, best->spoken);
	if (best->ends && tn_is_sign(tn, i + most - 1, '.') &&
	    tn_stops(tn, i + most - 1))
		tn_put(tn, ".", 1);
	return most;
}

void tn_say_sign(struct tn *tn, size_t i, const struct tn_phrase *table)
{
	while (table->written && !tn_is(tn, i, table->written))
		table++;
	if (table->written)
		tn_say(tn, table->spoken);
}

static bool is_word_byte(char c)
{
	return (c & 0x80) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '+';
}

/* What was said from that place on stood within stars: there they are again. */
static void emphasise(struct tn *tn, size_t from)
{
	size_t end = tn->out->len, start = from;
	bool said = tn->said;
	char *words;

	while (start < end && !is_word_byte(tn->out->data[start]))
		start++;
	while (end > start && !is_word_byte(tn->out->data[end - 1]))
		end--;
	if (start == end)
		return;
	words = sv_strndup(tn->out->data + start, tn->out->len - start);
	sv_buf_cut(tn->out, start);
	tn_put(tn, "*", 1);
	tn_put(tn, words, end - start);
	tn_put(tn, "*", 1);
	tn_put(tn, words + (end - start), strlen(words) - (end - start));
	tn->said = said;
	free(words);
}

static bool emphasised(const struct tn *tn, size_t i, size_t n)
{
	while (n-- > 0) {
		const struct tn_token *token = tn_at(tn, i + n);

		if (token->emphasised &&
		    (tn_is_word(tn, i + n) || token->kind == TN_NUMBER))
			return true;
	}
	return false;
}

static void speak(struct tn *tn, const tn_rule *rules)
{
	size_t i = 0, n, from;
	const tn_rule *rule;

	while (i < tn->n && !tn->rc) {
		from = tn->out->len;
		for (n = 0, rule = rules; !n && *rule; rule++)
			n = (*rule)(tn, i);
		if (!n) {
			tn_copy(tn, i);
			n = 1;
		}
		if (emphasised(tn, i, n) && tn->out->len > from)
			emphasise(tn, from);
		i += n;
	}
}

/* A digit of any script whose digits people type: what we do not read. */
static bool has_digit(const char *text, size_t len)
{
	static const uint32_t zeros[] = { '0',   0x660, 0x6f0, 0x966,
		                          0x9e6, 0xe50, 0xff10 };
	const char *start = text, *end = text + len;
	struct sv_note note;

	while (text < end) {
		size_t i = sv_note_at(start, len, text - start, &note);
		uint32_t code;

		if (i && note.kind == SV_PAUSE) {
			text += i;
			continue;
		}
		code = sv_utf8_next(&text, end);

		for (i = 0; i < sizeof zeros / sizeof *zeros; i++)
			if (code >= zeros[i] && code < zeros[i] + 10)
				return true;
	}
	return false;
}

int sv_tn(const char *language, const char *text, struct sv_buf *out)
{
	struct tn tn = { .out = out, .start = out->len };
	size_t len = strlen(text);

	if (sv_utf8_check(text, len) != len)
		return sv_fail(EX_DATAERR, "the text is not UTF-8");
	tn_tokenize(&tn, text, len);
	speak(&tn, strcmp(language, "en") ? tn_ru_rules : tn_en_rules);
	free(tn.lower);
	free(tn.tokens);
	if (tn.rc)
		return sv_fail(EX_DATAERR, "the text is too long to be spoken");
	if (has_digit(sv_buf_str(out) + tn.start, out->len - tn.start))
		return sv_fail(EX_DATAERR, "a digit was left in the text");
	return 0;
}
