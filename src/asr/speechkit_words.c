/* speechkit_words.c: words with times, and two hearings joined */
#include "src/asr/speechkit_words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

enum {
	WORDS_MAX = 8192, /* of an utterance */
	WORD_MAX = 1024,  /* bytes */

	/* The same word may be timed differently by so much, since each
	 * hearing has other sound around it. */
	APART_MS = 400,
	/* a word that ends so close to where the sound was cut may be half of
	 * one */
	EDGE_MS = 200,
};

void sk_words_release(struct sk_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->items[i].text);
	free(words->items);
	*words = (struct sk_words){ 0 };
}

/* the text is taken */
static void append(struct sk_words *words, char *text, int64_t start_ms,
                   int64_t end_ms)
{
	struct sk_word *word;

	if (words->n == words->size) {
		words->size = words->size ? 2 * words->size : 16;
		words->items = sv_realloc(words->items,
		                          words->size * sizeof *words->items);
	}
	word = &words->items[words->n++];
	word->text = text;
	word->start_ms = start_ms;
	word->end_ms = end_ms > start_ms ? end_ms : start_ms;
}

/* what is repaired has at most three bytes for one */
static void add(struct sk_words *words, const char *text, size_t len,
                int64_t start_ms, int64_t end_ms)
{
	struct sv_buf clean;

	if (!len || len > WORD_MAX || words->n == WORDS_MAX)
		return;
	sv_buf_init(&clean, (size_t)WORD_MAX * 3);
	sv_utf8_repair(&clean, text, len);
	append(words, sv_buf_take(&clean), start_ms, end_ms);
	sv_buf_release(&clean);
}

void sk_words_add(struct sk_words *words, const char *text, int64_t start_ms,
                  int64_t end_ms)
{
	add(words, text, strlen(text), start_ms, end_ms);
}

void sk_words_share(struct sk_words *words, const char *text, int64_t start_ms,
                    int64_t end_ms)
{
	const int64_t all = (int64_t)strlen(text);
	const int64_t length_ms = end_ms - start_ms;
	const char *at = text + strspn(text, " ");

	while (*at) {
		size_t len = strcspn(at, " ");
		int64_t from = at - text;

		add(words, at, len, start_ms + length_ms * from / all,
		    start_ms + length_ms * (from + (int64_t)len) / all);
		at += len;
		at += strspn(at, " ");
	}
}

static int64_t middle(const struct sk_word *word)
{
	return word->start_ms + (word->end_ms - word->start_ms) / 2;
}

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

/* the next letter or digit in lower case, 0 at the end: normalised text has
 * capitals and punctuation, plain text has not */
static uint32_t next_letter(const char **at, const char *end)
{
	while (*at < end) {
		uint32_t code = sv_utf8_next(at, end);

		if (code >= 0x80 || sv_is_letter(code) ||
		    (code >= '0' && code <= '9'))
			return sv_lower(code);
	}
	return 0;
}

static bool same(const struct sk_word *a, const struct sk_word *b)
{
	const char *left = a->text;
	const char *right = b->text;
	const char *left_end = left + strlen(left);
	const char *right_end = right + strlen(right);
	uint32_t code;

	do {
		code = next_letter(&left, left_end);
		if (code != next_letter(&right, right_end))
			return false;
	} while (code);
	return true;
}

/* where one hearing is left for the other: after words->items[first - 1] comes
 * later->items[second] */
struct seam {
	size_t first, second;
};

/* the stretch that both have heard */
struct overlap {
	int64_t from_ms, middle_ms, to_ms;
};

/* How good a pair the two are to change over at, the less the better: near to
 * the middle, where both know what came before and after, and said at one time,
 * since people say a word twice. -1 for what is no pair. */
static int64_t rate_pair(const struct overlap *overlap, const struct sk_word *a,
                         const struct sk_word *b)
{
	int64_t apart = distance(middle(a), middle(b));

	if (middle(a) < overlap->from_ms - APART_MS || apart > APART_MS ||
	    !same(a, b))
		return -1;
	return distance(middle(a), overlap->middle_ms) + 4 * apart;
}

/* The word that both have heard in the same way; in the later hearing's form
 * where it was being said when the first one ended. */
static bool find_common(const struct sk_words *words,
                        const struct sk_words *later,
                        const struct overlap *overlap, struct seam *seam)
{
	int64_t best = -1;

	for (size_t i = 0; i < words->n; i++) {
		for (size_t j = 0; j < later->n; j++) {
			int64_t rating = rate_pair(overlap, &words->items[i],
			                           &later->items[j]);

			if (rating < 0 || (best >= 0 && rating >= best))
				continue;
			best = rating;
			*seam = (struct seam){ i, j };
		}
	}
	if (best >= 0 &&
	    words->items[seam->first].end_ms <= overlap->to_ms - EDGE_MS) {
		seam->first++;
		seam->second++;
	}
	return best >= 0;
}

/* whether any word was heard between the two */
static bool heard(const struct sk_words *words, int64_t from_ms, int64_t to_ms)
{
	for (size_t i = 0; i < words->n; i++)
		if (middle(&words->items[i]) > from_ms &&
		    words->items[i].start_ms < to_ms)
			return true;
	return false;
}

/* whether a word was heard before the seam, in whole or by its end alone */
static bool is_before(const struct sk_word *word, int64_t last_ms,
                      const struct overlap *overlap)
{
	bool half = word->start_ms < overlap->from_ms + EDGE_MS;

	return middle(word) <= last_ms || (half && word->start_ms < last_ms);
}

/* Nothing was heard in the same way by both: the first is right up to the
 * middle, and beyond it where the other knows of no words. */
static struct seam cut(const struct sk_words *words,
                       const struct sk_words *later,
                       const struct overlap *overlap)
{
	struct seam seam = { 0 };
	int64_t last_ms = INT64_MIN;

	while (seam.first < words->n) {
		const struct sk_word *word = &words->items[seam.first];
		bool alone = word->end_ms < overlap->to_ms - EDGE_MS &&
		             !heard(later, last_ms, word->end_ms);

		if (middle(word) >= overlap->middle_ms && !alone)
			break;
		last_ms = word->end_ms;
		seam.first++;
	}
	while (seam.second < later->n &&
	       is_before(&later->items[seam.second], last_ms, overlap))
		seam.second++;
	return seam;
}

void sk_words_stitch(struct sk_words *words, const struct sk_words *later,
                     int64_t from_ms, int64_t to_ms)
{
	const struct overlap overlap = { from_ms,
		                         from_ms + (to_ms - from_ms) / 2,
		                         to_ms };
	struct seam seam;

	if (!find_common(words, later, &overlap, &seam))
		seam = cut(words, later, &overlap);
	while (words->n > seam.first)
		free(words->items[--words->n].text);
	for (size_t i = seam.second; i < later->n; i++) {
		const struct sk_word *word = &later->items[i];

		sk_words_add(words, word->text, word->start_ms, word->end_ms);
	}
}

void sk_words_text(const struct sk_words *words, struct sv_buf *out)
{
	for (size_t i = 0; i < words->n; i++)
		if (sv_buf_printf(out, "%s%s", out->len ? " " : "",
		                  words->items[i].text))
			return;
}
