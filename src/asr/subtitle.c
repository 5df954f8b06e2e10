/* subtitle.c: transcripts as cues for players */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

#include "src/asr/format.h"

enum {
	LINE = 42, /* characters, what broadcasters settle on */
	CUE_MS = 7000,
	CUE_LEAST_MS = 1000,
	PAUSE_MS = 1500, /* words further apart are cues of their own */
};

/* a word, or what fits of a very long one */
struct piece {
	const char *text; /* lent */
	size_t len, width;
	int64_t start_ms, end_ms;
};

struct pieces {
	struct piece *items;
	size_t n, size;
};

struct cue {
	int64_t start_ms, end_ms;
	const char *speaker; /* lent */
	char *text;
};

struct cues {
	struct cue *items;
	size_t n, size;
};

static void add_piece(struct pieces *pieces, struct piece piece)
{
	if (pieces->n == pieces->size) {
		pieces->size = pieces->size ? 2 * pieces->size : 64;
		pieces->items = sv_realloc(
			pieces->items, pieces->size * sizeof *pieces->items);
	}
	pieces->items[pieces->n++] = piece;
}

/* the offset behind the first n characters */
static size_t behind(const char *text, size_t len, size_t n)
{
	const char *p = text;

	while (n-- && p < text + len)
		sv_utf8_next(&p, text + len);
	return (size_t)(p - text);
}

static void add_text(struct pieces *pieces, const char *text, int64_t start_ms,
                     int64_t end_ms)
{
	size_t len = strlen(text);

	while (len) {
		size_t n = behind(text, len, LINE);

		add_piece(pieces,
		          (struct piece){ text, n, sv_utf8_count(text, n),
		                          start_ms, end_ms });
		text += n;
		len -= n;
	}
}

/* how wide pieces from..to-1 are on one line */
static size_t width(const struct piece *items, size_t from, size_t to)
{
	size_t sum = to > from ? to - from - 1 : 0;

	for (; from < to; from++)
		sum += items[from].width;
	return sum;
}

/* Where the second line begins so that both fit and are as even as can be;
 * `to` when one line will do, `from` when two will not. */
static size_t break_at(const struct piece *items, size_t from, size_t to)
{
	size_t all = width(items, from, to);
	size_t best = from, best_width = LINE + 1;

	if (all <= LINE)
		return to;
	for (size_t i = from + 1; i < to; i++) {
		size_t first = width(items, from, i);
		size_t second = all - first - 1;
		size_t wider = first > second ? first : second;

		if (wider < best_width) {
			best_width = wider;
			best = i;
		}
	}
	return best;
}

static char *lay_out(const struct piece *items, size_t from, size_t to)
{
	size_t second = break_at(items, from, to);
	struct sv_buf text;

	sv_buf_init(&text, (size_t)8 * LINE * 2);
	for (size_t i = from; i < to; i++) {
		if (i > from)
			sv_buf_putc(&text, i == second ? '\n' : ' ');
		sv_buf_add(&text, items[i].text, items[i].len);
	}
	return sv_buf_take(&text);
}

static void add_cue(struct cues *cues, struct cue cue)
{
	if (cue.end_ms <= cue.start_ms)
		cue.end_ms = cue.start_ms + 1;
	if (cues->n == cues->size) {
		cues->size = cues->size ? 2 * cues->size : 64;
		cues->items = sv_realloc(cues->items,
		                         cues->size * sizeof *cues->items);
	}
	cues->items[cues->n++] = cue;
}

/* how many of the pieces from `from` on make the next cue */
static size_t take(const struct pieces *pieces, size_t from)
{
	const struct piece *items = pieces->items;
	size_t to = from + 1;

	while (to < pieces->n &&
	       items[to].start_ms - items[to - 1].end_ms <= PAUSE_MS &&
	       items[to].end_ms - items[from].start_ms <= CUE_MS &&
	       break_at(items, from, to + 1) != from)
		to++;
	return to - from;
}

