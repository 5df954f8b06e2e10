/* transcript.c: what was said in a recording, read back from its events */
#include "src/asr/transcript.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/sound.h"
#include "lib/utf8.h"

/* An int64_t has room for the sums that are made of these. */
static int64_t sane_ms(json_int_t ms)
{
	const json_int_t ten_days = 864000000;

	return ms < 0 ? 0 : ms > ten_days ? ten_days : ms;
}

static struct word *add_word(struct utterance *utterance, const char *text,
                             size_t len)
{
	struct word *word;

	utterance->words =
		sv_realloc(utterance->words,
	                   (utterance->n + 1) * sizeof *utterance->words);
	word = &utterance->words[utterance->n++];
	*word = (struct word){ .text = sv_strndup(text, len),
		               .confidence = -1 };
	return word;
}

static void read_words(struct utterance *utterance, const json_t *words)
{
	size_t i;
	json_t *item;

	json_array_foreach (words, i, item) {
		const char *text = "";
		json_int_t start = utterance->start_ms;
		json_int_t end = utterance->end_ms;
		double confidence = -1;
		struct word *word;

		json_unpack(item, "{s?s s?I s?I s?F}", "word", &text,
		            "start_ms", &start, "end_ms", &end, "confidence",
		            &confidence);
		if (!*text)
			continue;
		word = add_word(utterance, text, strlen(text));
		word->start_ms = sane_ms(start);
		word->end_ms = sane_ms(end > start ? end : start);
		word->confidence = confidence;
	}
}

/* no times of words: share out the utterance's by their length */
static void share_time(struct utterance *utterance)
{
	const char *text = utterance->text;
	int64_t all = (int64_t)sv_utf8_count(text, strlen(text));
	int64_t length_ms = utterance->end_ms - utterance->start_ms;
	int64_t before = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		int64_t n = (int64_t)sv_utf8_count(text, len);

		if (len) {
			struct word *word = add_word(utterance, text, len);

			word->start_ms =
				utterance->start_ms + length_ms * before / all;
			word->end_ms = utterance->start_ms +
			               length_ms * (before + n) / all;
		}
		text += len;
		before += n + (*text == ' ');
		text += *text == ' ';
	}
}

static void read_final(struct transcript *transcript, json_t *event)
{
	const char *text = "", *speaker = NULL;
	json_int_t start = 0, end = 0;
	struct utterance *utterance;
	int channel = 0;

	json_unpack(event, "{s?s s?s s?i s?I s?I}", "text", &text, "speaker",
	            &speaker, "channel", &channel, "start_ms", &start, "end_ms",
	            &end);
	if (!*text)
		return;
	if (transcript->n == transcript->size) {
		transcript->size = transcript->size ? 2 * transcript->size : 64;
		transcript->items = sv_realloc(
			transcript->items,
			transcript->size * sizeof *transcript->items);
	}
	utterance = &transcript->items[transcript->n++];
	*utterance = (struct utterance){
		.channel = channel < 0 || channel >= SV_SOUND_CHANNELS
		                   ? 0
		                   : channel,
		.speaker = sv_strdup(speaker),
		.text = sv_strdup(text),
		.start_ms = sane_ms(start),
		.end_ms = sane_ms(end > start ? end : start),
	};
	read_words(utterance, json_object_get(event, "words"));
	if (!utterance->n)
		share_time(utterance);
}

static void read_event(struct transcript *transcript, const char *line,
                       size_t len)
{
	json_t *event = json_loadb(line, len, 0, NULL);
	const char *type = "", *source = NULL;

	json_unpack(event, "{s?s s?s}", "type", &type, "source", &source);
	if (!strcmp(type, "asr.final")) {
		read_final(transcript, event);
	} else if (!strcmp(type, "call.start") && source) {
		free(transcript->source);
		transcript->source = sv_strdup(source);
	}
	json_decref(event);
}

static int by_start(const void *a, const void *b)
{
	const struct utterance *left = a, *right = b;

	if (left->start_ms != right->start_ms)
		return left->start_ms < right->start_ms ? -1 : 1;
	return left->channel - right->channel;
}

void transcript_read(struct transcript *transcript, const char *events,
                     size_t len)
{
	*transcript = (struct transcript){ .source = sv_strdup("") };
	while (len) {
		const char *end = memchr(events, '\n', len);
		size_t n = end ? (size_t)(end - events) : len;

		read_event(transcript, events, n);
		n += end != NULL;
		events += n;
		len -= n;
	}
	if (transcript->n)
		qsort(transcript->items, transcript->n,
		      sizeof *transcript->items, by_start);
}

void transcript_release(struct transcript *transcript)
{
	for (size_t i = 0; i < transcript->n; i++) {
		struct utterance *utterance = &transcript->items[i];

		for (size_t j = 0; j < utterance->n; j++)
			free(utterance->words[j].text);
		free(utterance->words);
		free(utterance->speaker);
		free(utterance->text);
	}
	free(transcript->items);
	free(transcript->source);
	*transcript = (struct transcript){ 0 };
}
