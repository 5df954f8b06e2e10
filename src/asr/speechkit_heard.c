/* speechkit_heard.c: what SpeechKit heard in a recording */
#include "src/asr/speechkit_heard.h"

#include <stdlib.h>

#include "lib/alloc.h"

#include "src/asr/speechkit_final.h"

enum { HEARD_MAX = 100000 }; /* utterances: four hours of single words */

/* a final, and the channel it is of */
struct sk_utterance_heard {
	int channel;
	size_t order;
	struct sk_final final;
	json_t *classifiers;
};

void sk_heard_release(struct sk_heard *heard)
{
	for (size_t i = 0; i < heard->n; i++) {
		sk_final_release(&heard->items[i].final);
		json_decref(heard->items[i].classifiers);
	}
	free(heard->items);
	*heard = (struct sk_heard){ .channels = heard->channels };
}

static int channel_of(const struct sk_heard *heard,
                      const Sk__StreamingResponse *response)
{
	char *end;
	long channel = strtol(response->channel_tag, &end, 10);

	return *end || channel < 0 || channel >= heard->channels ? 0
	                                                         : (int)channel;
}

/* the last utterance of a channel; of its final with that index, if not -1 */
static struct sk_utterance_heard *last_of(const struct sk_heard *heard,
                                          int channel, int64_t index)
{
	for (size_t i = heard->n; i-- > 0;) {
		struct sk_utterance_heard *item = &heard->items[i];

		if (item->channel == channel &&
		    (index < 0 || item->final.index == index))
			return item;
	}
	return NULL;
}

static void add(struct sk_heard *heard, const Sk__StreamingResponse *response)
{
	struct sk_utterance_heard item = { .channel =
		                                   channel_of(heard, response),
		                           .order = heard->n };

	if (heard->n == HEARD_MAX ||
	    !sk_final_read(&item.final, response->final, 0))
		return;
	if (response->audio_cursors)
		item.final.index = response->audio_cursors->final_index;
	if (heard->n == heard->size) {
		heard->size = heard->size ? 2 * heard->size : 64;
		heard->items = sv_realloc(heard->items,
		                          heard->size * sizeof *heard->items);
	}
	heard->items[heard->n++] = item;
}

static void refine(struct sk_heard *heard,
                   const Sk__StreamingResponse *response)
{
	const Sk__FinalRefinement *refinement = response->final_refinement;
	struct sk_utterance_heard *item =
		refinement->final_index < 0
			? NULL
			: last_of(heard, channel_of(heard, response),
	                          refinement->final_index);

	if (item)
		sk_final_refine(&item->final, refinement->normalized_text, 0);
}

/* what a classifier says of the utterance before it */
static void classify(struct sk_heard *heard,
                     const Sk__StreamingResponse *response)
{
	struct sk_utterance_heard *item =
		last_of(heard, channel_of(heard, response), -1);

	if (item)
		sk_classifier_read(&item->classifiers,
		                   response->classifier_update);
}

bool sk_heard_take(struct sk_heard *heard, const void *data, size_t len)
{
	Sk__StreamingResponse *response =
		sk__streaming_response__unpack(NULL, len, data);

	if (!response)
		return false;
	switch (response->event_case) {
	case SK__STREAMING_RESPONSE__EVENT_FINAL:
		add(heard, response);
		break;
	case SK__STREAMING_RESPONSE__EVENT_FINAL_REFINEMENT:
		refine(heard, response);
		break;
	case SK__STREAMING_RESPONSE__EVENT_CLASSIFIER_UPDATE:
		classify(heard, response);
		break;
	default:
		break;
	}
	sk__streaming_response__free_unpacked(response, NULL);
	return true;
}

static int64_t start_of(const struct sk_utterance_heard *item)
{
	const struct sk_words *words = &item->final.words;

	return words->n ? words->items[0].start_ms : 0;
}

static int by_time(const void *a, const void *b)
{
	const struct sk_utterance_heard *left = a;
	const struct sk_utterance_heard *right = b;

	if (start_of(left) != start_of(right))
		return start_of(left) < start_of(right) ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

int sk_heard_tell(struct sk_heard *heard, const struct asr_recording *recording)
{
	int rc = 0;

	if (heard->n)
		qsort(heard->items, heard->n, sizeof *heard->items, by_time);
	for (size_t i = 0; !rc && i < heard->n; i++) {
		const struct sk_utterance_heard *item = &heard->items[i];
		json_t *fields = sk_final_fields(&item->final);

		if (item->classifiers)
			json_object_set(fields, "classifiers",
			                item->classifiers);
		rc = recording->heard(recording->arg, item->channel, fields);
	}
	return rc;
}
