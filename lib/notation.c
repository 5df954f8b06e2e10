/* notation: stress, pauses and emphasis in a text that is to be spoken */
#include "lib/notation.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/utf8.h"

enum {
	ACUTE = 0x301,
	ACCENT_FIRST = 0x300,
	ACCENT_LAST = 0x36f,
	EMPHASIS_MAX = 400, /* bytes between two stars */
	DIGITS_MAX = 6
};

void sv_notes_release(struct sv_notes *notes)
{
	free(notes->items);
	*notes = (struct sv_notes){ 0 };
}

/* the code point that ends at `at`; 0 at the beginning */
static uint32_t before(const char *text, size_t at)
{
	const char *p;

	if (!at)
		return 0;
	p = text + at - 1;
	while (p > text && (*p & 0xc0) == 0x80)
		p--;
	return sv_utf8_next(&p, text + at);
}

static uint32_t code_at(const char *text, size_t len, size_t at)
{
	const char *p = text + at;

	return at < len ? sv_utf8_next(&p, text + len) : 0;
}

static bool is_vowel(uint32_t code)
{
	static const char vowels[] = "аеёиоуыэюя";
	const char *p = vowels;

	code = sv_lower(code);
	while (*p)
		if (sv_utf8_next(&p, vowels + sizeof(vowels) - 1) == code)
			return true;
	return false;
}

static bool is_digit(uint32_t code)
{
	return code >= '0' && code <= '9';
}

static bool in_word(uint32_t code)
{
	return sv_is_letter(code) || is_digit(code) ||
	       (code >= ACCENT_FIRST && code <= ACCENT_LAST);
}

/* what may stand before a word */
static bool opens(uint32_t code)
{
	return !code || sv_is_space(code) || code == 0xab || code == 0x201e ||
	       code == 0x201c || code == 0x2018 || code == 0x2013 ||
	       code == 0x2014 || (code < 0x80 && strchr("(\"'-[/", (int)code));
}

static bool is_plus(const char *text, size_t len, size_t at)
{
	uint32_t last = before(text, at);

	return is_vowel(code_at(text, len, at + 1)) &&
	       (opens(last) || last == '*' ||
	        (sv_is_letter(last) && sv_is_cyrillic(last)));
}

/* The bytes of "*words*", 0 when there are none. */
static size_t emphasis(const char *text, size_t len, size_t at)
{
	const char *p = text + at + 1;
	const char *end = text + len;
	uint32_t last, next;

	if (len - at > EMPHASIS_MAX)
		end = text + at + EMPHASIS_MAX;
	next = code_at(text, len, at + 1);
	if (!opens(before(text, at)) ||
	    !(in_word(next) || (next == '+' && is_plus(text, len, at + 1))))
		return 0;
	while (p < end && *p != '*' && *p != '\n' && *p != '[')
		p++;
	if (p == end || *p != '*')
		return 0;
	last = before(text, (size_t)(p - text));
	next = code_at(text, len, (size_t)(p - text) + 1);
	return in_word(last) && !in_word(next) && next != '*'
	               ? (size_t)(p - text) + 1 - at
	               : 0;
}

static const char *digits(const char *p, const char *end, long *value, int *n)
{
	for (*n = 0; p < end && is_digit((unsigned char)*p); p++, ++*n)
		if (*n < DIGITS_MAX)
			*value = *value * 10 + *p - '0';
	return p;
}

/* The time of a pause at p, "300ms" or "1.5s"; NULL when there is none. */
static const char *time_of(const char *p, const char *end, int *ms)
{
	long whole = 0, part = 0;
	int n, decimals = 0;

	p = digits(p, end, &whole, &n);
	if (!n || n > DIGITS_MAX)
		return NULL;
	if (p < end && *p == '.')
		p = digits(p + 1, end, &part, &decimals);
	if (decimals > 3)
		return NULL;
	for (; decimals && decimals < 3; decimals++)
		part *= 10;
	if (end - p > 2 && !memcmp(p, "ms]", 3) && !decimals)
		p += 2;
	else if (end - p > 1 && !memcmp(p, "s]", 2) && p++)
		whole = whole * 1000 + part;
	else
		return NULL;
	*ms = whole < SV_PAUSE_MAX_MS ? (int)whole : SV_PAUSE_MAX_MS;
	return p;
}

static size_t pause(const char *text, size_t len, size_t at, int *ms)
{
	static const char word[] = "[pause";
	const char *p = text + at, *end = text + len;

	if (len - at < sizeof(word) || memcmp(p, word, sizeof(word) - 1) != 0 ||
	    p[sizeof(word) - 1] != ' ')
		return 0;
	for (p += sizeof(word) - 1; p < end && *p == ' '; p++)
		;
	p = time_of(p, end, ms);
	return p ? (size_t)(p + 1 - text) - at : 0;
}

