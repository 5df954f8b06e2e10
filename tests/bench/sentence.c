/* sentence: MB/s of CPU time that sentences are cut at, text arriving as a
 * model sends it, and how long the one that ends a sentence takes; beside it
 * what it takes to look at each character once */
#include "lib/sentence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

enum { ROUNDS = 40, PIECE = 6 };

static int64_t now_ns(clockid_t clock)
{
	struct timespec at;

	clock_gettime(clock, &at);
	return at.tv_sec * INT64_C(1000000000) + at.tv_nsec;
}

static int got(void *arg, const char *text, size_t len)
{
	(void)text;
	(void)len;
	++*(size_t *)arg;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const int64_t *one = a, *two = b;

	return (*one > *two) - (*one < *two);
}

static double rate(const char *text, size_t len, bool markdown)
{
	int64_t begun = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	struct sv_sentences cut;
	size_t n = 0;

	sv_sentences_init(&cut, got, &n);
	cut.markdown = markdown;
	for (int i = 0; i < ROUNDS; i++)
		for (size_t at = 0; at < len; at += PIECE)
			sv_sentences_feed(&cut, text + at,
			                  len - at < PIECE ? len - at : PIECE);
	sv_sentences_end(&cut);
	sv_sentences_release(&cut);
	return (double)len * ROUNDS * 1000 /
	       (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - begun);
}

static double walk(const char *text, size_t len)
{
	int64_t begun = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	volatile uint32_t sum = 0;

	for (int i = 0; i < ROUNDS; i++)
		for (const char *p = text; p < text + len;)
			sum += sv_utf8_next(&p, text + len);
	return (double)len * ROUNDS * 1000 /
	       (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - begun);
}

/* the feeds that gave a sentence, in ns, sorted; *n of them */
static int64_t *moments(const char *text, size_t len, size_t *n)
{
	int64_t *took = sv_calloc(len, sizeof *took);
	struct sv_sentences cut;
	size_t given = 0;

	*n = 0;
	sv_sentences_init(&cut, got, &given);
	cut.markdown = true;
	for (size_t at = 0; at < len; at += PIECE) {
		size_t before = given;
		int64_t begun = now_ns(CLOCK_MONOTONIC);

		sv_sentences_feed(&cut, text + at,
		                  len - at < PIECE ? len - at : PIECE);
		if (given > before)
			took[(*n)++] = now_ns(CLOCK_MONOTONIC) - begun;
	}
	sv_sentences_release(&cut);
	qsort(took, *n, sizeof *took, compare);
	return took;
}

int main(int argc, char *argv[])
{
	static char text[1 << 22];
	FILE *file = fopen(argc > 1 ? argv[1] : "/dev/stdin", "r");
	size_t len = file ? fread(text, 1, sizeof text, file) : 0, n;
	int64_t *took;

	if (!len)
		return 66;
	took = moments(text, len, &n);
	printf("%.1f MB/s, as Markdown %.1f MB/s; each character once: %.1f "
	       "MB/s (ratio %.2f); a sentence: p50 %.1f us, p99 %.1f us, at "
	       "most %.1f us\n",
	       rate(text, len, false), rate(text, len, true), walk(text, len),
	       rate(text, len, false) / walk(text, len),
	       (double)took[n / 2] / 1e3, (double)took[n * 99 / 100] / 1e3,
	       (double)took[n - 1] / 1e3);
	free(took);
	if (file)
		fclose(file);
	return 0;
}
