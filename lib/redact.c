/* redact: personal data to placeholders that stay the same */
#include "lib/redact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/itn.h"
#include "lib/utf8.h"

void sv_placeholder(const struct sv_span *span, char out[SV_PLACEHOLDER])
{
	static const char *const names[] = { "PHONE",    "CARD", "EMAIL",
		                             "PASSPORT", "INN",  "NAME" };

	snprintf(out, SV_PLACEHOLDER, "[%s_%d]", names[span->kind],
	         span->number);
}

/* what is found, in the order of the text */
struct spans {
	struct sv_span *items;
	size_t n, cap;
};

static void add(struct spans *spans, struct sv_search *search,
                const struct sv_found *found)
{
	const struct sv_token *items = search->words.items;
	struct sv_span *span;

	if (spans->n == spans->cap) {
		spans->cap = spans->cap * 2 + 4;
		spans->items = sv_realloc(spans->items,
		                          spans->cap * sizeof *spans->items);
	}
	span = &spans->items[spans->n++];
	span->start = items[found->start].start;
	span->end = items[found->next - 1].end;
	span->kind = found->kind;
	span->number = sv_redactor_number(search->redactor, found);
}

/* whether an address can be there at all: this is asked of every text */
static bool may_have_address(const char *text)
{
	return strchr(text, '@') || strstr(text, "обак") ||
	       strstr(text, "обач") || strstr(text, " at ");
}

/* "почта эс иванов собака …": whatever stands behind is of the address */
static bool is_announced(const struct sv_tokens *mail, size_t at)
{
	static const char *const words[] = { "почта", "почту", "почты",
		                             "имейл", "емейл", "адрес",
		                             "email", "mail",  NULL };

	enum { REACH = 8 };

	for (size_t n = 1; n <= REACH && n <= at; n++) {
		for (const char *const *w = words; *w; w++)
			if (sv_token_is(mail, at - n, *w))
				return true;
	}
	return false;
}

/* the addresses of a text, before the rest: digits and names are part of
 * them */
static size_t find_addresses(struct sv_search *search, const char *text,
                             struct sv_found **found)
{
	struct sv_tokens mail;
	struct sv_address address;
	size_t n = 0, cap = 0, end = 0;

	*found = NULL;
	if (!may_have_address(text))
		return 0;
	sv_tokens_read(&mail, sv_lexicon_mail(), text, strlen(text));
	for (size_t i = 0; i < mail.n; i++) {
		if (!sv_address_read(&mail, &search->words, i,
		                     !is_announced(&mail, i), &address) ||
		    address.start < end)
			continue;
		/* "john smith at gmail dot com" */
		while (!search->russian && address.start > end &&
		       sv_token_word(&search->names, address.start - 1) ==
		               W_NAME)
			address.start--;
		if (n == cap) {
			cap = cap * 2 + 4;
			*found = sv_realloc(*found, cap * sizeof **found);
		}
		(*found)[n] = (struct sv_found){ .start = address.start,
			                         .next = address.next,
			                         .kind = SV_EMAIL };
		snprintf((*found)[n++].key, SV_KEY_MAX, "%s", address.text);
		end = address.next;
		i = end - 1;
	}
	sv_tokens_release(&mail);
	return n;
}

static void note_intro(struct sv_search *search, size_t i)
{
	int64_t intro = sv_token_value(&search->names, i);
	size_t distance = i - search->intro_at;

	if (sv_token_word(&search->names, i) != W_INTRO ||
	    intro < SV_INTRO_PHONE)
		return;
	/* "паспорт номер" is a passport's */
	if (intro == SV_INTRO_NUMBER && search->intro && distance < 4)
		return;
	search->intro = (enum sv_intro)intro;
	search->intro_at = i;
}

/* one token, or what begins with it: where to go on */
static size_t step(struct sv_search *search, size_t i, struct spans *spans)
{
	struct sv_found found;
	size_t next;

	note_intro(search, i);
	if (sv_find_name(search, i, &found) ||
	    sv_find_digits(search, i, &found, &next)) {
		add(spans, search, &found);
		return found.next;
	}
	return next > i ? next : i + 1;
}

static void search_all(struct sv_search *search, const char *text,
                       struct spans *spans)
{
	struct sv_found *addresses;
	size_t n = find_addresses(search, text, &addresses), k = 0;