size_t sv_note_at(const char *text, size_t len, size_t at, struct sv_note *note)
{
	*note = (struct sv_note){ 0 };
	switch (text[at]) {
	case '[':
		note->kind = SV_PAUSE;
		return pause(text, len, at, &note->ms);
	case '*':
		note->kind = SV_EMPHASIS;
		return emphasis(text, len, at);
	case '+':
		return is_plus(text, len, at);
	case '\xcc':
		return code_at(text, len, at) == ACUTE &&
		                       is_vowel(before(text, at))
		               ? 2
		               : 0;
	default:
		return 0;
	}
}

/* what is being read */
struct reading {
	const char *text;
	size_t len, at;
	struct sv_buf *out;
	size_t start; /* out->len when we began */
	struct sv_notes *notes;
	size_t closes; /* where the star is that ends emphasis; 0: none */
	size_t word;   /* which note is of the word being read, from 1 */
};

static void add(struct reading *reading, const struct sv_note *note, size_t at)
{
	struct sv_notes *notes = reading->notes;

	if (!notes)
		return;
	if (notes->n == notes->cap) {
		notes->cap = notes->cap ? 2 * notes->cap : 16;
		notes->items = sv_realloc(notes->items,
		                          notes->cap * sizeof(*notes->items));
	}
	notes->items[notes->n] = *note;
	notes->items[notes->n++].at = at - reading->start;
}

/* Words within stars are noted one by one. */
static void follow_word(struct reading *reading, uint32_t code)
{
	struct sv_note note = { .kind = SV_EMPHASIS };
	bool in = reading->closes && (in_word(code) || code == '+' ||
	                              (reading->word && code == '-'));

	if (!reading->notes)
		return;
	if (in && !reading->word) {
		add(reading, &note, reading->out->len);
		reading->word = reading->notes->n;
	} else if (!in && reading->word) {
		struct sv_note *of = reading->notes->items + reading->word - 1;

		of->len = reading->out->len - reading->start - of->at;
		reading->word = 0;
	}
}

static int copy(struct reading *reading)
{
	const char *p = reading->text + reading->at;
	uint32_t code = sv_utf8_next(&p, reading->text + reading->len);
	size_t n = (size_t)(p - reading->text) - reading->at;

	follow_word(reading, code);
	reading->at += n;
	return sv_buf_add(reading->out, p - n, n);
}

/* leaves one blank where a pause was between two */
static void skip_blank(struct reading *reading)
{
	const struct sv_buf *out = reading->out;

	if ((out->len == reading->start || out->data[out->len - 1] == ' ') &&
	    reading->at < reading->len && reading->text[reading->at] == ' ')
		reading->at++;
}

static void take(struct reading *reading, const struct sv_note *note, size_t n)
{
	size_t end = reading->out->len;

	switch (note->kind) {
	case SV_PAUSE:
		follow_word(reading, 0);
		add(reading, note, end);
		reading->at += n;
		skip_blank(reading);
		return;
	case SV_EMPHASIS:
		reading->closes = reading->at + n - 1;
		reading->at++;
		return;
	case SV_STRESS:
		if (n ==
		    1) /* a plus; else an acute, behind a vowel's 2 bytes */
			follow_word(reading, '+');
		add(reading, note, n == 1 ? end : end - 2);
		reading->at += n;
	}
}

int sv_notes_read(const char *text, struct sv_buf *out, struct sv_notes *notes)
{
	struct reading reading = { .text = text,
		                   .len = strlen(text),
		                   .out = out,
		                   .start = out->len,
		                   .notes = notes };
	int rc = 0;

	while (!rc && reading.at < reading.len) {
		struct sv_note note;
		size_t n = sv_note_at(text, reading.len, reading.at, &note);

		if (reading.closes && reading.at == reading.closes) {
			reading.closes = 0;
			follow_word(&reading, 0);
			reading.at++;
		} else if (n && !(note.kind == SV_EMPHASIS && reading.closes)) {
			take(&reading, &note, n);
		} else {
			rc = copy(&reading);
		}
	}
	follow_word(&reading, 0);
	return rc;
}

char *sv_plain(const char *text)
{
	struct sv_buf out;

	sv_buf_init(&out, strlen(text) + 1);
	sv_notes_read(text, &out, NULL);
	return sv_buf_take(&out);
}
