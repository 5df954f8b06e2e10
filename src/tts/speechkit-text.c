/* speechkit-text: what SpeechKit reads in a text, and who it has to read it */
#include <ctype.h>
#include <string.h>

#include "lib/utf8.h"

#include "src/tts/speechkit.h"

enum {
	PAUSE_MAX_MS = 7000,
	WORD_MAX = 256, /* bytes */
	FAR = 160       /* bytes: a word is not looked for beyond */
};

/* of November 2026; the first role is the usual one */
static const struct {
	const char *name, *language, *roles;
} known[] = {
	{ "marina", "ru", "neutral whisper friendly" },
	{ "alena", "ru", "neutral good" },
	{ "filipp", "ru", "" },
	{ "ermil", "ru", "neutral good" },
	{ "jane", "ru", "neutral good evil" },
	{ "omazh", "ru", "neutral evil" },
	{ "zahar", "ru", "neutral good" },
	{ "madi_ru", "ru", "" },
	{ "dasha", "ru", "neutral good friendly" },
	{ "julia", "ru", "neutral strict" },
	{ "lera", "ru", "neutral friendly" },
	{ "masha", "ru", "good strict friendly" },
	{ "alexander", "ru", "neutral good" },
	{ "kirill", "ru", "neutral strict good" },
	{ "anton", "ru", "neutral good" },
	{ "saule_ru", "ru", "neutral strict whisper" },
	{ "lola_ru", "ru", "neutral strict friendly" },
	{ "zhanar_ru", "ru", "neutral strict friendly" },
	{ "yulduz_ru", "ru", "neutral strict friendly whisper" },
	{ "john", "en", "" },
};

enum { KNOWN = sizeof(known) / sizeof(*known) };

static size_t find(const char *voice)
{
	size_t i = 0;

	while (i < KNOWN && strcmp(known[i].name, voice) != 0)
		i++;
	return i;
}

bool speechkit_speaks(const char *voice, const char *language)
{
	size_t i = find(voice);

	return i < KNOWN && !strcmp(known[i].language, language);
}

bool speechkit_plays(const char *voice, const char *role)
{
	size_t i = find(voice), len = strlen(role);
	const char *roles = i < KNOWN ? known[i].roles : NULL;

	while (roles && *roles) {
		size_t n = strcspn(roles, " ");

		if (n == len && !strncmp(roles, role, n))
			return true;
		roles += n + (roles[n] == ' ');
	}
	return !roles;
}

int speechkit_voices(struct sv_buf *out)
{
	int rc = 0;
	size_t i;

	for (i = 0; !rc && i < KNOWN; i++) {
		const char *roles = known[i].roles;

		rc = sv_buf_printf(out, *roles ? "%s%s (%s)" : "%s%s",
		                   i ? " " : "", known[i].name, roles);
	}
	return rc;
}

/* the word in small letters and without marks; false when nothing is left */
static bool bare(const char *word, char out[WORD_MAX])
{
	const char *end = word + strlen(word);
	size_t n = 0;

	while (word < end && n + 4 < WORD_MAX) {
		uint32_t code = sv_utf8_next(&word, end);

		if (code != '+' && code != '*' && code != 0x301)
			n += sv_utf8_put(out + n, sv_lower(code));
	}
	out[n] = '\0';
	return n;
}

bool speechkit_find(const char *text, const char *word, size_t *at, size_t *len)
{
	char wanted[WORD_MAX];
	const char *from = text + *at;
	const char *found = bare(word, wanted) ? strstr(from, wanted) : NULL;

	/* the beginning of a word, not "и" within one */
	while (found && found > text && found - from < FAR &&
	       ((found[-1] & 0x80) || isalnum((unsigned char)found[-1])))
		found = strstr(found + 1, wanted);
	if (!found || found - from >= FAR)
		return false;
	*at = (size_t)(found - text);
	*len = strlen(wanted);
	return true;
}

static int put_pause(struct sv_buf *out, int ms)
{
	int rc = 0;

	for (; !rc && ms > 0; ms -= PAUSE_MAX_MS)
		rc = sv_buf_printf(out, "sil<[%d]> ",
		                   ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS);
	return rc;
}

/* what is a sign of the markup, alone or with another of its kind */
static bool is_markup(char c)
{
	return c && strchr("+*<>[]{}", c);
}

/* the notes that stand before the byte at `at` */
static int put_notes(const struct tts_phrase *phrase, size_t *next, size_t at,
                     size_t *ends, struct sv_buf *out)
{
	int rc = 0;

	if (*ends && at >= *ends) {
		rc = sv_buf_puts(out, "**");
		*ends = 0;
	}
	for (; !rc && *next < phrase->n_notes; ++*next) {
		const struct sv_note *note = phrase->notes + *next;

		if (note->at > at)
			break;
		if (note->kind == SV_PAUSE) {
			rc = put_pause(out, note->ms);
		} else if (note->kind == SV_STRESS) {
			rc = sv_buf_putc(out, '+');
		} else if (note->len) {
			rc = sv_buf_puts(out, "**");
			*ends = note->at + note->len;
		}
	}
	return rc;
}

int speechkit_markup(const struct tts_phrase *phrase, struct sv_buf *out)
{
	size_t len = strlen(phrase->text), at, next = 0, ends = 0;
	int rc = 0;

	for (at = 0; !rc && at < len; at++) {
		char c = phrase->text[at];

		rc = put_notes(phrase, &next, at, &ends, out);
		if (is_markup(c))
			c = ' ';
		/* one blank is left of several */
		if (!rc &&
		    !(c == ' ' && out->len && out->data[out->len - 1] == ' '))
			rc = sv_buf_putc(out, c);
	}
	return rc ? rc : put_notes(phrase, &next, len, &ends, out);
}