	for (size_t i = 0; i < search->words.n;) {
		if (k < n && i >= addresses[k].start) {
			add(spans, search, &addresses[k]);
			i = addresses[k++].next;
			continue;
		}
		i = step(search, i, spans);
		if (k < n && spans->n && i > addresses[k].start &&
		    spans->items[spans->n - 1].end >
		            search->words.items[addresses[k].start].start)
			spans->n--; /* its beginning looked like a name */
		if (k < n && i > addresses[k].start)
			i = addresses[k].start;
	}
	free(addresses);
}

size_t sv_redact_spans(struct sv_redactor *redactor, const char *language,
                       const char *text, struct sv_span **spans)
{
	struct sv_search search = { .russian = !strcmp(language, "ru"),
		                    .redactor = redactor };
	struct spans found = { NULL, 0, 0 };
	size_t len = strlen(text);

	*spans = NULL;
	if (sv_utf8_check(text, len) < len)
		return 0;
	sv_tokens_read(&search.words,
	               search.russian ? sv_lexicon_ru() : sv_lexicon_en(), text,
	               len);
	sv_tokens_read(&search.names, sv_lexicon_names(), text, len);
	search_all(&search, text, &found);
	sv_tokens_release(&search.names);
	sv_tokens_release(&search.words);
	*spans = found.items;
	return found.n;
}

int sv_redact(struct sv_redactor *redactor, const char *language,
              const char *text, struct sv_buf *out)
{
	char placeholder[SV_PLACEHOLDER];
	struct sv_span *spans;
	size_t len = strlen(text), at = 0, n;
	int rc = 0;

	if (sv_utf8_check(text, len) < len)
		return sv_fail(EX_DATAERR, "text that is not UTF-8");
	n = sv_redact_spans(redactor, language, text, &spans);
	for (size_t i = 0; i < n && !rc; i++) {
		rc = sv_buf_add(out, text + at, spans[i].start - at);
		sv_placeholder(&spans[i], placeholder);
		if (!rc)
			rc = sv_buf_puts(out, placeholder);
		at = spans[i].end;
	}
	free(spans);
	return rc ? rc : sv_buf_add(out, text + at, len - at);
}

/* the key that the same value gets inside a text */
static void value_key(const char *language, enum sv_personal kind,
                      const char *text, struct sv_found *found)
{
	static const enum sv_itn_mode modes[] = { SV_ITN_PHONE,  SV_ITN_DIGITS,
		                                  SV_ITN_EMAIL,  SV_ITN_DIGITS,
		                                  SV_ITN_DIGITS, SV_ITN_PROSE };
	struct sv_buf key;
	struct sv_tokens tokens;
	size_t len = 0;

	sv_buf_init(&key, SV_KEY_MAX - 1);
	if (kind != SV_NAME && !sv_itn(language, modes[kind], NULL, text, &key))
		len = key.len;
	memcpy(found->key, sv_buf_str(&key), len + 1);
	sv_buf_release(&key);
	if (len)
		return;
	sv_tokens_read(&tokens, sv_lexicon_names(), text, strlen(text));
	for (size_t i = 0; i < tokens.n; i++) {
		const char *word = sv_token_key(&tokens, i);
		size_t n = sv_name_stem(word, tokens.items[i].len);

		if (len + n + 2 > SV_KEY_MAX)
			break;
		if (len)
			found->key[len++] = ' ';
		memcpy(found->key + len, word, n);
		len += n;
	}
	found->key[len] = '\0';
	sv_tokens_release(&tokens);
}

int sv_redact_value(struct sv_redactor *redactor, const char *language,
                    enum sv_personal kind, const char *text, struct sv_buf *out)
{
	struct sv_found found = { .kind = kind };
	struct sv_span span = { .kind = kind };
	char placeholder[SV_PLACEHOLDER];
	size_t len = strlen(text);

	if (sv_utf8_check(text, len) < len)
		return sv_fail(EX_DATAERR, "text that is not UTF-8");
	value_key(language, kind, text, &found);
	span.number = sv_redactor_number(redactor, &found);
	sv_placeholder(&span, placeholder);
	return sv_buf_puts(out, placeholder);
}
