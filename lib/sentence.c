/* sentence: text that arrives bit by bit, cut where a sentence ends */
#include "lib/sentence.h"

#include <string.h>

#include "lib/sentence_inside.h"
#include "lib/utf8.h"

enum {
	TEXT_MAX = 1 << 16,
	SLICE = 4096,    /* of what is fed, at a time: what is left of it is
	                  * moved with each sentence */
	MOST_MAX = 4096, /* characters of a sentence, whatever is set */
	CLAUSE_MIN = 10, /* characters, for a sentence to be cut there */
};

void sv_sentences_init(struct sv_sentences *cut,
                       int (*got)(void *arg, const char *text, size_t len),
                       void *arg)
{
	*cut = (struct sv_sentences){ .most = SV_SENTENCE_MOST,
		                      .got = got,
		                      .arg = arg };
	sv_buf_init(&cut->raw, TEXT_MAX);
	sv_buf_init(&cut->text, TEXT_MAX);
}

void sv_sentences_release(struct sv_sentences *cut)
{
	sv_buf_release(&cut->raw);
	sv_buf_release(&cut->text);
}

static void rewind_to(struct sv_sentences *cut, size_t drop)
{
	sv_buf_drop(&cut->text, drop);
	cut->at = cut->n = cut->clause = cut->space = 0;
	cut->spoken = false;
}

void sv_sentences_reset(struct sv_sentences *cut)
{
	rewind_to(cut, cut->text.len);
	sv_buf_cut(&cut->raw, 0);
	cut->begun = cut->within = false;
	cut->last = 0;
}

size_t sentence_whole(const char *text, size_t len)
{
	size_t back = 1;
	unsigned char lead;

	while (back < 4 && back < len &&
	       ((unsigned char)text[len - back] & 0xc0) == 0x80)
		back++;
	if (!len || back > len)
		return len;
	lead = (unsigned char)text[len - back];
	if ((lead >= 0xf0 && back < 4) || (lead >= 0xe0 && back < 3) ||
	    (lead >= 0xc0 && back < 2))
		return len - back;
	return len;
}

/* --- where it is cut --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Gives the first len bytes, and goes on behind them. */
static int give(struct sv_sentences *cut, size_t len)
{
	size_t rest = len, n = len;
	char *text = cut->text.data;
	char kept;
	int rc = 0;

	while (n && is_blank(text[n - 1]))
		n--;
	while (rest < cut->text.len && is_blank(text[rest]))
		rest++;
	kept = text[n];
	text[n] = '\0';
	if (n)
		rc = cut->got(cut->arg, text, n);
	text[n] = kept;
	cut->begun = cut->begun || n;
	rewind_to(cut, rest);
	return rc;
}

/* Too long: to the last clause, if that is no crumb, or the last blank. */
static int force(struct sv_sentences *cut)
{
	if (cut->clause > cut->at / 4)
		return give(cut, cut->clause);
	return give(cut, cut->space ? cut->space : cut->at);
}

static bool may_pause(const char *text, size_t at)
{
	static const char *const marks[] = { ",", ";", ":", "—", "–" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t len = strlen(marks[i]);

		if (at >= len && !memcmp(text + at - len, marks[i], len))
			return true;
	}
	return false;
}

static void note(struct sv_sentences *cut, size_t at, uint32_t code)
{
	if (sv_is_letter(code) || (code >= '0' && code <= '9'))
		cut->spoken = true;
	if (!sv_is_space(code))
		return;
	cut->space = at;
	if (cut->n >= CLAUSE_MIN && may_pause(cut->text.data, at))
		cut->clause = at;
}

/* A line is over. One without a word goes on. */
static int take_line_end(struct sv_sentences *cut)
{
	if (cut->spoken)
		return give(cut, cut->at);
	cut->text.data[cut->at++] = ' ';
	return 0;
}

/* false: there must be more to tell */
static bool take_mark(struct sv_sentences *cut,
                      const struct sentence_view *view, int *rc)
{
	size_t end;
	enum sentence_verdict verdict = sentence_end(view, cut->at, &end);

	if (verdict == SENTENCE_WAITS)
		return false;
	if (verdict == SENTENCE_ENDS && cut->spoken) {
		*rc = give(cut, end);
		return true;
	}
	cut->n += sv_utf8_count(view->text + cut->at, end - cut->at);
	cut->at = end;
	return true;
}

static int take_other(struct sv_sentences *cut, const char *next, uint32_t code)
{
	note(cut, cut->at, code);
	cut->at = (size_t)(next - cut->text.data);
	cut->n++;
	return 0;
}

static int check_length(struct sv_sentences *cut)
{
	if (cut->n >= (cut->most < MOST_MAX ? cut->most : MOST_MAX))
		return force(cut);
	if (!cut->begun && cut->first_most && cut->n >= cut->first_most &&
	    cut->clause)
		return give(cut, cut->clause);
	return 0;
}

static int scan(struct sv_sentences *cut, bool whole)
{
	int rc = 0;

	while (!rc) {
		struct sentence_view view = { sv_buf_str(&cut->text),
			                      cut->text.len, whole };
		const char *next = view.text + cut->at;
		uint32_t code;

		if (!whole)
			view.len = sentence_whole(view.text, view.len);
		if (cut->at >= view.len)
			break;
		code = sv_utf8_next(&next, view.text + view.len);
		if (!cut->at && sv_is_space(code))
			rewind_to(cut, (size_t)(next - view.text));
		else if (code == '\n' || code == '\r')
			rc = take_line_end(cut);
		else if (!sentence_is_mark(code))
			rc = take_other(cut, next, code);
		else if (!take_mark(cut, &view, &rc))
			break;
		if (!rc)
			rc = check_length(cut);
	}
	return rc;
}

/* --- what comes --- */

/* The buffers are larger than any slice and what waits before it. */
static int feed(struct sv_sentences *cut, const char *text, size_t len)
{
	sv_buf_add(cut->markdown ? &cut->raw : &cut->text, text, len);
	if (cut->markdown)
		sentence_unmark(cut, false);
	return scan(cut, false);
}

int sv_sentences_feed(struct sv_sentences *cut, const char *text, size_t len)
{
	int rc = 0;

	while (!rc && len) {
		size_t n = len < SLICE ? len : SLICE;

		rc = feed(cut, text, n);
		text += n;
		len -= n;
	}
	return rc;
}

int sv_sentences_end(struct sv_sentences *cut)
{
	int rc;

	if (cut->markdown)
		sentence_unmark(cut, true);
	rc = scan(cut, true);
	if (!rc && cut->text.len)
		rc = give(cut, cut->text.len);
	if (!rc)
		sv_sentences_reset(cut);
	return rc;
}