static void cut(struct cues *cues, const struct utterance *utterance,
                bool named)
{
	struct pieces pieces = { 0 };
	char *label = NULL;
	size_t n;

	if (named && utterance->speaker && utterance->n) {
		label = sv_format("%s:", utterance->speaker);
		add_text(&pieces, label, utterance->words[0].start_ms,
		         utterance->words[0].start_ms);
	}
	for (size_t i = 0; i < utterance->n; i++)
		add_text(&pieces, utterance->words[i].text,
		         utterance->words[i].start_ms,
		         utterance->words[i].end_ms);
	for (size_t from = 0; from < pieces.n; from += n) {
		n = take(&pieces, from);
		add_cue(cues,
		        (struct cue){ pieces.items[from].start_ms,
		                      pieces.items[from + n - 1].end_ms,
		                      utterance->speaker,
		                      lay_out(pieces.items, from, from + n) });
	}
	free(label);
	free(pieces.items);
}

static int by_start(const void *a, const void *b)
{
	const struct cue *left = a, *right = b;

	if (left->start_ms != right->start_ms)
		return left->start_ms < right->start_ms ? -1 : 1;
	return left->end_ms < right->end_ms ? -1 : left->end_ms > right->end_ms;
}

/* Short ones stay long enough to be read, if the next leaves the time. */
static void stretch(struct cues *cues)
{
	for (size_t i = 0; i < cues->n; i++) {
		struct cue *cue = &cues->items[i];
		int64_t end = cue->start_ms + CUE_LEAST_MS;

		if (i + 1 < cues->n && end > cues->items[i + 1].start_ms)
			end = cues->items[i + 1].start_ms;
		if (cue->end_ms < end)
			cue->end_ms = end;
	}
}

static void cut_all(struct cues *cues, const struct transcript *transcript,
                    bool named)
{
	for (size_t i = 0; i < transcript->n; i++)
		cut(cues, &transcript->items[i], named);
	if (cues->n)
		qsort(cues->items, cues->n, sizeof *cues->items, by_start);
	stretch(cues);
}

static void cues_release(struct cues *cues)
{
	for (size_t i = 0; i < cues->n; i++)
		free(cues->items[i].text);
	free(cues->items);
}

static int put_time(struct sv_buf *out, int64_t ms, char point)
{
	return sv_buf_printf(
		out, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 "%c%03" PRId64,
		ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, point,
		ms % 1000);
}

static int put_times(struct sv_buf *out, const struct cue *cue, char point)
{
	int rc = put_time(out, cue->start_ms, point);

	if (!rc)
		rc = sv_buf_puts(out, " --> ");
	if (!rc)
		rc = put_time(out, cue->end_ms, point);
	if (!rc)
		rc = sv_buf_putc(out, '\n');
	return rc;
}

int format_srt(const struct transcript *transcript, struct sv_buf *out)
{
	struct cues cues = { 0 };
	int rc = 0;

	cut_all(&cues, transcript, true);
	for (size_t i = 0; !rc && i < cues.n; i++) {
		rc = sv_buf_printf(out, "%zu\n", i + 1);
		if (!rc)
			rc = put_times(out, &cues.items[i], ',');
		if (!rc)
			rc = sv_buf_printf(out, "%s\n\n", cues.items[i].text);
	}
	cues_release(&cues);
	return rc;
}

/* WebVTT takes these three as markup */
static int put_escaped(struct sv_buf *out, const char *text)
{
	int rc = 0;

	for (; !rc && *text; text++) {
		switch (*text) {
		case '&':
			rc = sv_buf_puts(out, "&amp;");
			break;
		case '<':
			rc = sv_buf_puts(out, "&lt;");
			break;
		case '>':
			rc = sv_buf_puts(out, "&gt;");
			break;
		default:
			rc = sv_buf_putc(out, *text);
		}
	}
	return rc;
}

static int put_voice(struct sv_buf *out, const char *speaker)
{
	int rc = sv_buf_puts(out, "<v ");

	if (!rc)
		rc = put_escaped(out, speaker);
	if (!rc)
		rc = sv_buf_putc(out, '>');
	return rc;
}

int format_vtt(const struct transcript *transcript, struct sv_buf *out)
{
	struct cues cues = { 0 };
	int rc = 0;

	cut_all(&cues, transcript, false);
	for (size_t i = 0; !rc && i < cues.n; i++) {
		const struct cue *cue = &cues.items[i];

		rc = put_times(out, cue, '.');
		if (!rc && cue->speaker)
			rc = put_voice(out, cue->speaker);
		if (!rc)
			rc = put_escaped(out, cue->text);
		if (!rc)
			rc = sv_buf_puts(out, "\n\n");
	}
	cues_release(&cues);
	return rc;
}
