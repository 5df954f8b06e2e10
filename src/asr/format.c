/* format.c: how a transcript can be written */
#include "src/asr/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/alloc.h"
#include "lib/fail.h"

/* "[00:01:02] customer: …", an utterance a line */
static int format_txt(const struct transcript *transcript, struct sv_buf *out)
{
	int rc;

	rc = sv_buf_printf(out, "# %s\n", transcript->source);
	for (size_t i = 0; !rc && i < transcript->n; i++) {
		const struct utterance *item = &transcript->items[i];
		long long s = item->start_ms / 1000;

		rc = sv_buf_printf(out, "[%02lld:%02lld:%02lld] %s%s%s\n",
		                   s / 3600, s / 60 % 60, s % 60,
		                   item->speaker ? item->speaker : "",
		                   item->speaker ? ": " : "", item->text);
	}
	if (!rc)
		rc = sv_buf_putc(out, '\n');
	return rc;
}

/* a name that is one field: the file's, without folder and suffix */
static char *field(const char *source)
{
	const char *slash = strrchr(source, '/');
	char *name = sv_strdup(slash ? slash + 1 : source);
	char *dot = strrchr(name, '.');

	if (dot && dot != name)
		*dot = '\0';
	for (char *p = name; *p; p++) {
		if ((unsigned char)*p <= ' ' || *p == ';' || *p == 0x7f)
			*p = '_';
	}
	return name;
}

static int ctm_words(const struct utterance *utterance, const char *name,
                     struct sv_buf *out)
{
	char channel[16];
	int rc = 0;

	snprintf(channel, sizeof channel, "%c", 'A' + utterance->channel);
	if (utterance->channel > 'Z' - 'A')
		snprintf(channel, sizeof channel, "%d", utterance->channel + 1);
	for (size_t i = 0; !rc && i < utterance->n; i++) {
		const struct word *word = &utterance->words[i];

		rc = sv_buf_printf(out, "%s %s %.3f %.3f %s", name, channel,
		                   (double)word->start_ms / 1000,
		                   (double)(word->end_ms - word->start_ms) /
		                           1000,
		                   word->text);
		if (!rc && word->confidence >= 0)
			rc = sv_buf_printf(out, " %.3f", word->confidence);
		if (!rc)
			rc = sv_buf_putc(out, '\n');
	}
	return rc;
}

/* NIST's: file, channel, start, length, word, confidence; by channel, then
 * time (SCTK doc/infmts.htm) */
static int format_ctm(const struct transcript *transcript, struct sv_buf *out)
{
	char *name = field(transcript->source);
	int last = 0, rc;

	rc = sv_buf_printf(out, ";; %s\n", transcript->source);
	for (size_t i = 0; i < transcript->n; i++) {
		if (transcript->items[i].channel > last)
			last = transcript->items[i].channel;
	}
	for (int channel = 0; channel <= last; channel++) {
		for (size_t i = 0; !rc && i < transcript->n; i++) {
			if (transcript->items[i].channel == channel)
				rc = ctm_words(&transcript->items[i], name,
				               out);
		}
	}
	free(name);
	return rc;
}

static const struct format formats[] = {
	{ "ndjson", false, "", NULL },
	{ "txt", false, "", format_txt },
	{ "srt", true, "", format_srt },
	{ "vtt", true, "WEBVTT\n\n", format_vtt },
	{ "ctm", false, "", format_ctm },
};

const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (!strcmp(name, formats[i].name))
			return &formats[i];
	}
	sv_fail(EX_USAGE, "no format '%s': ndjson, txt, srt, vtt and ctm are",
	        name);
	return NULL;
}
